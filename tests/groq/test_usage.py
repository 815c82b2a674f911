"""Usage is known or unknown, never made up."""

import pytest

from tests.groq.deltas import absorb, delta


@pytest.mark.parametrize(
    ("given", "usage"),
    [
        ({}, None),
        ({"usage": None}, None),
        ({"usage": {"prompt_tokens": 3, "completion_tokens": 0}}, {"prompt_tokens": 3, "completion_tokens": 0}),
        ({"x_groq": {"usage": {"total_tokens": 5, "total_time": 0.5}}}, {"total_tokens": 5, "total_time": 0.5}),
        ({"usage": {"prompt_tokens": -3, "completion_tokens": 4}}, {"completion_tokens": 4}),
        ({"usage": {"prompt_tokens": -3}}, None),
        ({"usage": {"prompt_tokens": "3", "completion_tokens": True, "total_tokens": 1.5}}, None),
        ({"usage": {"prompt_tokens": 10**30}}, None),
        ({"usage": [1]}, None),
        ({"x_groq": "text"}, None),
        (
            {
                "usage": {
                    "prompt_tokens": 9,
                    "prompt_tokens_details": {"cached_tokens": 4},
                    "completion_tokens_details": {"reasoning_tokens": -1},
                }
            },
            {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}},
        ),
    ],
)
def test_usage_is_what_was_reported_credibly(given, usage):
    reply, _ = absorb(delta(content="a"), {"choices": [], **given})
    assert reply.usage == usage
