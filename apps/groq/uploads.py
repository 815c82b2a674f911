"""Large bodies on their way up."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator

PIECE = 64 * 1024


class Upload:
    """A large body sent in pieces, so that what limits it is standing still and not its size."""

    def __init__(self, source: AsyncIterable[bytes], limit: asyncio.Timeout, write_timeout: float, patience: float) -> None:
        self._source = source
        self._limit = limit
        self._write_timeout = write_timeout
        self._patience = patience
        self.unfinished = True
        self.answered = False

    async def pieces(self) -> AsyncIterator[bytes]:
        async for block in self._source:
            for start in range(0, len(block), PIECE):
                self._extend(self._write_timeout)
                yield block[start : start + PIECE]
        self.unfinished = False
        self._extend(self._patience)

    def _extend(self, seconds: float) -> None:
        if not self.answered:
            self._limit.reschedule(asyncio.get_running_loop().time() + seconds)
