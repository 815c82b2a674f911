"""An answer that is not streamed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.groq.ratelimit import RateLimits


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: parsed ``data`` (None unless JSON was expected), the raw ``body``, status and headers."""

    data: Any
    body: bytes
    status: int
    headers: Mapping[str, str]
    request_id: str | None

    @property
    def limits(self) -> RateLimits:
        return RateLimits.from_headers(self.headers)
