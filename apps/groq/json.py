"""The one JSON reader: what a parser lets through and we do not want stops here.

orjson reads what is in order, five times as fast as the standard library; what it refuses, the slow reader judges.
"""

import json
import json.scanner
import re
from collections.abc import Callable
from typing import Any, Never

import orjson

DEPTH = 64
_WHITESPACE = " \t\n\r"
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class Malformed(ValueError):
    """Not JSON, or JSON that no honest sender writes: NaN, 1e999, huge integers, more than 64 levels."""


def loads(text: str | bytes) -> Any:
    """The value in ``text``; raises ``Malformed`` and nothing else."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        text = text.strip(_WHITESPACE)
        # Counting is far cheaper than measuring, and an ordinary chunk has a handful of brackets.
        if text.count("{") + text.count("[") > DEPTH:
            _refuse_depth(text)
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            # Half a surrogate pair, say: some upstreams cut them, and the other half follows.
            value, end = _scan(text, 0)
    except StopIteration as error:
        raise Malformed("Expected a value") from error
    except RecursionError as error:
        raise Malformed("Nested too deeply") from error
    except ValueError as error:
        raise Malformed(str(error)) from error
    if end != len(text):
        raise Malformed("Unexpected text after the value")
    return value


def dumps(value: Any) -> bytes:
    """Compact UTF-8; raises ``Malformed`` for NaN, infinities and lone surrogates, which nobody could read back."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def pretty(value: Any, longest: int | None = None) -> str:
    """A value of ``loads`` for people, two spaces a level; beyond ``longest`` characters it ends in an ellipsis.

    Half a surrogate pair is written as its escape, which every page can hold: it still is the same JSON.
    """
    written, size = [], 0
    # Indented, a list deep inside others grows a hundredfold: it is not written further than it is shown.
    for piece in _writer.iterencode(value):
        written.append(piece)
        size += len(piece)
        if longest is not None and size > longest:
            break
    text = "".join(written).encode("utf-8", "backslashreplace").decode("utf-8")
    return text if longest is None or size <= longest else f"{text[: longest - 1]}…"


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number - number != 0.0:
        raise ValueError("A number is out of range")
    return number


def _refuse_depth(text: str) -> None:
    """Brackets inside strings do not nest, so the strings are taken out before counting."""
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", _STRINGS.sub("", text)):
        if bracket in "[{":
            depth += 1
            if depth > DEPTH:
                raise ValueError("Nested too deeply")
        else:
            depth -= 1


_writer = json.JSONEncoder(indent=2, ensure_ascii=False)

# The scanner itself: JSONDecoder.decode() adds two regular expressions around it for every chunk.
_scan: Callable[[str, int], tuple[Any, int]] = json.scanner.make_scanner(
    json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)  # type: ignore[arg-type]
)
