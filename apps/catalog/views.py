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
    context = picker(request.GET.get("model", ""), request.GET.get("for"))
    return render(request, "catalog/_renewed.html", context | {"told": "told" in request.GET})


TRANSCRIPTION = "transcription"
# For what a model is chosen: how that is called, which models are meant for it, which comes first.
PURPOSES = {
    "chat": ("Chat", "is_chat", "default_model"),
    TRANSCRIPTION: ("Transcription", "is_transcription", "default_transcription_model"),
}


def picker(chosen, purpose="chat"):
    """Context of ``catalog/_picker.html``: models for the purpose, the others, and the chosen one even when it is gone."""
    purpose = purpose if purpose in PURPOSES else "chat"
    title, fits, first = PURPOSES[purpose]
    fits = getattr(catalog, fits)
    models = catalog.models_now()
    ids = [m["id"] for m in models]
    chosen = chosen or getattr(catalog, first)()
    error = None if models else catalog.last_error()
    return {
        "chosen": chosen,
        "unknown": bool(chosen) and bool(ids) and chosen not in ids,
        "loading": not models,
        "error": error,
        # What no person has to mend may be over in a moment, as an engine that is still starting: the page goes on asking.
        "passing": bool(error) and error.side != "key",
        "purpose": purpose,
        "groups_of_models": [(title, [m for m in ids if fits(m)]), ("Other", [m for m in ids if not fits(m)])],
    }
