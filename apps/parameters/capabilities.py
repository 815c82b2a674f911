"""What each family of models takes, from one dated table; models that nobody wrote about take everything.

``PLAYGROUND_CAPABILITIES`` names a file of the same shape whose families come before ours.
"""

import functools
import json
from fnmatch import fnmatchcase
from pathlib import Path

from django.conf import settings

TABLE = Path(__file__).with_name("capabilities.json")

EFFORTS = ("none", "default", "low", "medium", "high")
BUILTIN_TOOLS = ("browser_search", "code_interpreter")
SEARCH = ("search_include_domains", "search_exclude_domains", "search_include_images", "search_country")
COMPOUND = ("compound_reasoning_model", "compound_answering_model", "compound_enabled_tools", "compound_wolfram_authorization")
TOOLS = ("tools", "tool_choice", "disable_tool_validation")


def family_of(model):
    """The family's row, or None for a model that stands in no table."""
    for family in families(settings.CAPABILITIES):
        if any(fnmatchcase(model.lower(), pattern.lower()) for pattern in family["match"]):
            return family
    return None


@functools.cache
def families(more):
    """All rows, those of the file ``more`` (or "") first; raises ValueError with the file's name when it cannot be read."""
    rows = []
    for path in [Path(more), TABLE] if more else [TABLE]:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))["families"]
            rows += [{**row, "match": list(row["match"]), "name": str(row["name"])} for row in found]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}: not a table of capabilities ({error!r})") from error
    return rows


def takes_no_images(model):
    """Why a model takes no images; an empty string where it does, or where nobody knows."""
    family = family_of(model)
    return f"{family['name']} takes no images." if family and family.get("vision") is False else ""


def replays_reasoning(model):
    """Which thoughts of earlier answers the model wants back: ``always``, those of the ``tools`` called in this turn, ``never``.

    Nobody may want them whose family does not say so: a member that a model does not know is refused.
    """
    rule = (family_of(model) or {}).get("replay_reasoning")
    return rule if rule in ("always", "tools") else "never"


def limits(model):
    """What to tell of a model: whether it is ``known``, its ``family``, ``context`` and ``output`` in tokens or None.

    ``fields`` are {name of a control: why the model does not take it}, ``options`` {name: {value: why not}}.
    """
    family = family_of(model)
    if family is None:
        return {"known": False, "family": "", "fields": {}, "options": {}, "context": None, "output": None}
    name, fields, options = family["name"], {}, {}

    def refuse(names, why):
        fields.update(dict.fromkeys(names, why))

    efforts, formats = family.get("reasoning_effort"), family.get("reasoning_format")
    if efforts == []:
        refuse(["reasoning_effort"], f"{name} has no levels of reasoning.")
    elif efforts:
        options["reasoning_effort"] = {value: f"{name} does not know it." for value in EFFORTS if value not in efforts}
    if formats == []:
        refuse(["reasoning_format"], f"{name} cannot choose how its reasoning comes.")
    if family.get("include_reasoning") is False:
        refuse(["include_reasoning"], f"{name} does not reason aloud.")
    if family.get("tools") is False:
        refuse(TOOLS, f"{name} calls no tools of yours.")
    if family.get("parallel_tools") is False:
        refuse(["parallel_tool_calls"], f"{name} calls one tool at a time.")
    for tool in BUILTIN_TOOLS:
        if tool not in family.get("builtin_tools", [tool]):
            refuse([tool], f"{name} has no built-in {tool.replace('_', ' ')}.")
    if family.get("json_schema") is False:
        options["response_format"] = {"json_schema": f"{name} does not follow schemas."}
        refuse(["schema", "schema_name", "schema_strict"], f"{name} does not follow schemas.")
    if family.get("search") is False:
        refuse(SEARCH, f"{name} does not search the web.")
    if family.get("compound") is False:
        refuse(COMPOUND, "Only Compound systems take this.")
    return {
        "known": True,
        "family": name,
        "fields": fields,
        "options": options,
        "context": family.get("context"),
        "output": family.get("output"),
    }
