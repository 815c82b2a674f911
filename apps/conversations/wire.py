"""What the wire panel shows of a run: the answer as it came, each event with its time, and where the time went."""

from dataclasses import dataclass
from http import HTTPStatus

from apps.conversations.models import Exchange
from apps.groq import journal, json
from apps.groq.errors import GroqError
from apps.parameters.apis import CHAT, MODULES

PAGE = 200
LONGEST = 200_000


@dataclass
class Span:
    """A part of the time of a run, in seconds from its start; ``x`` and ``width`` in thousandths of the whole."""

    name: str
    start: float
    length: float
    note: str = ""
    x: float = 0
    width: float = 0


def exchange_of(run):
    return Exchange.objects.filter(pk=run.pk).first()


def response(run, exchange):
    """What the panel’s Response tells: status line, headers with the limits first, and the body put together."""
    if exchange is None:
        return None
    headers = sorted(exchange.headers, key=lambda pair: (not pair[0].startswith(("x-ratelimit", "retry-after")), pair[0]))
    text, assembled = body(exchange, run.api)
    return {
        "status": f"{exchange.status} {phrase(exchange.status)}".strip() if exchange.status else "",
        "headers": headers,
        "body": text[:LONGEST],
        "cut": LONGEST if len(text) > LONGEST else 0,
        "assembled": assembled,
    }


def phrase(status):
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def body(exchange, api=CHAT):
    """(text, whether it was put together from events)"""
    packed = bytes(exchange.events)
    if streamed(exchange):
        return json.pretty(assembled(packed, api), LONGEST + 1), True
    text = journal.body(packed)
    try:
        return json.pretty(json.loads(text), LONGEST + 1), False
    except ValueError:
        return text, False


def streamed(exchange):
    kind = next((value for name, value in exchange.headers if name.lower() == "content-type"), "text/event-stream")
    return bool(exchange.status) and exchange.status < 300 and "event-stream" in kind


def assembled(packed, api=CHAT):
    """The events put together as the one answer that they are."""
    reply = MODULES[api].Reply(as_sent=True)
    for event in journal.events(packed):
        try:
            chunk = json.loads(event.data)
            if isinstance(chunk, dict):
                reply.absorb(chunk)
        except (json.Malformed, GroqError):
            # [DONE], or what ended the stream; it stands among the events as it came.
            continue
    reply.ended(finished=True)
    return reply.to_completion()


def events(exchange, after=0):
    """({number, at, gap, name, data} of up to PAGE events, how many there are in all)"""
    found = journal.events(bytes(exchange.events)) if exchange and streamed(exchange) else []
    before = found[after - 1].at if 0 < after <= len(found) else 0
    shown = []
    for number, event in enumerate(found[after : after + PAGE], after + 1):
        shown.append({"number": number, "at": event.at, "gap": event.at - before, "name": event.name, "data": event.data})
        before = event.at
    return shown, len(found)


def timing(run, exchange):
    """[Span] in the order of time; what the API told of itself stands where it can have been."""
    times, usage = (exchange.times if exchange else {}), run.usage or {}
    total = run.total_time or times.get("ended")
    if not total:
        return []
    spans, asked, first = [], times.get("asked", 0), run.first_token_time
    if exchange and exchange.attempts:
        spans.append(Span("Earlier attempts", 0, asked or total, f"{len(exchange.attempts)} refused, with the waits between"))
    elif asked > 0.0005:
        spans.append(Span("Preparation", 0, asked, "on this server"))
    connect = times.get("connect")
    if connect is not None:
        spans.append(Span("Connect", asked, connect, "" if connect else "a connection that was open"))
    at = began = asked + (connect or 0)
    for name, member in (("Queue", "queue_time"), ("Prompt", "prompt_time")):
        if usage.get(member) is not None:
            spans.append(Span(name, at, usage[member], "told by the API"))
            at += usage[member]
    if first is not None:
        if first > at:
            note = "what is left until the first token" if at > began else "and the model, which told no times"
            spans.append(Span("Network", at, first - at, note))
        spans.append(Span("First token", first, 0, "since you pressed Send"))
        told = usage.get("completion_time")
        length = min(told, total - first) if told is not None else total - first
        spans.append(Span("Generation", first, length, "told by the API" if told is not None else "until the last event"))
        rest = total - first - length
        if rest > 0.0005:
            spans.append(Span("Delivery", first + length, rest, "network, and the end of the stream"))
    for span in spans:
        span.x = min(1000 * span.start / total, 996)
        span.width = max(min(1000 * span.length / total, 1000 - span.x), 4)
    return [*spans, Span("Total", 0, total, x=0, width=1000)]
