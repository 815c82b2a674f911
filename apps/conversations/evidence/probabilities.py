"""How sure the model was of each word (ChatCompletionTokenLogprob), in five steps."""

import json
import math
from typing import NamedTuple

from apps.core.reading import cut, number, objects

# The least probability of each step, the surest first.
STEPS = (0.9, 0.7, 0.5, 0.2, 0.0)
WORDS = ("90 % and more", "70 to 90 %", "50 to 70 %", "20 to 50 %", "below 20 %")
# More than a reader looks at; a page with more would feel it.
MOST = 2000


class Token(NamedTuple):
    shown: str  # as it stands in the text
    name: str  # as it can be heard: “ the”
    step: int  # 1, the surest, to 5; 0 when nothing is known
    chance: str  # "93.1 %"
    rivals: str  # JSON for the element: [[name, chance], …], the likeliest first


class Map(NamedTuple):
    tokens: list[Token]
    total: int
    mean: str
    legend: list


def of(logprobs):
    given = objects(logprobs)
    tokens = [token(entry) for entry in given[:MOST]]
    # -9999 says only that a token was unlikely, not how much.
    known = [value for entry in given if chance(entry) is not None and (value := entry["logprob"]) > -9999]
    mean = percent(math.exp(sum(known) / len(known))) if known else ""
    return Map(tokens, len(given), mean, list(enumerate(WORDS, 1)))


def token(entry):
    value = chance(entry)
    shown = cut(entry["token"], 200) if isinstance(entry.get("token"), str) else ""
    rivals = [[name(rival.get("token")), percent(chance(rival))] for rival in objects(entry.get("top_logprobs"))[:20]]
    return Token(shown, name(entry.get("token")), step(value), percent(value), json.dumps(rivals, ensure_ascii=False))


def chance(entry):
    """The probability; None when it is not told or is none."""
    value = number(entry.get("logprob"))
    return None if value is None or value > 1e-6 else math.exp(max(value, -9999.0))


def step(value):
    return 0 if value is None else next(place for place, least in enumerate(STEPS, 1) if value >= least)


def percent(value):
    if value is None:
        return "unknown"
    if value < 0.0005:
        return "under 0.1 %"
    return f"{value * 100:.1f} %"


def name(value):
    """The token in quotes, with what cannot be seen made visible."""
    if not isinstance(value, str):
        return "nothing"
    seen = cut(value, 200).replace("\n", "↵").replace("\t", "⇥").replace(" ", "␣") if not value.strip() else cut(value, 200)
    return f"“{seen}”"
