"""The results of tool calls, as a person types them."""

from django.views.decorators.http import require_POST

from apps.conversations import runs
from apps.conversations.forms import MOST_TEXT, KeyForm
from apps.conversations.views.access import editable_message
from apps.conversations.views.answers import log, refusable
from apps.conversations.views.turns import start
from apps.core import http


@require_POST
@refusable
def answer_calls(request, pk):
    """Every call of a message gets its result, and the model is asked to go on."""
    message, form = editable_message(request, pk), KeyForm(request.POST)
    if not form.is_valid() or not message.tool_calls or (message.current_run and message.run.is_live):
        return http.fault(request, 400, "These results have no call", "Reload the page and try once more.")
    results = []
    for place, call in enumerate(message.calls):
        text = request.POST.get(f"result-{place}", "")
        wrong = ""
        if not text.strip():
            wrong = "Write what it gave; the API wants a result for every call."
        elif len(text) > MOST_TEXT:
            wrong = f"It may have up to {MOST_TEXT:,} characters."
        if wrong:
            return http.fault(request, 422, "Not sent", f"Result of {call['name'] or 'the call'}: {wrong}")
        results.append((call["id"], text))
    conversation = message.conversation
    turn = conversation.answer_calls(request.user, message, results, key=form.cleaned_data["key"], worker=runs.WORKER)
    start(conversation, turn)
    return log(request, conversation)
