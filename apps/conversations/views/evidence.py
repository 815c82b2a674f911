"""What came beside an answer's text and is fetched only when somebody wants it: pictures, probabilities."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.conversations.evidence import probabilities as heat
from apps.conversations.evidence.tools import picture_bytes
from apps.conversations.views.access import visible_message


@require_safe
def probabilities(request, pk):
    """How sure the model was of each token."""
    message = visible_message(request, pk)
    context = {"message": message, "map": heat.of(message.extras.get("logprobs"))}
    return render(request, "conversations/evidence/_probabilities.html", context)


@require_safe
def picture(request, pk, place):
    """A PNG that a tool drew, looked at before: whatever else was sent in its place is not found."""
    data = picture_bytes(visible_message(request, pk).extras.get("executed_tools"), place)
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="image/png")
    # An answer that has ended does not change; only this person's browser may keep it.
    response["Cache-Control"] = "private, max-age=86400"
    return response
