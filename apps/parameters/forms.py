"""Every request parameter, defined once: control, limits, help, validation, request body."""

from django import forms

MAX_STOPS = 4


class StopSequences(forms.Field):
    """One sequence a line, up to four; ``\\n`` stands for a line break inside a sequence."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "data-lines": MAX_STOPS})

    def to_python(self, value):
        lines = [line for line in (value or "").replace("\r\n", "\n").split("\n") if line]
        return [line.replace("\\n", "\n").replace("\\t", "\t") for line in lines]

    def prepare_value(self, value):
        if isinstance(value, list):
            return "\n".join(item.replace("\n", "\\n").replace("\t", "\\t") for item in value)
        return value

    def validate(self, value):
        super().validate(value)
        if len(value) > MAX_STOPS:
            raise forms.ValidationError(f"The API takes up to {MAX_STOPS} stop sequences; these are {len(value)}.")
        if any(len(item) > 500 for item in value):
            raise forms.ValidationError("A stop sequence may have up to 500 characters.")


def slider(step):
    return forms.NumberInput(attrs={"step": step, "inputmode": "decimal"})


class ParametersForm(forms.Form):
    """The parameters of a chat completion. What is left empty is not sent, and the API's own default holds."""

    use_required_attribute = False

    model = forms.CharField(max_length=200, required=False)
    system = forms.CharField(
        label="System message",
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "You are a helpful assistant."}),
        help_text="Set at the start of every request of this conversation.",
    )
    temperature = forms.FloatField(
        min_value=0,
        max_value=2,
        required=False,
        widget=slider("0.1"),
        help_text="0 to 2. Lower is steadier, higher is more varied. Change this or Top P, not both.",
    )
    top_p = forms.FloatField(
        label="Top P",
        min_value=0,
        max_value=1,
        required=False,
        widget=slider("0.05"),
        help_text="0 to 1. Only the likeliest tokens that add up to this share are considered.",
    )
    max_completion_tokens = forms.IntegerField(
        label="Max completion tokens",
        min_value=1,
        max_value=2_000_000,
        required=False,
        help_text="The answer ends here at the latest, with finish reason “length”.",
    )
    stop = StopSequences(
        label="Stop sequences", required=False, help_text="Up to four, one a line. The answer ends before the first that appears."
    )
    seed = forms.IntegerField(
        min_value=-(2**63),
        max_value=2**63 - 1,
        required=False,
        help_text="The same seed and settings give the same answer, as far as the API can.",
    )

    DEFAULTS = {"temperature": "1", "top_p": "1", "max_completion_tokens": "the model’s limit", "seed": "random"}
    # In the order of the request body; system becomes a message, not a member.
    MEMBERS = ("temperature", "top_p", "max_completion_tokens", "stop", "seed")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # Its controls stand in the inspector, outside the form that sends the message.
            field.widget.attrs["form"] = "composer"
            if name in self.DEFAULTS:
                field.widget.attrs.setdefault("placeholder", f"Default: {self.DEFAULTS[name]}")

    def stored(self):
        """What was set, as JSON for the conversation: {name: value}."""
        return {name: value for name, value in self.cleaned_data.items() if name != "model" and value not in (None, "", [])}


def to_request(stored):
    """The members of a request body that stored parameters (``ParametersForm.stored``) stand for."""
    return {name: stored[name] for name in ParametersForm.MEMBERS if name in stored}
