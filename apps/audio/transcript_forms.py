"""Forms of the transcript page."""

from django import forms

from apps.audio.forms import KEY, Language, TranscriptionForm


class ImportForm(forms.Form):
    file = forms.FileField(label="File", max_length=200)


class AgainForm(forms.Form):
    """Other settings for a stretch of a recording; what is left empty is not sent."""

    use_required_attribute = False

    start = forms.FloatField(min_value=0, widget=forms.HiddenInput)
    end = forms.FloatField(min_value=0, widget=forms.HiddenInput)
    key = forms.RegexField(KEY, widget=forms.HiddenInput)
    model = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"list": "again-models", "autocomplete": "off"}))
    language = Language(
        max_length=60,
        required=False,
        help_text=TranscriptionForm.base_fields["language"].help_text,
        widget=forms.TextInput(attrs={"list": "languages", "autocomplete": "off", "placeholder": "Detect"}),
    )
    temperature = TranscriptionForm.base_fields["temperature"]
    prompt = TranscriptionForm.base_fields["prompt"]

    def clean(self):
        told = super().clean()
        if not self.errors and told["end"] <= told["start"]:
            raise forms.ValidationError("The stretch ends before it begins.")
        return told

    def stored(self):
        """The parameters by the API's names, as far as they were set, with the times that a text needs to take another's place."""
        told = {name: self.cleaned_data[name] for name in ("language", "temperature", "prompt")}
        return {name: value for name, value in told.items() if value not in (None, "")} | {
            "response_format": "verbose_json",
            "timestamp_granularities": ["segment", "word"],
        }
