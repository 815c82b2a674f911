"""Tool calls out of fragments."""

from typing import Any

from apps.groq import json
from apps.groq.errors import BrokenStream
from apps.groq.text import Text, clean

# Of one answer: twice as many as there can be tools. Each is a field for a person to fill in.
MOST_CALLS = 256
# Characters; what is longer nobody reads line by line.
MOST_LAID_OUT = 50_000


def laid_out(call: dict[str, Any]) -> dict[str, str]:
    """A stored call (``ToolCall.to_request``) for people: its arguments over several lines where they are JSON."""
    function = call.get("function") or {}
    arguments = function.get("arguments") or ""
    try:
        arguments = json.pretty(json.loads(arguments)) if len(arguments) < MOST_LAID_OUT else arguments
    except json.Malformed:
        pass  # Shown as the model wrote it.
    return {"id": call.get("id") or "", "name": function.get("name") or "", "arguments": arguments}


class ToolCall:
    """A call the model asks for: ``id`` (None if it never came), ``name``, and ``arguments`` as the model wrote them."""

    def __init__(self) -> None:
        self.id: str | None = None
        self.name = ""
        self.repeats_id = False  # another call of the same answer has this id
        self._arguments = Text()

    @property
    def arguments(self) -> str:
        return str(self._arguments)

    def parsed(self) -> dict[str, Any] | None:
        """The arguments as an object, {} if the model wrote none; None when they are not valid: show, never run."""
        text = self.arguments.strip()
        try:
            value = json.loads(text) if text else {}
        except json.Malformed:
            return None
        return value if isinstance(value, dict) else None

    @property
    def valid(self) -> bool:
        """Whether the call can be run: it has a name, an id of its own and an object of arguments."""
        return bool(self.name and self.id) and not self.repeats_id and self.parsed() is not None

    def to_request(self) -> dict[str, Any]:
        """The shape in which a later request repeats the call."""
        return {"id": self.id or "", "type": "function", "function": {"name": self.name, "arguments": self.arguments}}

    def finish(self) -> None:
        """No more fragments come."""
        self._arguments.finish()

    def add(self, id: str | None, name: str, arguments: str) -> None:
        repeated = id is not None and id == self.id
        self.id = self.id or (clean(id) if id else None)
        # Some upstreams repeat id and name in every fragment, others cut the name in two.
        if name and not (repeated and name == self.name):
            self.name = clean(self.name + name)
        if arguments:
            self._arguments.add(arguments)


class ToolCalls:
    """All calls of an answer, in order of appearance; each fragment costs the same however many came before."""

    def __init__(self) -> None:
        self.calls: list[ToolCall] = []
        self._by_index: dict[int, ToolCall] = {}
        self._by_id: dict[str, ToolCall] = {}

    def add(self, fragment: dict[str, Any], position: int) -> int:
        """Take one fragment, already checked by ``well_formed``; returns how many characters it adds.

        Raises ``BrokenStream`` beyond ``MOST_CALLS``.
        """
        function = fragment.get("function") or {}
        index = fragment.get("index")
        id = fragment.get("id") or None
        name = function.get("name") or ""
        call = self._find(position if index is None else index, id, name)
        had = call.id
        arguments = function.get("arguments") or ""
        call.add(id, name, arguments)
        if id and not had:
            call.repeats_id = self._by_id.setdefault(id, call) is not call
        return len(name) + len(arguments)

    def at(self, index: int) -> ToolCall | None:
        """The latest call under an index."""
        return self._by_index.get(index)

    def _find(self, index: int, id: str | None, name: str) -> ToolCall:
        call = self._by_index.get(index)
        # Upstreams that number badly send a second call under the index of the first.
        if call is None or (id and name and call.id and call.id != id):
            if len(self.calls) == MOST_CALLS:
                raise BrokenStream("The answer calls too many tools.", code="too_large", side="upstream")
            call = self._by_index[index] = ToolCall()
            self.calls.append(call)
        return call


def well_formed(fragments: object, function_call: object = None) -> bool:
    """Whether ``fragments`` is a list (or None) of fragments whose members have the right types."""
    if fragments is not None and not (isinstance(fragments, list) and all(_is_fragment(fragment) for fragment in fragments)):
        return False
    return function_call is None or _is_fragment({"function": function_call})


def _is_fragment(fragment: object) -> bool:
    if not isinstance(fragment, dict):
        return False
    function = fragment.get("function") or {}
    return (
        isinstance(fragment.get("index", 0), int | None)
        and isinstance(fragment.get("id"), str | None)
        and isinstance(function, dict)
        and isinstance(function.get("name"), str | None)
        and isinstance(function.get("arguments"), str | None)
    )
