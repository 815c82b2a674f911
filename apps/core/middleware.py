"""What holds for every answer: headers, and faults turned into pages a person can act on."""

import logging

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.http import Http404
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from apps.core import http
from apps.groq.errors import GroqError

logger = logging.getLogger(__name__)

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
    "X-DNS-Prefetch-Control": "off",
}


class Headers:
    """Security headers on every answer, files and errors among them; pages of a signed-in person are never stored."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
            patch_vary_headers(response, ["HX-Request"])
        return response


def trouble(error):
    """(what is the matter with the database, what to do), in words."""
    words = str(error)
    if "full" in words:
        return "The disk of the server is full", "Make room on it; it goes on by itself then."
    if "readonly" in words or "read-only" in words:
        return "The database of the server cannot be written", "Give the server the right to write its data folder."
    return "The database is busy", "Try again in a few seconds."


class Faults:
    """The one place that answers for failures which no row keeps: an upstream that refuses, a database that is busy."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, GroqError):
            return http.fault(request, 502, "The API did not answer as it should", f"{error.message} {error.advice}")
        if isinstance(error, OperationalError):
            logger.error("database: %s", error)
            title, advice = trouble(error)
            return http.fault(request, 503, title, f"Nothing was saved and your text is still here. {advice}")
        if isinstance(error, ObjectDoesNotExist) or (isinstance(error, Http404) and request.headers.get("HX-Request")):
            return http.fault(request, 404, "Not found", "It does not exist, or it is not yours to see. It may have been deleted.")
        return None
