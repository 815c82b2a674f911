"""What is to be spoken, how, and by which voice."""

from django import forms

from apps.audio.sound.encoding import FORMATS
from apps.core.text import clean
from apps.parameters.fields import Choice, number

# About an hour of sound.
MOST = 50_000
RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000)
NAMES = {"flac": "FLAC", "mp3": "MP3", "mulaw": "µ-law, in a WAV file", "ogg": "Ogg", "wav": "WAV"}


class SpeechForm(forms.Form):
    """What is left empty is not sent, and the API's own default holds. A model or voice that is not listed is typed beside it."""

    use_required_attribute = False

    text = forms.CharField(
        max_length=MOST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
        error_messages={
            "required": "Write what is to be spoken.",
            "max_length": f"It may have up to {MOST:,} characters; this has %(show_value)d.",
        },
    )
    model = forms.CharField(max_length=200, required=False)
    other_model = forms.CharField(max_length=200, required=False)
    voice = forms.CharField(max_length=200, required=False)
    other_voice = forms.CharField(max_length=200, required=False)
    response_format = Choice([(name, NAMES[name]) for name in FORMATS], label="Format", default="MP3")
    sample_rate = forms.TypedChoiceField(
        label="Sample rate",
        choices=[("", "Default: 48,000 Hz"), *((str(rate), f"{rate:,} Hz") for rate in RATES)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    speed = number(0.5, 5, "0.1", help_text="0.5 to 5. Default: 1.")

    def clean_text(self):
        text = clean(self.cleaned_data["text"])
        if not text.strip():
            raise forms.ValidationError("Write what is to be spoken.")
        return text

    def clean(self):
        given = self.cleaned_data
        for name, what in (("model", "a model"), ("voice", "a voice")):
            if name in given and "other_" + name in given:
                given[name] = clean(given[name] or given["other_" + name])
                if not given[name]:
                    self.add_error(name, f"Choose {what}, or type its name.")

    def asked(self):
        """What ``Speech.ask`` is to be told of it."""
        return {name: self.cleaned_data[name] for name in ("text", "model", "voice")} | {"parameters": self.stored()}

    def stored(self):
        given = {name: self.cleaned_data[name] for name in ("response_format", "sample_rate", "speed")}
        return {name: value for name, value in given.items() if value not in (None, "")}

    @classmethod
    def of(cls, speech, text=""):
        """The form with what another speech was asked with."""
        return cls(initial={"text": text, "model": speech.model, "voice": speech.voice, **speech.parameters})


class AloudForm(forms.Form):
    """``team`` is that of the chat; where none is said, the one that the person works in."""

    team = forms.CharField(max_length=20, required=False)
    text = forms.CharField(max_length=MOST, error_messages=SpeechForm.base_fields["text"].error_messages)

    def clean_text(self):
        return clean(self.cleaned_data["text"])
