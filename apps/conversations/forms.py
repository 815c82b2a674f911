from django import forms

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
    unchecked = forms.BooleanField(required=False, help_text="Try without the API checking calls of tools.")


class RenameForm(forms.Form):
    title = forms.CharField(max_length=200, error_messages={"required": "A title needs at least one character."})
