"""What several views answer: the log, and why something was not done."""

from functools import wraps

from django.shortcuts import redirect, render

from apps.conversations.models import Busy, Gone, KeyReused, NothingToAnswer
from apps.core import http


def log(request, conversation):
    if not request.headers.get("HX-Request"):
        return redirect("conversation", pk=conversation.pk)
    return render(request, "conversations/_log.html", {"conversation": conversation, "turns": conversation.branch()})


def not_done(request, title, *forms):
    """What the forms found."""
    return http.fault(request, 422, title, http.errors(*forms))


def refusable(view):
    """The view, with an answer for what a conversation refuses to do now."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Busy:
            return http.fault(
                request, 409, "An answer is still being written", "Stop it or wait for its end, then send again. Your text is kept."
            )
        except NothingToAnswer:
            return http.fault(request, 422, "Not sent", "Message: Write a message first.")
        except Gone:
            words = "Message: One of its attachments is not there any more. Take it out, or attach it again."
            return http.fault(request, 422, "Not sent", words)
        except KeyReused:
            return http.fault(
                request, 409, "This was sent before with other words", "Nothing was changed. Reload the page to see what was sent."
            )

    return answered
