"""What of this app can be watched: ``transcript:<id>`` for how far its job is. The job is another process's."""

from apps.audio.models import Transcript
from apps.audio.runs import progress
from apps.live.topics import Opened, Topic


class TranscriptTopic(Topic):
    """Frames say how far it is; what there is to read then, the page fetches."""

    def open(self, user, id):
        if not Transcript.objects.visible_to(user).filter(pk=id).exists():
            return None
        found = progress.of([id])
        return Opened(found[id].frame()) if found else None

    def stamps(self, ids):
        # What is gone has a stamp, too: one that differs from none at all.
        return dict.fromkeys(ids, ()) | progress.of(ids)

    def changed(self, id, stamp):
        return stamp.frame() if stamp else {"gone": True}
