"""The JSON reader refuses with one error, and only what it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.groq import json


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "[",
        "{",
        "nul",
        '"',
        '{"a":1,}',
        "1 2",
        "[DONE]",
        "NaN",
        "-Infinity",
        '{"a":Infinity}',
        "1e999",
        "-1e999",
        "1" * 10_000,
        "[" * 65 + "]" * 65,
        '{"a":' * 65 + "1" + "}" * 65,
        "[" * 100_000,
        '["\\"",' * 70 + "1" + "]" * 70,
        '"\x00"',
        b"\xff",
        b'\xef\xbb\xbf{"a":1}',
    ],
)
def test_refused(text):
    with pytest.raises(json.Malformed):
        json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (' {"a": [1, 2.5, null]} \n', {"a": [1, 2.5, None]}),
        ("[" * 64 + "]" * 64, None),
        ('"' + "[" * 1000 + '"', "[" * 1000),
        ('{"a":"' + '\\\\\\"{' * 100 + '"}', {"a": '\\"{' * 100}),
        ("[" + ",".join(["{}"] * 1000) + "]", [{}] * 1000),
        (b'"\xc3\xa9\xe2\x80\xa8"', "é\u2028"),
        ('"\\ud83d"', "\ud83d"),
        ("1e308", 1e308),
    ],
)
def test_accepted(text, value):
    assert json.loads(text) == value or value is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


@given(VALUES.filter(lambda value: not any("\ud800" <= c <= "\udfff" for c in repr(value))))
def test_what_is_written_is_read(value):
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_unreadable_values_are_not_written(value):
    with pytest.raises(json.Malformed):
        json.dumps({"a": value})
