from django import forms

from apps.parameters import shapes
from apps.parameters.fields import Json

MOST_TEXT = 1_000_000


class ComposerForm(forms.Form):
    """What a person says, with the key that makes sending it twice harmless."""

    text = forms.CharField(
        label="Message",
        max_length=MOST_TEXT,
        strip=False,
        error_messages={"required": "Write a message first.", "max_length": "A message may have up to %(limit_value)d characters."},
    )
    key = forms.RegexField(r"^[\w-]{8,64}\Z", widget=forms.HiddenInput)

    def clean_text(self):
        text = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError("Write a message first.")
        return text


class KeyForm(forms.Form):
    """The key of an action that must happen once, however often it is sent."""

    key = forms.RegexField(r"^[\w-]{8,64}\Z")
    cooler = forms.BooleanField(required=False, help_text="Try at half the temperature.")


class RequestForm(forms.Form):
    """A whole request body, written by hand."""

    body = Json(shapes.a_request, rows=24, label="Request body", limit=20_000_000)
    key = forms.RegexField(r"^[\w-]{8,64}\Z")

    def clean_body(self):
        body = self.cleaned_data["body"]
        if body is None:
            raise forms.ValidationError("There is nothing in it.")
        # What is shown is read as it streams.
        return body | {"stream": True}


class RenameForm(forms.Form):
    title = forms.CharField(max_length=200, error_messages={"required": "A title needs at least one character."})
