import os
from contextlib import contextmanager

import groq
import httpx
import pytest

from apps.engine.child import Child

MODEL = "smollm2-135m-instruct"


@pytest.fixture(scope="session")
def engine():
    """The engine as a process of its own, one for all tests."""
    child = Child()
    with share_of_the_cores():
        child.start()
    try:
        assert child.wait_until_ready()
        yield child
    finally:
        child.close()


@contextmanager
def share_of_the_cores():
    """What is started inside keeps to as many cores as there are for each test process.

    The threads of a model wait for one another: where others take their cores, all of them burn time, and nobody else
    has any. Alone, a test process has the whole machine.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes == 1 or not hasattr(os, "sched_setaffinity"):
        yield
        return
    usable = os.sched_getaffinity(0)
    # Of this thread, and of threads and processes that it starts.
    os.sched_setaffinity(0, sorted(usable)[: max(1, len(usable) // processes)])
    try:
        yield
    finally:
        os.sched_setaffinity(0, usable)


@pytest.fixture
def client(engine):
    """The official client, which is the judge of the wire format."""
    with groq.Groq(api_key=engine.key, base_url=engine.base_url, max_retries=0, timeout=60) as client:
        yield client


@pytest.fixture
def http(engine):
    """Plain HTTP, for what the official client would never send."""
    headers = {"authorization": f"Bearer {engine.key}"}
    with httpx.Client(base_url=f"{engine.base_url}/openai/v1", headers=headers, timeout=60) as http:
        yield http


@pytest.fixture
def ask(client):
    """``ask("Hello", temperature=0)``: one chat completion, short unless told otherwise."""

    def ask(text, **options):
        messages = [{"role": "user", "content": text}]
        return client.chat.completions.create(**{"model": MODEL, "messages": messages, "max_completion_tokens": 16, **options})

    return ask
