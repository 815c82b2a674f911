"""The options of the model picker."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.catalog import catalog


@require_safe
def options(request):
    """The picker's options, asked for by a page that was drawn before the list was known.

    No thread waits for the network here: while the list is on its way, the picker asks again in a moment.
    """
    if "again" in request.GET:
        catalog.forget_errors()
    return render(request, "catalog/_renewed.html", picker(request.GET.get("model", "")))


def picker(chosen):
    """Context of ``catalog/_picker.html``: chat models, the others, and the chosen one even when it is gone."""
    models = catalog.models_now()
    ids = [m["id"] for m in models]
    chosen = chosen or catalog.default_model()
    return {
        "chosen": chosen,
        "unknown": bool(chosen) and bool(ids) and chosen not in ids,
        "loading": not models,
        "error": None if models else catalog.last_error(),
        "chat_models": [m for m in ids if catalog.is_chat(m)],
        "other_models": [m for m in ids if not catalog.is_chat(m)],
    }
