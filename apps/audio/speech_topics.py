"""``speech:<id>`` while it is made: {"speech": {"state", "done", "pieces", "waits"}}, from its rows."""

from django.db.models import Count, Q

from apps.audio.models import Speech, State
from apps.audio.models.states import LIVE
from apps.audio.runs import waiting
from apps.live.topics import Opened, Topic

COUNTS = {"done": Count("pieces", Q(pieces__state=State.COMPLETE)), "all": Count("pieces")}


class SpeechTopic(Topic):
    def open(self, user, id):
        if not Speech.objects.visible_to(user).filter(pk=id).exists():
            return None
        stamp = self.stamps([id])[id]
        return Opened(frame(*stamp), live=stamp[0] in LIVE)

    def stamps(self, ids):
        found = list(Speech.objects.filter(pk__in=ids).annotate(**COUNTS).values_list("pk", "state", "done", "all"))
        ahead = waiting.ahead([pk for pk, state, *_ in found if state == State.QUEUED])
        # What is gone has a stamp, too: one that differs from none at all.
        return dict.fromkeys(ids, ()) | {pk: (*stamp, waiting.words(ahead[pk]) if pk in ahead else "") for pk, *stamp in found}

    def changed(self, id, stamp):
        return frame(*stamp) if stamp else {"gone": True}


def frame(state, done, pieces, waits):
    return {"speech": {"state": state, "done": done, "pieces": pieces, "waits": waits}}
