"""When a request is sent again, and after how long.

At most three attempts in all, and never after the answer has begun: a second try may be billed twice.
"""

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from apps.groq.errors import GroqError, Refused, Unreachable
from apps.groq.ratelimit import RateLimits, parse_duration

ATTEMPTS = 3
LONGEST_WAIT = 120.0
# A dead network is reported soon: its retries share ten seconds.
NETWORK_BUDGET = 10.0
STATUSES = frozenset({408, 409, 429, 498})
# The flex tier had no room: whoever was turned away comes back later than after a fault, and spread wider.
NO_ROOM = 498
NETWORK_CODES = frozenset({"connect_failed", "connect_timeout", "dns_failed", "connection_lost"})

_TRY_AGAIN = re.compile(r"try again in ((?:\d+(?:\.\d+)?(?:ms|[dhms]))+)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Retry:
    """A wait that is about to begin: which attempt comes after it (2 or 3), in how many seconds, and why."""

    attempt: int
    delay: float
    error: GroqError


def wait(error: GroqError, attempt: int, elapsed: float, chance: float) -> float | None:
    """Seconds to wait after ``attempt`` (1, 2 …) failed, or None when it must not be repeated.

    ``elapsed`` counts from the first attempt; ``chance`` is a random number in [0, 1).
    """
    if attempt >= ATTEMPTS:
        return None
    backoff: float = min(0.5 * 2 ** (attempt - 1), 8.0) * (1 - 0.25 * chance)
    if isinstance(error, Unreachable):
        fits = elapsed + backoff <= NETWORK_BUDGET
        return backoff if fits and error.code in NETWORK_CODES else None
    if not isinstance(error, Refused) or error.status is None:
        return None
    if error.status not in STATUSES and error.status < 500:
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= LONGEST_WAIT else None
    if error.status == NO_ROOM:
        return float(2 ** (attempt - 1) * (1 - 0.5 * chance))
    return backoff


def retry_after(status: int, headers: Mapping[str, str], message: str) -> float | None:
    """Seconds the upstream asks us to wait: Retry-After, else the limits' resets, else its sentence."""
    asked = parse_retry_after(headers.get("retry-after"))
    if asked is not None or status != 429:
        return asked
    reset = RateLimits.from_headers(headers).wait
    if reset is not None:
        return reset
    found = _TRY_AGAIN.search(message)
    return parse_duration(found[1].lower()) if found else None


def parse_retry_after(value: str | None) -> float | None:
    """Seconds in a Retry-After header, a number or a date; None for nan, inf, negative and past ones."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError, IndexError, TypeError):
            return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None
