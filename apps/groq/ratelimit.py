"""What the answers' headers say about limits; what they say badly is ignored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PART = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)(ms|us|µs|ns|[dhms])", re.ASCII)
_DURATION = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
_SECONDS = re.compile(r"\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_COUNT = re.compile(r"\d{1,15}", re.ASCII)


def parse_duration(text: str | None) -> float | None:
    """Seconds in ``7.66s``, ``2m59.56s``, ``1h2m``, ``120ms`` or a bare number; None for anything else."""
    text = (text or "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    if not _DURATION.fullmatch(text):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def _parse_count(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if _COUNT.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: how many in all, how many are left, seconds until it is whole again; None is unknown."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None

    @classmethod
    def from_headers(cls, headers: Mapping[str, str], noun: str) -> "Limit":
        return cls(
            _parse_count(headers.get(f"x-ratelimit-limit-{noun}")),
            _parse_count(headers.get(f"x-ratelimit-remaining-{noun}")),
            parse_duration(headers.get(f"x-ratelimit-reset-{noun}")),
        )


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The limits of requests (a day, at GroqCloud) and of tokens (a minute)."""

    requests: Limit = Limit()
    tokens: Limit = Limit()

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "RateLimits":
        """Read ``x-ratelimit-*`` from headers with lower-case names."""
        return cls(Limit.from_headers(headers, "requests"), Limit.from_headers(headers, "tokens"))

    @property
    def wait(self) -> float | None:
        """Seconds until a refused request may pass: the reset of whatever is used up; None if that is unknown."""
        both = [limit for limit in (self.requests, self.tokens) if limit.reset is not None]
        spent = [limit.reset for limit in both if limit.remaining == 0]
        unknown = [limit.reset for limit in both if limit.remaining is None]
        return max((reset for reset in spent or unknown if reset is not None), default=None)
