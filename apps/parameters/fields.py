"""Kinds of parameter fields: what a person types, what is stored, and what is wrong with it in words."""

import json

from django import forms

from apps.core.text import pretty
from apps.groq.json import Malformed, loads
from apps.groq.text import clean_value

MAX_STOPS = 4
JSON_LIMIT = 400_000


class Lines(forms.Field):
    """A list of short texts, one a line; ``\\n`` and ``\\t`` stand for a line break and a tab inside of one."""

    widget = forms.Textarea

    def __init__(self, *, most=100, longest=500, what="entries", **kwargs):
        super().__init__(**{"required": False, "widget": forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}), **kwargs})
        self.most, self.longest, self.what = most, longest, what
        self.widget.attrs["data-lines"] = most

    def to_python(self, value):
        lines = [line for line in (value or "").replace("\r\n", "\n").split("\n") if line]
        return [line.replace("\\n", "\n").replace("\\t", "\t") for line in lines]

    def prepare_value(self, value):
        if isinstance(value, list):
            return "\n".join(item.replace("\n", "\\n").replace("\t", "\\t") for item in value)
        return value

    def validate(self, value):
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(f"The API takes up to {self.most} {self.what}; these are {len(value)}.")
        if any(len(item) > self.longest for item in value):
            raise forms.ValidationError(f"Each may have up to {self.longest} characters.")


class Json(forms.Field):
    """JSON of one shape: ``check(value)`` raises ValueError with words when it is not that shape."""

    def __init__(self, check, *, rows=4, example="", limit=JSON_LIMIT, **kwargs):
        attrs = {"rows": rows, "spellcheck": "false", "data-json": "", "class": "code", "placeholder": example}
        super().__init__(**{"required": False, "widget": forms.Textarea(attrs=attrs), **kwargs})
        self.check, self.limit = check, limit

    def to_python(self, value):
        text = (value or "").strip()
        if not text:
            return None
        if len(text) > self.limit:
            raise forms.ValidationError(f"This is longer than {self.limit:,} characters.")
        try:
            # What is written as \u0000 or as half a pair comes out of the JSON as it never comes out of a page.
            found = clean_value(loads(text))
        except Malformed as error:
            raise forms.ValidationError(f"This is not JSON: {where(text) or error}.") from error
        try:
            self.check(found)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return found

    def prepare_value(self, value):
        # What was typed and is not JSON comes back as it was typed.
        return value if value is None or isinstance(value, str) else pretty(value)


def where(text):
    """Where a text stops being JSON, as an editor counts; an empty string when only its numbers or depth are wrong."""
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError):
            return f"line {error.lineno}, column {error.colno}: {error.msg[0].lower()}{error.msg[1:]}"
    return ""


class Choice(forms.ChoiceField):
    """One of the API's words; empty means that nothing is sent."""

    def __init__(self, choices, *, default="the API’s default", **kwargs):
        super().__init__(choices=[("", f"Default: {default}"), *choices], **{"required": False, **kwargs})


class YesNo(forms.TypedChoiceField):
    """Yes, no, or not said; empty means that nothing is sent."""

    def __init__(self, *, default, **kwargs):
        choices = [("", f"Default: {default}"), ("true", "Yes"), ("false", "No")]
        super().__init__(choices=choices, coerce=lambda value: value == "true", empty_value=None, **{"required": False, **kwargs})

    def prepare_value(self, value):
        return {True: "true", False: "false"}.get(value, value)


def number(low, high, step, **kwargs):
    return forms.FloatField(
        min_value=low,
        max_value=high,
        required=False,
        widget=forms.NumberInput(attrs={"step": step, "inputmode": "decimal"}),
        **kwargs,
    )


def integer(low, high, **kwargs):
    return forms.IntegerField(min_value=low, max_value=high, required=False, **kwargs)


def text(most=200, **kwargs):
    return forms.CharField(max_length=most, required=False, **kwargs)
