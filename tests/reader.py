"""What a page shows of a running answer: ``live.js`` and ``message-stream.js``, read as Python."""

import json

WHOLE = ("snapshot", "final", "head", "gone")


class Page:
    """Takes frames as the page's scripts do; ``blocks`` and ``tail`` are what stands on the screen."""

    def __init__(self, topic):
        self.topic = topic
        self.epoch, self.seq, self.stale = None, 0, False
        self.blocks, self.tail, self.code, self.thoughts = "", "", None, ""
        self.status = {"waiting": True}
        self.final = self.state = None
        self.gone = False
        self.frames = self.snapshots = 0

    @property
    def over(self):
        return self.final is not None or self.gone

    def ask(self):
        """The frame that asks for what is missing here."""
        return json.dumps({"watch": self.topic, "epoch": self.epoch, "after": self.seq})

    def receive(self, frame):
        """True when a number is missing, so that the page must ask again."""
        if frame.get("topic") != self.topic:
            return False
        if frame.get("unknown"):
            self.take(frame)
            return False
        whole = any(member in frame for member in WHOLE)
        if not whole and frame["epoch"] == self.epoch and frame["seq"] <= self.seq:
            return False
        if self.stale and not whole:
            return False
        behind = self.epoch and (frame["epoch"] != self.epoch or frame["seq"] != self.seq + 1)
        if not whole and behind:
            self.epoch, self.seq, self.stale = None, 0, True
            return True
        self.stale, self.epoch, self.seq = False, frame["epoch"], frame["seq"]
        self.take(frame)
        return False

    def take(self, frame):
        self.frames += 1
        if "final" in frame:
            self.final, self.state = frame["final"], frame["state"]
            return
        if frame.get("unknown") or frame.get("gone"):
            self.gone = True
            return
        if "snapshot" in frame:
            self.snapshots += 1
            self.blocks = self.thoughts = ""
        news = frame.get("snapshot", frame)
        self.thoughts += news.get("reasoning", "")
        self.blocks += news.get("blocks", "")
        if "tail" in news:
            self.tail, self.code = news["tail"], news.get("code")
        self.tail += news.get("append", "")
        self.status = news.get("status", self.status)
