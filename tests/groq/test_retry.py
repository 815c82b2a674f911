"""When a request is repeated, and after how long."""

from email.utils import formatdate

import pytest

from apps.groq import retry
from apps.groq.errors import BrokenStream, Refused, Unexpected, Unreachable
from apps.groq.ratelimit import Limit, RateLimits, parse_duration


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1", 1),
        ("0.5", 0.5),
        ("60", 60),
        ("120", 120),
        ("121", 121),
        (" 2 ", 2),
        ("0", None),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("-inf", None),
        ("1e400", None),
        ("", None),
        (None, None),
        ("soon", None),
        ("1s", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Wed, 99 Zzz 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry.parse_retry_after(value) == seconds


def test_retry_after_as_a_date(monkeypatch):
    monkeypatch.setattr(retry.time, "time", lambda: 1_800_000_000.0)
    assert retry.parse_retry_after(formatdate(1_800_000_060, usegmt=True)) == 60


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7.66s", 7.66),
        ("2m59.56s", 179.56),
        ("1h2m", 3720),
        ("120ms", 0.12),
        ("1d", 86400),
        ("12", 12),
        ("0s", 0),
        ("", None),
        (None, None),
        ("s", None),
        ("-1s", None),
        ("nan", None),
        ("1x", None),
        ("1m garbage", None),
        ("9" * 400 + "s", None),
        ("²s", None),
    ],
)
def test_durations(text, seconds):
    assert parse_duration(text) == pytest.approx(seconds) if seconds is not None else parse_duration(text) is None


def test_limits_are_read_or_ignored():
    headers = {
        "x-ratelimit-limit-requests": "14400",
        "x-ratelimit-remaining-requests": "many",
        "x-ratelimit-reset-requests": "2m59.56s",
        "x-ratelimit-remaining-tokens": "-3",
        "x-ratelimit-reset-tokens": "٣s",
    }
    assert RateLimits.from_headers(headers) == RateLimits(Limit(14400, None, 179.56), Limit())
    assert RateLimits.from_headers({}) == RateLimits()


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after": "7"}, "Please try again in 5.289s.", 7),
        (
            {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7.66s", "x-ratelimit-reset-requests": "2m59.56s"},
            "",
            7.66,
        ),
        ({"x-ratelimit-reset-tokens": "7.66s", "x-ratelimit-reset-requests": "1s"}, "", 7.66),
        ({"x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "3s"}, "Please try again in 5.289s.", 5.289),
        ({"retry-after": "nan"}, "Please try again in 1m2.5s. Visit", 62.5),
        ({"retry-after": "-1"}, "Please try again in 850ms", 0.85),
        ({}, "Please try again in a while", None),
    ],
)
def test_what_a_429_asks_for(headers, message, seconds):
    assert retry.retry_after(429, headers, message) == (seconds if seconds is None else pytest.approx(seconds))


def test_only_a_429_reads_the_limits():
    assert retry.retry_after(503, {"x-ratelimit-reset-tokens": "5s"}, "try again in 5s") is None
    assert retry.retry_after(503, {"retry-after": "5"}, "") == 5


def refused(status, retry_after=None):
    return Refused("No.", code="x", status=status, retry_after=retry_after)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 424])
def test_never_repeated(status):
    assert retry.wait(refused(status, 1), 1, 0, 0) is None


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_repeated_twice_with_growing_waits(status):
    assert [retry.wait(refused(status), attempt, 0, 0) for attempt in (1, 2, 3)] == [0.5, 1.0, None]
    assert retry.wait(refused(status), 1, 0, 0.999) == pytest.approx(0.375, abs=0.001)


def test_a_tier_without_room_is_asked_twice_more_later_and_spread_wider():
    assert [retry.wait(refused(498), attempt, 0, 0) for attempt in (1, 2, 3)] == [1.0, 2.0, None]
    assert [retry.wait(refused(498), attempt, 0, 0.5) for attempt in (1, 2)] == [0.75, 1.5]
    assert retry.wait(refused(498, 7), 1, 0, 0.5) == 7


@pytest.mark.parametrize(("asked", "waits"), [(1, 1), (60, 60), (120, 120), (120.5, None), (3600, None)])
def test_the_wait_asked_for_is_kept_exactly_or_not_begun(asked, waits):
    assert retry.wait(refused(429, asked), 1, 0, 0.9) == waits


@pytest.mark.parametrize("code", ["tls_failed", "first_byte_timeout", "write_timeout", "invalid_address"])
def test_network_failures_that_stay(code):
    assert retry.wait(Unreachable("No.", code=code), 1, 0, 0) is None


@pytest.mark.parametrize("code", sorted(retry.NETWORK_CODES))
def test_network_failures_that_may_pass_share_ten_seconds(code):
    error = Unreachable("No.", code=code)
    assert retry.wait(error, 1, 0.1, 0) == 0.5
    assert retry.wait(error, 1, 9.9, 0) is None


def test_what_began_is_not_repeated():
    assert retry.wait(BrokenStream("No.", code="stalled"), 1, 0, 0) is None
    assert retry.wait(Unexpected("No.", code="redirected", status=301), 1, 0, 0) is None
