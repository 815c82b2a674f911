"""What the inspector asks for while a person chooses."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from apps.parameters.capabilities import limits


@require_safe
def model_limits(request):
    """What a model takes, and why not what it does not."""
    return JsonResponse(limits(request.GET.get("model", "")[:200]))
