"""The schema editor: what it shows of a schema while one is written, and the schemas of the team.

Texts go back as JSON, ``{"text"}`` or ``{"error"}`` with status 422; what is only shown, as HTML.
"""

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.text import pretty
from apps.groq.json import Malformed, loads
from apps.parameters.models import NameTaken, Schema
from apps.parameters.schema_forms import RowsForm, SampleForm, SaveForm, TextForm, words
from apps.parameters.schemas import checks, deriving, rows, strict

EMPTY = {"description": "", "closed": True, "rows": []}
# More than so many lines nobody reads at once.
SHOWN = 50


@require_POST
def check(request):
    """What is wrong with the schema, each with its path; and, where strict mode is wanted, what that would refuse."""
    form, context = TextForm(request.POST), {}
    if form.is_valid():
        report = checks.report(form.cleaned_data["text"], form.cleaned_data["strict"])
        context = {
            "faults": report.faults[:SHOWN],
            "loose": report.loose[:SHOWN],
            "more": max(0, len(report.faults) - SHOWN) + max(0, len(report.loose) - SHOWN),
            "notes": report.notes[:SHOWN],
            "strict": form.cleaned_data["strict"],
        }
    elif request.POST.get("text", "").strip():
        context = {"unreadable": words(form)}
    else:
        context = {"empty": True}
    return render(request, "parameters/_schema_verdict.html", context)


@require_POST
def make_strict(request):
    form = TextForm(request.POST)
    if not form.is_valid():
        return refused(words(form))
    schema = form.cleaned_data["text"]
    return written(strict.make(schema)) if isinstance(schema, dict) else refused("A schema has to be an object: {…}.")


@require_POST
def derive(request):
    """The schema that a sample asks for."""
    form = SampleForm(request.POST)
    return written(deriving.derive(form.cleaned_data["sample"])) if form.is_valid() else refused(words(form))


@require_POST
def to_form(request):
    """The schema as a form, or why it is none of the shapes that a form has."""
    form, why = TextForm(request.POST), ""
    shown = EMPTY
    if form.is_valid():
        try:
            shown = rows.rows_of(form.cleaned_data["text"])
        except rows.Inexpressible as error:
            why = str(error)
    elif request.POST.get("text", "").strip():
        why = words(form)
    context = {
        "form": shown,
        "why": why,
        "kinds": rows.KINDS,
        "level": 1,
        "deepest": rows.MOST_LEVELS,
        "levels": range(1, rows.MOST_LEVELS + 1),
        "blank": {"kind": "string", "required": True, "closed": True},
    }
    return render(request, "parameters/_schema_form.html", context)


@require_POST
def from_form(request):
    """The text of the schema that the form describes."""
    form = RowsForm(request.POST)
    if not form.is_valid():
        return refused(words(form))
    try:
        before = loads(form.cleaned_data["text"] or "null")
    except Malformed:
        before = None
    try:
        return written(rows.schema_of(form.cleaned_data["rows"], before))
    except ValueError as error:
        return refused(str(error))


@require_http_methods(["GET", "HEAD", "POST"])
def saved(request):
    """The schemas of the team; a POST saves one more."""
    if request.method != "POST":
        return listed(request)
    if not (request.membership and request.membership.can_edit):
        raise PermissionDenied("You may use this team’s schemas, not save one.")
    form = SaveForm(request.POST)
    if not form.is_valid():
        return listed(request, status=422, error=words(form))
    name, text, overwrite = (form.cleaned_data[field] for field in ("name", "text", "overwrite"))
    try:
        Schema.keep(request.membership.team, request.user, name, text, overwrite=overwrite)
    except NameTaken:
        return listed(request, status=409, taken=name)
    return listed(request, said=f"Saved as {name}.")


@require_safe
def load(request, pk):
    schema = get_object_or_404(Schema.objects.visible_to(request.user), pk=pk)
    return JsonResponse({"name": schema.name, "text": pretty(schema.schema)})


@require_POST
def delete(request, pk):
    schema = get_object_or_404(Schema.objects.visible_to(request.user), pk=pk)
    if not Schema.objects.editable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied("You may use this team’s schemas, not delete them.")
    schema.delete()
    return listed(request, said=f"{schema.name} is deleted.")


def listed(request, status=200, **said):
    membership = request.membership
    found = Schema.objects.visible_to(request.user).filter(team=membership.team_id) if membership else Schema.objects.none()
    context = {"schemas": found.defer("schema").select_related("created_by").order_by("name"), "can_save": False, **said}
    if membership:
        context |= {"can_save": membership.can_edit, "team": membership.team}
    return render(request, "parameters/_schemas.html", context, status=status)


def written(schema):
    return JsonResponse({"text": pretty(schema)})


def refused(why):
    return JsonResponse({"error": why}, status=422)
