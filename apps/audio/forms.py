"""What people say of recordings, and every parameter of putting one to text, defined once."""

from urllib.parse import urlsplit

from django import forms

from apps.audio import languages
from apps.audio.intake import names
from apps.audio.models import TRANSCRIBE, TRANSLATE, Recording, Transcript
from apps.groq import audio
from apps.parameters.fields import Choice, number

FETCH, HAND = "fetch", "hand"
KEY = r"^[\w-]{8,64}\Z"


class UploadForm(forms.Form):
    """What a browser announces: a file of ``size`` bytes, or a recorder that does not know yet."""

    name = forms.CharField(max_length=2000, required=False)
    size = forms.IntegerField(min_value=0, max_value=2**62, required=False)
    mark = forms.RegexField(r"^[\w.-]{0,40}\Z", required=False)
    origin = forms.ChoiceField(choices=[(Recording.UPLOADED, ""), (Recording.RECORDED, "")], required=False)

    def clean_name(self):
        return names.label(self.cleaned_data["name"])

    def clean_origin(self):
        return self.cleaned_data["origin"] or Recording.UPLOADED

    def clean(self):
        if self.cleaned_data.get("origin") == Recording.UPLOADED and self.cleaned_data.get("size") is None:
            self.add_error("size", "Say how large the file is.")


class LinkForm(forms.Form):
    """The address of a recording, and who fetches it."""

    use_required_attribute = False

    url = forms.CharField(
        label="Address",
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
        error_messages={"required": "Write the address of a recording."},
    )
    fetched_by = forms.ChoiceField(
        label="Who fetches it",
        choices=[(FETCH, "Fetch it here"), (HAND, "Hand the address to the API")],
        initial=FETCH,
        widget=forms.RadioSelect,
    )

    def clean_url(self):
        url = self.cleaned_data["url"].strip()
        try:
            parts = urlsplit(url)
            whole = parts.scheme in ("http", "https") and parts.hostname
        except ValueError:
            whole = False
        if not whole or any(ord(c) <= 32 for c in url):
            raise forms.ValidationError("Write the whole address of a recording, beginning with https://.")
        return url


class TitleForm(forms.Form):
    title = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": "A recording needs a title."},
    )


class Language(forms.CharField):
    """A language by its English name or its code; what is stored is the code."""

    widget = forms.TextInput(attrs={"list": "languages", "autocomplete": "off", "placeholder": "Detect"})

    def to_python(self, value):
        text = super().to_python(value)
        if not text or text.casefold() == "detect":
            return ""
        if (code := languages.code_of(text)) is None:
            raise forms.ValidationError("No language is called that here. Choose one of the list, or write its code, such as en.")
        return code

    def prepare_value(self, value):
        return languages.shown(value) if value else value


class Granularities(Choice):
    """What gets a time of its own; stored as the list that the API takes."""

    def __init__(self, **kwargs):
        choices = [("segment", "Segments"), ("word", "Words"), ("segment,word", "Segments and words")]
        super().__init__(choices, default="segments", **kwargs)

    def clean(self, value):
        return [name for name in super().clean(value).split(",") if name]

    def prepare_value(self, value):
        return ",".join(sorted(value)) if isinstance(value, list) else value


class TranscriptionForm(forms.Form):
    """Settings of a transcription or a translation. What is left empty is not sent, and the API's own default holds."""

    use_required_attribute = False
    # As the page begins: what a text that can be listened to and corrected needs.
    FIRST = {"task": TRANSCRIBE, "response_format": "verbose_json", "timestamp_granularities": ["segment", "word"]}
    # Columns of their own in a transcript.
    OURS = ("task", "model")

    model = forms.CharField(max_length=200, error_messages={"required": "Choose a model."})
    task = forms.ChoiceField(label="Task", choices=Transcript.TASKS, required=False)
    language = Language(
        max_length=60, required=False, help_text="What is spoken. Saying it is quicker and surer than letting it be detected."
    )
    prompt = forms.CharField(
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text="Names and words as they are spelled, or the text before; in the recording’s language (English to translate).",
    )
    temperature = number(0, 1, "0.1", help_text="0 to 1. With 0 the API raises it by itself where it is unsure of what it heard.")
    response_format = Choice(
        [("json", "JSON: the text alone"), ("text", "Text"), ("verbose_json", "Verbose JSON: with times and confidence")],
        label="Response format",
        default="json",
        help_text="Times, confidence and the player that follows the words need Verbose JSON.",
    )
    timestamp_granularities = Granularities(
        label="Timestamp granularities", help_text="Needs Verbose JSON. Times of words take a little longer."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["temperature"].widget.attrs["placeholder"] = "Default: 0"

    def clean_task(self):
        return self.cleaned_data["task"] or TRANSCRIBE

    def clean(self):
        timed = self.cleaned_data.get("timestamp_granularities")
        if timed and self.cleaned_data.get("response_format") != "verbose_json" and not self.translates:
            self.add_error("timestamp_granularities", "It needs the response format Verbose JSON.")

    @property
    def translates(self):
        return self.cleaned_data.get("task") == TRANSLATE

    def controls(self):
        """The fields that stand in the form, in order; the model has a picker of its own."""
        return [self[name] for name in self.fields if name != "model"]

    @classmethod
    def said(cls, parameters):
        """[(name, label, words)] of stored settings, as people read them."""
        form = cls(initial=parameters)
        return [(name, form[name].label, form.word(name)) for name in parameters if name in form.fields]

    def word(self, name):
        value, choices = self[name].value(), dict(getattr(self.fields[name], "choices", ()))
        return choices[value].partition(":")[0] if value in choices else str(value)

    @classmethod
    def beginning(cls):
        """{name: text} of the controls as the page begins."""
        form = cls(initial=cls.FIRST)
        return {name: form[name].value() for name in cls.FIRST}

    def stored(self, before=None):
        """What was set, by the API's names, without model, task and what the task does not take."""
        known = audio.TRANSLATION if self.translates else audio.TRANSCRIPTION
        return {name: value for name, value in self.cleaned_data.items() if name in known and value not in (None, "", [])}

    def held(self, before=None):
        """The same for a preset: with the task, and with what another task takes."""
        kept = {name: value for name, value in (before or {}).items() if name in self.base_fields and name not in self.data}
        given = {name: value for name, value in self.cleaned_data.items() if name != "model" and value not in (None, "", [])}
        return {**kept, **given}


class KeyForm(forms.Form):
    """The key of an action that must happen once, however often it is sent."""

    key = forms.RegexField(KEY, error_messages={"required": "Load the page again.", "invalid": "Load the page again."})
