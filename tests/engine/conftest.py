import groq
import httpx
import pytest

from apps.engine.child import Child

MODEL = "smollm2-135m-instruct"


@pytest.fixture(scope="session")
def engine():
    """The engine as a process of its own, one for all tests."""
    with Child() as child:
        assert child.wait_until_ready()
        yield child


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
