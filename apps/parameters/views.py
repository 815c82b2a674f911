"""What the inspector asks for while a person chooses."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from apps.parameters.apis import CHAT, WORDS, limits


@require_safe
def model_limits(request):
    """What a model takes through an API, and why not what it does not."""
    return JsonResponse(limits(request.GET.get("model", "")[:200], WORDS.get(request.GET.get("api"), CHAT)))
