"""What people send to a conversation."""

from django import forms

from apps.conversations.models import tiers
from apps.conversations.models.message import ROLES, TOOL, USER
from apps.core import ids
from apps.groq import json
from apps.parameters import shapes
from apps.parameters.apis import RESPONSES
from apps.parameters.fields import Json

MOST_TEXT = 1_000_000
MOST_BODY = 10_000_000
MOST_IMAGES = 5
MOST_ATTACHMENTS = 20


class Ids(forms.Field):
    """Ids with commas between them, in the order in which they came."""

    widget = forms.HiddenInput

    def to_python(self, value):
        found = list(dict.fromkeys((value or "").split(","))) if value else []
        if len(found) > MOST_ATTACHMENTS or not all(ids.valid(id) for id in found):
            raise forms.ValidationError(f"A message may have up to {MOST_ATTACHMENTS} of them.")
        return found


class SpokenForm(forms.Form):
    """What a person says, and in whose name.

    ``attachments`` are ids; what they name is looked up at the door, by ``found``.
    """

    role = forms.ChoiceField(choices=ROLES, required=False, error_messages={"invalid_choice": "No message has this role."})
    tool_call_id = forms.CharField(label="Tool call id", max_length=200, required=False)
    attachments = Ids(required=False)
    text = forms.CharField(
        label="Message",
        max_length=MOST_TEXT,
        strip=False,
        required=False,
        error_messages={"max_length": "A message may have up to %(limit_value)d characters."},
    )

    def clean_role(self):
        return self.cleaned_data["role"] or USER

    def clean(self):
        told = self.cleaned_data
        if told.get("role") == TOOL and not told.get("tool_call_id"):
            self.add_error("tool_call_id", "Say which call this is the result of.")
        if told.get("attachments") and told.get("role") not in (USER, TOOL):
            self.add_error("attachments", "Only messages of the user and of tools take images and documents.")

    @property
    def is_empty(self):
        """Nothing is said: Send answers what was added before."""
        return not (self.cleaned_data["text"].strip() or self.cleaned_data["attachments"] or self.cleaned_data["role"] == TOOL)

    def found(self, attachments):
        """What is said, for ``Conversation.ask``; one attachment that is not there any more is an error."""
        if len(attachments) < len(self.cleaned_data["attachments"]):
            self.add_error("attachments", "One of them is not there any more. Take it out, or attach it again.")
        if sum(file.is_image for file in attachments) > MOST_IMAGES:
            self.add_error("attachments", f"The API takes up to {MOST_IMAGES} images in a request.")
        return {**self.cleaned_data, "attachments": attachments, "text": "" if self.is_empty else self.cleaned_data["text"]}

    def fits(self, said, api):
        """Whether the API can be told what is attached; where not, that is an error."""
        if api == RESPONSES and not all(file.is_image and said["role"] == USER for file in said["attachments"]):
            self.add_error(
                "attachments", "Responses take images in what you say, and nothing else: take it out, or switch the API."
            )
        return self.is_valid()


class ComposerForm(SpokenForm):
    """The same, with the key that makes sending it twice harmless."""

    key = forms.RegexField(r"^[\w-]{8,64}\Z", widget=forms.HiddenInput)


class KeyForm(forms.Form):
    """The key of an action that must happen once, however often it is sent."""

    key = forms.RegexField(r"^[\w-]{8,64}\Z")
    cooler = forms.BooleanField(required=False, help_text="Try at half the temperature.")
    unchecked = forms.BooleanField(required=False, help_text="Try without the API checking calls of tools.")
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


class RequestForm(forms.Form):
    """A whole request body, written by hand."""

    body = Json(shapes.a_request, rows=24, label="Request body", limit=MOST_BODY)
    key = forms.RegexField(r"^[\w-]{8,64}\Z")

    def clean_body(self):
        body = self.cleaned_data["body"]
        if body is None:
            raise forms.ValidationError("There is nothing in it.")
        if len(json.pretty(body, MOST_BODY)) == MOST_BODY:
            raise forms.ValidationError(f"Laid out, it is longer than {MOST_BODY:,} characters.")
        # What is shown is read as it streams.
        return body | {"stream": True}


class RenameForm(forms.Form):
    title = forms.CharField(max_length=200, error_messages={"required": "A title needs at least one character."})
