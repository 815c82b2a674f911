"""Service tiers: which one was asked for, which one answered, and the way from flex to on demand.

A tier is never changed in silence: a person chooses, or the conversation's setting ``falls_back`` does and the answer
tells of it in ``message.extras["fallback"]``: ``{"asked": tier, "attempts": times that it was refused, "code": why}``.
"""

from typing import NamedTuple

from apps.parameters.apis import RESPONSES

# The API's words, of both of its ways to answer.
TIERS = ("auto", "on_demand", "default", "flex", "performance")
NO_ROOM = 498


def on_demand(api=""):
    """What the tier that is billed by use and not refused for want of room is called there."""
    return "default" if api == RESPONSES else "on_demand"


class Tier(NamedTuple):
    """The tier that a run asked for and the one that answered, "" where nothing was said; whether it did answer."""

    asked: str
    used: str
    fallback: dict
    answered: bool

    def __str__(self):
        if self.asked and self.used and self.asked != self.used:
            return f"{self.asked} → {self.used}"
        return f"tier {self.used or self.asked}"

    @property
    def title(self):
        if self.fallback:
            return f"Service tier: {self.asked} was asked for and had no room, {self.used} was asked instead"
        if not self.used:
            return f"Service tier: {self.asked} was asked for; the API did not tell which one answered"
        return f"Service tier: {self.asked or 'none'} was asked for, {self.used} answered"

    @property
    def note(self):
        """What a person must know who did not choose the tier; an empty string when it is as they asked."""
        if not self.fallback:
            return ""
        times = self.fallback.get("attempts", 1)
        tries = f"{times} {'try' if times == 1 else 'tries'}"
        return f"{self.asked.capitalize()} had no room ({tries}): {'answered' if self.answered else 'asked'} on demand."


def of(run, extras):
    """The Tier of a run, or None where there is nothing to tell: none was asked for, and none but the usual one answered."""
    fallback = extras.get("fallback") or {}
    sent = asked_in(run.request)
    asked = fallback.get("asked") or sent
    used = run.service_tier or (sent if fallback else "")
    if not asked and used in ("", on_demand(run.api)):
        return None
    return Tier(asked, used, fallback, answered=run.state == "complete")


def fallback(run, attempts, code):
    """What is to be told when the run falls back after ``attempts``: extras of its message."""
    return {"fallback": {"asked": asked_in(run.request), "attempts": attempts, "code": code}}


def without_room(run, status):
    """Whether an answer's status says that the tier of this run had no room, and there is another to ask."""
    return status == NO_ROOM and asked_in(run.request) not in ("", on_demand(run.api))


def asked_in(request):
    """The tier that a request body names; a person who writes one by hand may name anything."""
    tier = request.get("service_tier")
    return tier if isinstance(tier, str) else ""
