"""Pages that belong to no app: health, errors."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse

from apps.core import http


@login_not_required
def health(request):
    """Says that the process answers, and nothing else about it."""
    return HttpResponse("ok\n", content_type="text/plain")


def csrf_failure(request, reason=""):
    return http.fault(
        request,
        403,
        "This page is too old to be trusted",
        "Nothing was changed and your text is still here. Reload the page, then send it again.",
    )


def not_found(request, exception=None):
    return http.fault(request, 404, "Not found", "It does not exist, or it is not yours to see. It may have been deleted.")


def forbidden(request, exception=None):
    return http.fault(request, 403, "You may not do this", str(exception or "Your role in the team does not allow it."))


def too_many(request, exception=None):
    """Attempts at a password. The longest of their limits counts five minutes."""
    response = http.fault(request, 429, "Too many attempts", "Nothing was changed. Wait five minutes, then try again.")
    response["Retry-After"] = "300"
    return response


def unreadable(request, exception=None):
    return http.fault(request, 400, "This request could not be read", "Nothing was changed. Reload the page and try again.")


def failed(request):
    return http.fault(
        request, 500, "Something broke on our side", "Nothing you typed was lost. Try again; the log of the server says more."
    )
