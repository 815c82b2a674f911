"""Forms of the transcript page."""

from django import forms

from apps.core.text import clean


class TitleForm(forms.Form):
    title = forms.CharField(label="Title", max_length=200)

    def clean_title(self):
        return clean(self.cleaned_data["title"])


class ImportForm(forms.Form):
    file = forms.FileField(label="File", max_length=200)


class AgainForm(forms.Form):
    """Other settings for a stretch of a recording; what is left empty is not sent."""

    start = forms.FloatField(min_value=0, widget=forms.HiddenInput)
    end = forms.FloatField(min_value=0, widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    model = forms.CharField(label="Model", max_length=200)
    language = forms.RegexField(
        r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$",
        label="Language",
        required=False,
        help_text="A code as en, de or fa; left empty it is detected.",
        error_messages={"invalid": "Write a language code, as en."},
    )
    temperature = forms.FloatField(
        label="Temperature",
        min_value=0,
        max_value=1,
        required=False,
        help_text="0 to 1. Another than before leads to another text.",
    )
    prompt = forms.CharField(
        label="Prompt",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Names and words as they are to be written.",
    )

    def clean(self):
        told = super().clean()
        if not self.errors and told["end"] <= told["start"]:
            raise forms.ValidationError("The stretch ends before it begins.")
        return told

    def stored(self):
        """The parameters by the API's names, as far as they were set."""
        told = {name: self.cleaned_data[name] for name in ("language", "temperature", "prompt")}
        return {name: value for name, value in told.items() if value not in (None, "")}
