from django import forms

from apps.conversations.models import tiers

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
    tier = forms.ChoiceField(
        choices=[(tier, tier) for tier in tiers.TIERS], required=False, help_text="Ask another service tier, this time."
    )


class FallbackForm(forms.Form):
    """What a conversation does when its service tier has no room. It is no part of a request."""

    falls_back = forms.BooleanField(
        label="Fall back to on demand",
        required=False,
        help_text="When the flex tier has no room after three tries, ask on demand, at its price. The answer tells when it was.",
        widget=forms.CheckboxInput(attrs={"form": "composer"}),
    )

    def kept(self):
        """{field: value} for the conversation; nothing when the page that sent this has no such control."""
        # A box that is not ticked sends nothing: the hidden field before it says that there is one.
        return {"falls_back": self.cleaned_data["falls_back"]} if self.is_valid() and "falls_back" in self.data else {}


class RenameForm(forms.Form):
    title = forms.CharField(max_length=200, error_messages={"required": "A title needs at least one character."})
