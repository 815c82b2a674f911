"""What the schema editor sends."""

from django import forms

from apps.parameters import shapes
from apps.parameters.fields import Json
from apps.parameters.schemas import checks


def anything(value):
    """JSON of any shape."""


class TextForm(forms.Form):
    """The text of a schema as it is being written: JSON, which may be wrong as a schema."""

    text = Json(anything)
    strict = forms.BooleanField(required=False)

    def clean_text(self):
        return something(self, "text", "There is no schema yet.")


class SampleForm(forms.Form):
    sample = Json(anything)

    def clean_sample(self):
        return something(self, "sample", "Paste a sample first.")


class RowsForm(forms.Form):
    """The form view: its rows, and the text that they came from."""

    rows = Json(shapes.an_object, required=True)
    text = forms.CharField(required=False, strip=False)


class SaveForm(forms.Form):
    name = forms.CharField(max_length=64, error_messages={"required": "Give it a name first."})
    text = Json(anything)
    overwrite = forms.BooleanField(required=False)

    def clean_name(self):
        try:
            shapes.a_name(self.cleaned_data["name"], "A schema")
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data["name"]

    def clean_text(self):
        schema = something(self, "text", "There is no schema yet.")
        for fault in checks.report(schema).faults:
            raise forms.ValidationError(f"{fault.path}: {fault.words}")
        return schema


def something(form, name, otherwise):
    """What was sent: null and {} are values, nothing is none."""
    if not form.data.get(name, "").strip():
        raise forms.ValidationError(otherwise)
    return form.cleaned_data[name]


def words(form):
    """What a form found, in one line."""
    return " ".join(error for errors in form.errors.values() for error in errors)
