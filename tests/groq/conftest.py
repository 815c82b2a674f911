"""A client of the scripted upstream that notes its waits instead of waiting."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from apps.groq.client import Client
from tests.upstream import Upstream


@pytest.fixture
def naps() -> list[float]:
    """How long the client would have slept before each retry."""
    return []


@pytest_asyncio.fixture
async def client(upstream: Upstream, naps: list[float]) -> AsyncIterator[Client]:
    async def sleep(seconds: float) -> None:
        naps.append(seconds)

    async with Client(upstream.url, "gsk_test_key", sleep=sleep, chance=lambda: 0.0) as client:
        yield client
