"""Fixtures; ``tests/conftest.py`` loads this file as a plugin."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.upstream import Upstream


@pytest_asyncio.fixture
async def upstream() -> AsyncIterator[Upstream]:
    """A scripted upstream on the loop of the test."""
    async with Upstream() as upstream:
        yield upstream


@pytest.fixture
def upstream_thread() -> Iterator[Upstream]:
    """A scripted upstream in a thread, for products on another loop or in another process."""
    with Upstream.in_thread() as upstream:
        yield upstream
