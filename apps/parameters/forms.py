"""Every request parameter, defined once: control, limits, help; where it stands is in ``groups``."""

import json

from django import forms

from apps.parameters import shapes
from apps.parameters.apis import CHAT, NAMES, WORDS, limits, taken
from apps.parameters.capabilities import EFFORTS
from apps.parameters.fields import MAX_STOPS, Choice, Json, Lines, YesNo, integer, number, text
from apps.parameters.groups import GROUPS

# Columns of their own in a conversation.
OURS = ("model", "api")
NOT_YET = "Not supported by any model yet."


class Shared(dict):
    """Fields that every form uses as they are: copying forty of them would cost more than the rest of a message."""

    def __deepcopy__(self, memo):
        return self


class ParametersForm(forms.Form):
    """The parameters of a chat completion or a response. What is left empty is not sent, and the API's own default holds."""

    use_required_attribute = False

    model = forms.CharField(max_length=200, required=False)
    api = forms.TypedChoiceField(
        label="API", choices=[(word, NAMES[api]) for word, api in WORDS.items()], coerce=WORDS.get, empty_value=None, required=False
    )
    system = forms.CharField(
        label="System message",
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "You are a helpful assistant."}),
        help_text="Set at the start of every request of this conversation.",
    )

    temperature = number(0, 2, "0.1", help_text="0 to 2. Lower is steadier, higher is more varied. Change this or Top P, not both.")
    top_p = number(
        0, 1, "0.05", label="Top P", help_text="0 to 1. Only the likeliest tokens that add up to this share are considered."
    )
    max_completion_tokens = integer(
        1, 2_000_000, label="Max completion tokens", help_text="The answer ends here at the latest, with finish reason “length”."
    )
    stop = Lines(
        label="Stop sequences",
        most=MAX_STOPS,
        what="stop sequences",
        help_text="Up to four, one a line. The answer ends before the first that appears.",
    )
    seed = integer(-(2**63), 2**63 - 1, help_text="The same seed and settings give the same answer, as far as the API can.")

    reasoning_effort = Choice(
        [(value, value.title()) for value in EFFORTS],
        label="Reasoning effort",
        default="the model’s",
        help_text="How long a reasoning model thinks before it answers.",
    )
    reasoning_format = Choice(
        [("parsed", "Parsed: apart from the answer"), ("raw", "Raw: in the answer, between <think> marks"), ("hidden", "Hidden")],
        label="Reasoning format",
        default="the model’s",
        help_text="How the reasoning comes. Excludes Include reasoning.",
    )
    include_reasoning = YesNo(
        label="Include reasoning", default="the model’s", help_text="Whether the reasoning comes at all. Excludes Reasoning format."
    )

    response_format = Choice(
        [("text", "Text"), ("json_object", "JSON object"), ("json_schema", "JSON schema")],
        label="Response format",
        default="text",
        help_text="JSON object needs the word JSON somewhere in your messages; JSON schema follows the schema below.",
    )
    schema_name = text(64, label="Schema name", help_text="Up to 64 letters, digits, _ and -. “answer” when left empty.")
    schema = Json(
        shapes.schema,
        label="JSON schema",
        rows=8,
        example='{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}',
        help_text="The shape of the answer, as JSON Schema.",
    )
    schema_strict = YesNo(
        label="Strict schema",
        default="no",
        help_text="The answer is held to the schema while it is written; every property has to be required, no others allowed.",
    )

    tools = Json(
        shapes.tools,
        rows=8,
        example='[{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]',
        help_text="Up to 128 definitions of functions that the model may call.",
    )
    browser_search = YesNo(label="Browser search", default="no", help_text="A built-in tool: the model searches the web.")
    code_interpreter = YesNo(label="Code interpreter", default="no", help_text="A built-in tool: the model runs Python.")
    tool_choice = Choice(
        [("auto", "Auto"), ("none", "None"), ("required", "Required"), ("function", "The function named below")],
        label="Tool choice",
        default="auto with tools, else none",
        help_text="Whether the model may, must not or must call a tool.",
    )
    tool_name = text(64, label="Function to call", help_text="The name of one of your tools, where Tool choice asks for it.")
    parallel_tool_calls = YesNo(label="Parallel tool calls", default="yes", help_text="Several calls in one answer.")
    disable_tool_validation = YesNo(
        label="Disable tool validation",
        default="no",
        help_text="Calls of tools that were not given are let through. A single function cannot be required then.",
    )

    search_include_domains = Lines(
        label="Search only these domains", what="domains", help_text="One a line. * stands for anything, as in *.edu."
    )
    search_exclude_domains = Lines(label="Never search these domains", what="domains", help_text="One a line.")
    search_include_images = YesNo(label="Search images", default="no", help_text="Whether results bring images.")
    search_country = text(100, label="Search country", help_text="Results of this country first, by its English name: switzerland.")
    documents = Json(
        shapes.documents,
        example='[{"id": "1", "source": {"type": "text", "text": "…"}}]',
        help_text="Texts or data that the answer may draw on and cite.",
    )
    citation_options = Choice(
        [("enabled", "Enabled"), ("disabled", "Disabled")],
        label="Citations",
        default="enabled",
        help_text="Whether the answer says which document or page it draws on.",
    )

    compound_reasoning_model = text(label="Reasoning model", help_text="The model with which a Compound system thinks.")
    compound_answering_model = text(label="Answering model", help_text="The model with which it answers.")
    compound_enabled_tools = Lines(
        label="Enabled tools", what="tools", help_text="One a line, such as web_search or code_interpreter."
    )
    compound_wolfram_authorization = text(
        label="Wolfram authorization",
        help_text="A key for Wolfram Alpha. It is kept with the conversation, where everyone in the team can read it.",
    )

    service_tier = Choice(
        [("auto", "Auto"), ("on_demand", "On demand"), ("flex", "Flex"), ("performance", "Performance")],
        label="Service tier",
        default="on demand",
        help_text="Auto: the highest within your limits. Flex: more requests, which may be refused when capacity is short.",
    )

    user = text(label="End user", help_text="An identifier of who asks, for the API’s own watch over abuse.")
    metadata = Json(shapes.texts, rows=2, example='{"purpose": "test"}', help_text=f"Names and texts. {NOT_YET}")
    store = YesNo(default="no", help_text=NOT_YET)
    truncation = Choice(
        [("auto", "Auto"), ("disabled", "Disabled")],
        default="disabled",
        help_text="Auto: what is too long for the model is shortened. Disabled: it is refused.",
    )
    presence_penalty = number(-2, 2, "0.1", label="Presence penalty", help_text=f"-2 to 2. {NOT_YET}")
    frequency_penalty = number(-2, 2, "0.1", label="Frequency penalty", help_text=f"-2 to 2. {NOT_YET}")
    logit_bias = Json(shapes.biases, rows=2, label="Logit bias", example='{"50256": -100}', help_text=NOT_YET)
    logprobs = YesNo(default="no", help_text=NOT_YET)
    top_logprobs = integer(0, 20, label="Top logprobs", help_text=f"0 to 20, with Logprobs. {NOT_YET}")
    n = integer(1, 1, label="Number of answers", help_text="Only 1 is taken.")
    extra = Json(
        shapes.extra,
        label="Extra JSON",
        example='{"new_parameter": true}',
        help_text="Members for what is newer than this page; they win over the controls above.",
    )

    DEFAULTS = {
        "temperature": "1",
        "top_p": "1",
        "max_completion_tokens": "the model’s limit",
        "seed": "random",
        "presence_penalty": "0",
        "frequency_penalty": "0",
        "n": "1",
        "schema_name": "answer",
    }

    # What ``clean`` and the views may miss.
    ASKED_FOR = ("model", "schema", "tool_name")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            # With every message come all parameters, most of them empty: only the others are looked at.
            self.fields = {
                name: field
                for name, field in self.fields.items()
                if name in self.ASKED_FOR or self.data.get(name) not in (None, "")
            }

    def groups(self):
        """[(title, whether to show it open, bound fields)] as the inspector shows them."""
        changed = {name for name in self.fields if self[name].value() not in (None, "", [])}
        return [(title, opened or bool(changed & set(names)), [self[name] for name in names]) for title, opened, names in GROUPS]

    def limits(self):
        """What the chosen model and API do not take, for the page's script."""
        return json.dumps(limits(self["model"].value() or "", self.chosen_api() or CHAT))

    def chosen_api(self):
        """The API of the form; None where it says nothing."""
        return self.cleaned_data.get("api") if self.is_bound else self.initial.get("api")

    def api_word(self):
        """The same, as the page calls it."""
        return next((word for word, api in WORDS.items() if api == self.chosen_api()), "chat")

    def sends(self, *names):
        """Whether the chosen model and API take all of these."""
        return taken(self.cleaned_data, self.cleaned_data.get("model", ""), self.chosen_api() or CHAT).keys() >= set(names)

    def clean(self):
        """What the API refuses together is said here, with the reason."""
        set_ = self.cleaned_data.get
        both = set_("reasoning_format") and set_("include_reasoning") is not None
        if both and self.sends("reasoning_format", "include_reasoning"):
            self.add_error("include_reasoning", "It excludes Reasoning format: the API takes only one of the two.")
        if set_("response_format") == "json_schema" and not set_("schema") and "schema" not in self.errors:
            self.add_error("schema", "Response format asks for a schema, and there is none.")
        if set_("schema_name"):
            self.check_name("schema_name")
        if set_("tool_choice") == "function" and not set_("tool_name"):
            self.add_error("tool_name", "Tool choice asks for a function; say which.")
        if set_("tool_name"):
            self.check_name("tool_name")
        if set_("top_logprobs") is not None and set_("logprobs") is not True and self.sends("top_logprobs"):
            self.add_error("top_logprobs", "It needs Logprobs.")

    def check_name(self, name):
        try:
            shapes.a_name(self.cleaned_data[name], "It")
        except ValueError as error:
            self.add_error(name, str(error))

    def stored(self, before=None):
        """What was set, as JSON for the conversation: {name: value}.

        A control that was disabled for this model or API may not be submitted: what it held ``before`` is kept for the next.
        """
        kept = {name: value for name, value in (before or {}).items() if name in self.base_fields and name not in self.data}
        given = {name: value for name, value in self.cleaned_data.items() if name not in OURS and value not in (None, "", [])}
        return {**kept, **given}

    # What a preset keeps of it.
    held = stored


for _name, _field in ParametersForm.base_fields.items():
    # Its controls stand in the inspector, outside the form that sends the message.
    _field.widget.attrs["form"] = "composer"
    if _name in ParametersForm.DEFAULTS:
        _field.widget.attrs.setdefault("placeholder", f"Default: {ParametersForm.DEFAULTS[_name]}")
ParametersForm.base_fields = Shared(ParametersForm.base_fields)
