"""What a watcher of a running answer sees, and how it changes: the frames of one run.

Frame members, all optional: ``blocks`` (HTML of finished Markdown blocks, to add), ``tail`` (the whole open tail as
text) or ``append`` (more of it), ``code`` (language of an open code block, null outside of one), ``reasoning`` (more
of it), ``calls`` (tool calls: ``at`` which place, their ``name``, and more of their arguments), ``status``
(``waiting``, ``retry`` with seconds to wait, ``streaming``).
"""

import time

from apps.core import markdown


class Picture:
    def __init__(self, prefix=""):
        self.began = time.monotonic()
        self.live = markdown.Live()
        self.reasoning = []
        self.status = {"waiting": True}
        self.blocks, self.thoughts = [], []
        self.shown, self.written, self.turned = ("", None), False, False
        self.calls, self.told = [], {}
        if prefix:
            self.write(prefix)

    def write(self, text):
        """More of the answer's text."""
        self.blocks += self.live.feed(text)
        self.written = True

    def finish(self):
        """No more will come: the open tail becomes blocks."""
        self.blocks += self.live.finish()
        self.written = True

    def think(self, text):
        """More of the reasoning."""
        self.reasoning.append(text)
        self.thoughts.append(text)

    def call(self, calls):
        """The tool calls so far, in order, as they grow (``ToolCall``)."""
        self.calls = calls

    def tell(self, **status):
        """What is going on, in place of what was."""
        self.status = status
        self.turned = True

    def frame(self):
        """What changed since the last frame; None when nothing did."""
        frame = {}
        if self.blocks:
            frame["blocks"] = "".join(self.blocks)
        if self.written:
            frame |= self.tail_news()
        if self.thoughts:
            frame["reasoning"] = "".join(self.thoughts)
        if self.turned:
            frame["status"] = self.seen_status()
        if self.calls and (news := list(self.call_news())):
            frame["calls"] = news
        self.blocks, self.thoughts, self.written, self.turned = [], [], False, False
        return frame or None

    def snapshot(self):
        """The whole picture, for whoever comes in the middle."""
        tail, code = self.tail()
        return {
            "blocks": self.live.html,
            "tail": tail,
            "code": code,
            "reasoning": "".join(self.reasoning),
            "status": self.seen_status(),
            "calls": [{"at": at, "name": call.name, "append": call.arguments} for at, call in enumerate(self.calls)],
        }

    def call_news(self):
        for at, call in enumerate(self.calls):
            arguments = call.arguments
            known, length = self.told.get(at, (None, 0))
            if call.name != known or len(arguments) > length:
                self.told[at] = call.name, len(arguments)
                yield {"at": at, "name": call.name, "append": arguments[length:]}

    def tail(self):
        return self.live.tail, self.live.tail_lang if self.live.tail_kind == "code" else None

    def tail_news(self):
        """Only what is new of the tail where it grew at its end; the whole of it, which is short, otherwise."""
        (before, kind), (tail, code) = self.shown, self.tail()
        self.shown = tail, code
        if kind != code or self.blocks or not tail.startswith(before):
            return {"tail": tail, "code": code}
        return {"append": tail[len(before) :]} if len(tail) > len(before) else {}

    def seen_status(self):
        """Times as the watcher needs them: seconds since the start, seconds still to wait."""
        now = time.monotonic()
        status = dict(self.status, elapsed=round(now - self.began, 2))
        if "until" in status:
            status["wait"] = round(max(0.0, status.pop("until") - now), 2)
        return status
