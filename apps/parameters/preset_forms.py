"""What a person says of a preset, and what a preset says to the controls."""

import json

from django import forms

from apps.parameters import kinds
from apps.parameters.models import NAME_LENGTH


class PresetForm(forms.Form):
    """Name, description and audience of a preset. Its prefix keeps them apart from parameters of the same name."""

    use_required_attribute = False
    prefix = "preset"

    name = forms.CharField(
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": "A preset needs a name.", "max_length": "A name may have up to %(limit_value)d characters."},
    )
    description = forms.CharField(
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        error_messages={"max_length": "A description may have up to %(limit_value)d characters."},
    )
    audience = forms.ChoiceField(
        label="Who sees it", choices=[("team", "Team"), ("private", "Only you")], initial="team", widget=forms.RadioSelect
    )

    @classmethod
    def of(cls, preset):
        return cls(
            initial={"name": preset.name, "description": preset.description, "audience": "private" if preset.private else "team"}
        )

    def said(self):
        """What was said, as ``Preset.keep`` and ``Preset.describe`` take it."""
        given = self.cleaned_data
        return {"name": given["name"], "description": given["description"], "private": given["audience"] == "private"}


class NewPresetForm(PresetForm):
    with_model = forms.BooleanField(
        label="With the model", required=False, initial=True, help_text="Applying it chooses this model, too."
    )


def texts(preset):
    """What the controls show when the preset is applied, as JSON: {name: text}. What the form no longer knows is left out."""
    form = kinds.form_of(preset.kind)(initial=preset.parameters)
    values = {name: form[name].value() for name in preset.parameters if name in form.fields}
    return json.dumps(
        {name: value if isinstance(value, str) else str(value) for name, value in values.items() if value is not None}
    )


def written(form, preset=None):
    """The parameters of a valid form for a preset; what ``preset`` holds and the form no longer knows stays in it."""
    held = preset.parameters if preset else {}
    unknown = {name: value for name, value in held.items() if name not in form.base_fields}
    return {**unknown, **form.held(held)}


def described(preset):
    """[(label, text, whether it is longer than a line)] of what a preset holds, in the order of the form."""
    form = kinds.form_of(preset.kind)(initial=preset.parameters)
    rows = [("Model", preset.model)] if preset.model else []
    for name, field in form.fields.items():
        if name in preset.parameters:
            value = form[name].value()
            choices = dict(getattr(field, "choices", ()))
            rows.append((form[name].label, str(choices.get(value, value))))
    return [(label, text, len(text) > 60 or "\n" in text) for label, text in rows]
