"""What a watcher of a running answer sees, and how it changes: the frames of one run.

Frame members, all optional: ``blocks`` (HTML of finished Markdown blocks, to add), ``tail`` (the whole open tail as
text) or ``append`` (more of it), ``code`` (language of an open code block, null outside of one), ``reasoning`` (more
of it), ``thought`` (seconds of thinking so far, once the answer goes on; null where nobody measured), ``tools`` (a line
for each tool that the API uses, all of them), ``calls`` (tool calls: ``at`` which place, their ``name``, and more of
their arguments), ``status`` (``waiting``, also with ``fallback``; ``retry`` with seconds to wait; ``streaming``).
"""

import time

from apps.core import markdown


class Picture:
    def __init__(self, prefix="", measured=True):
        """``measured`` is False where text comes too coarsely for its times to be true."""
        self.began = time.monotonic()
        self.measured = measured
        self.thinking_since, self.thought, self.thought_over = None, 0.0, False
        self.tools, self.tools_turned = [], False
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
        if self.thinking_since is not None:
            self.rest()
        self.blocks += self.live.feed(text)
        self.written = True

    def finish(self):
        """No more will come: the open tail becomes blocks."""
        self.blocks += self.live.finish()
        self.written = True

    def think(self, text):
        """More of the reasoning."""
        if self.thinking_since is None:
            self.thinking_since = time.monotonic()
        self.reasoning.append(text)
        self.thoughts.append(text)

    def call(self, calls):
        """The tool calls so far, in order, as they grow (``ToolCall``)."""
        self.calls = calls

    def rest(self):
        """The thinking is over for now: the answer goes on, or ends."""
        if self.thinking_since is not None:
            self.thought += time.monotonic() - self.thinking_since
            self.thinking_since, self.thought_over = None, True

    def use(self, tools):
        """What the API does with its own tools, a line for each, in place of what was."""
        self.tools, self.tools_turned = tools, True

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
        if self.thought_over:
            frame["thought"] = self.thought_for()
        if self.tools_turned:
            frame["tools"] = self.tools
        if self.turned:
            frame["status"] = self.seen_status()
        if self.calls and (news := list(self.call_news())):
            frame["calls"] = news
        self.thought_over = self.tools_turned = False
        self.blocks, self.thoughts, self.written, self.turned = [], [], False, False
        return frame or None

    def snapshot(self):
        """The whole picture, for whoever comes in the middle."""
        tail, code = self.tail()
        thought = {} if self.thinking_since is not None or not self.reasoning else {"thought": self.thought_for()}
        return thought | {
            "blocks": self.live.html,
            "tail": tail,
            "code": code,
            "reasoning": "".join(self.reasoning),
            "tools": self.tools,
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

    def thought_for(self):
        return round(self.thought, 2) if self.measured else None

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
