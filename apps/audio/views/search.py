"""Words in all transcripts."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.audio import searching
from apps.core.text import clean

MOST_QUERY = 200


@require_safe
def audio_search(request):
    """``?q=``: where the words were said."""
    words = clean(request.GET.get("q", ""))[:MOST_QUERY].strip()
    found = searching.search(request.user, words) if words else []
    return render(request, "audio/search.html", {"place": "Audio", "q": words, "found": found})
