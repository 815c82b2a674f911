"""Two transcripts of one recording, side by side."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.audio import pages
from apps.audio.documents import diff
from apps.audio.views.transcript_access import newest, visible


@require_safe
def compare(request, pk, other):
    """Word by word, without regard to case and punctuation; and which of the settings differ."""
    transcript = visible(request, pk)
    other = visible(request, other, recording=transcript.recording)
    context = {
        "place": "Audio",
        "transcript": transcript,
        "other": other,
        "recording": transcript.recording,
        **pages.readings(*diff.lines(newest(transcript).segments, newest(other).segments)),
        "differing": pages.differing(transcript, other),
        "others": transcript.recording.transcripts.filter(of=None).exclude(pk=transcript.pk).order_by("-created_at"),
    }
    return render(request, "audio/compare.html", context)
