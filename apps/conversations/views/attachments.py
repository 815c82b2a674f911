"""Files that are attached to messages: taken in one by one before the message is sent, and given out again."""

from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import EDITORS
from apps.conversations.models import Attachment
from apps.conversations.uploads import AttachmentForm
from apps.conversations.views.answers import not_done


@require_POST
def attach(request):
    """Take one file or the address of a picture; the chip that stands for it in the composer."""
    if not request.user.memberships.filter(role__in=EDITORS).exists():
        raise PermissionDenied("You may read your team’s conversations, not add to them.")
    form = AttachmentForm(request.POST, request.FILES)
    if not form.is_valid():
        return not_done(request, "Not attached", form)
    return render(request, "conversations/_chip.html", {"file": Attachment.take(request.user, **form.cleaned_data["attachment"])})


@require_safe
def chip(request, pk):
    """The chip again, for a draft that is opened anew."""
    file = get_object_or_404(Attachment.objects.visible_to(request.user).defer("data"), pk=pk)
    return render(request, "conversations/_chip.html", {"file": file})


@require_safe
def attachment(request, pk):
    """The bytes of it. Whatever they are, a browser does not run them."""
    file = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    if file.url:
        raise Http404
    kind = file.media_type if file.is_image else "text/plain; charset=utf-8"
    response = HttpResponse(bytes(file.data), content_type=kind)
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(file.name)}"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
    return response


@require_POST
def detach(request, pk):
    """Take back what was not sent yet."""
    get_object_or_404(Attachment.objects.editable_by(request.user).defer("data"), pk=pk).delete()
    return HttpResponse(status=200)
