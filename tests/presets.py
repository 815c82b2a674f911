"""Presets of Alice's team, and what an answer says of the one that is applied."""

import html
import json
import re

import pytest

from apps.parameters.models import Preset

SETTINGS = {
    "temperature": 0.2,
    "stop": ["END"],
    "system": "Be brief.",
    "tools": [{"type": "function", "function": {"name": "now"}}],
}
FIELDS = {"temperature": "0.2", "stop": "END", "system": "Be brief.", "tools": json.dumps(SETTINGS["tools"])}


@pytest.fixture
def preset(people, ours):
    return Preset.keep(ours, people["alice"], name="Steady", description="For facts", model="m-1", parameters=SETTINGS)


@pytest.fixture
def steady(people, ours):
    return Preset.keep(ours, people["alice"], name="Steady", description="For facts", parameters=SETTINGS)


@pytest.fixture
def private(people, ours):
    return Preset.keep(ours, people["alice"], name="Hidden one", private=True, parameters={"seed": 7})


def shown(answer):
    """(id, {control: text}) of the preset that an answer says is applied."""
    found = re.search(r'data-texts="([^"]*)".*?name="preset" value="(\w*)"', answer.text)
    return found[2], json.loads(html.unescape(found[1]))
