"""Counts and times the upstream reports: what is missing, negative or not a number is unknown, never 0."""

from typing import Any

Usage = dict[str, Any]

# Larger than any honest count, small enough for a database column.
_LARGEST = 2**53

_NAMES = {
    "input_tokens": "prompt_tokens",
    "input_tokens_details": "prompt_tokens_details",
    "output_tokens": "completion_tokens",
    "output_tokens_details": "completion_tokens_details",
}


def counted(value: object) -> Usage | None:
    """The trustworthy members of a CompletionUsage; None without a single token count."""
    usage = _numbers(value)
    return usage if any(name.endswith("_tokens") for name in usage) else None


def of_response(value: object) -> Usage | None:
    """The same of a ResponseUsage, by the names of a CompletionUsage."""
    return counted({_NAMES.get(name, name): number for name, number in value.items()}) if isinstance(value, dict) else None


def broken_down(value: object) -> list[Usage] | None:
    """The ``models`` of a ChatCompletionUsageBreakdown: ``[{"model", "usage"}]``; None when there are none."""
    models = value.get("models") if isinstance(value, dict) else None
    if not isinstance(models, list):
        return None
    named = [model for model in models if isinstance(model, dict) and isinstance(model.get("model"), str)]
    return [{"model": model["model"], "usage": counted(model.get("usage"))} for model in named] or None


def _numbers(value: object) -> Usage:
    if not isinstance(value, dict):
        return {}
    kept: Usage = {}
    for name, number in value.items():
        if isinstance(number, dict):
            inner = _numbers(number)
            if inner:
                kept[name] = inner
        elif name.endswith("_tokens"):
            if type(number) is int and 0 <= number <= _LARGEST:
                kept[name] = number
        elif name.endswith("_time") and type(number) in (int, float) and 0 <= number <= _LARGEST:
            kept[name] = float(number)
    return kept
