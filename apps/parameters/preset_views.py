"""Presets: the picker's list, and what changes one. Every change answers with the list, as it stands then."""

from functools import wraps

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import http
from apps.core.text import clean
from apps.parameters import kinds
from apps.parameters.models import CHAT, NameTaken, NotYours, Overtaken, Preset
from apps.parameters.preset_forms import NewPresetForm, PresetForm, described, texts, written

# From here on a list is searched sooner than read.
MANY = 7


def membership(request, pk):
    """The person's membership in the team; a team of others is not found."""
    return get_object_or_404(request.user.memberships.select_related("team"), team_id=pk)


def member(request, pk):
    """The team, for those who may change what it keeps."""
    found = membership(request, pk)
    if not found.can_edit:
        raise PermissionDenied("You may read this team’s presets, not make one.")
    return found.team


def visible(request, pk):
    """The preset, with whether the person ``can_edit`` it; private ones of others are not found."""
    editable = Preset.objects.editable_by(request.user).filter(pk=OuterRef("pk"))
    found = Preset.objects.visible_to(request.user).select_related("team", "created_by").annotate(can_edit=Exists(editable))
    return get_object_or_404(found, pk=pk)


def editable(request, pk):
    preset = visible(request, pk)
    if not preset.can_edit:
        raise PermissionDenied("You may read this preset, not change it.")
    return preset


def findable(view):
    """The view, for whom what is deleted meanwhile is not found."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except ObjectDoesNotExist:
            raise Http404 from None

    return answered


@require_http_methods(["GET", "HEAD", "POST"])
@findable
def presets(request, pk):
    """The presets of a team; a POST keeps what stands in the controls as a new one, which is applied then."""
    kind = kinds.known(request.GET.get("kind"))
    if request.method != "POST":
        return listed(request, membership(request, pk).team, request.GET.get("preset"), kind=kind)
    team = member(request, pk)
    form, parameters = NewPresetForm(request.POST), kinds.form_of(kind)(request.POST)
    if not parameters.is_valid():
        return form_again(request, form, team=team, kind=kind, wrong=http.errors(parameters))
    if form.is_valid():
        model = parameters.cleaned_data["model"] if form.cleaned_data["with_model"] else ""
        try:
            held = {"model": model, "parameters": written(parameters), "kind": kind}
            preset = Preset.keep(team, request.user, **form.said(), **held)
            return listed(request, team, preset.pk, f"“{preset}” is saved.", kind)
        except NameTaken:
            name_taken(form)
    return form_again(request, form, team=team, kind=kind)


@require_safe
def new_preset(request, pk):
    """The form of a preset to be made of what stands in the controls."""
    context = {"form": NewPresetForm(), "team": member(request, pk), "kind": kinds.known(request.GET.get("kind"))}
    return render(request, "parameters/_preset_form.html", context)


@require_safe
def preset(request, pk):
    """What a preset holds, to be read."""
    preset = visible(request, pk)
    return render(request, "parameters/_preset.html", {"preset": preset, "rows": described(preset)})


@require_http_methods(["GET", "HEAD", "POST"])
@findable
def edit_preset(request, pk):
    """Name, description and audience."""
    preset = editable(request, pk)
    if request.method != "POST":
        return render(request, "parameters/_preset_form.html", {"form": PresetForm.of(preset), "preset": preset})
    form = PresetForm(request.POST)
    if form.is_valid():
        try:
            preset.describe(request.user, **form.said())
            return listed(request, preset.team, request.POST.get("preset"), f"“{preset}” is changed.", preset.kind)
        except NameTaken:
            name_taken(form)
        except NotYours:
            form.add_error("audience", "Only who made it may hide it from the team. Duplicate it, and hide the copy.")
    return form_again(request, form, preset=preset)


@require_POST
@findable
def update_preset(request, pk):
    """Write what stands in the controls into the preset, unless somebody else wrote into it meanwhile."""
    preset = editable(request, pk)
    form = kinds.form_of(preset.kind)(request.POST)
    if not form.is_valid():
        return http.fault(request, 422, "Not updated", http.errors(form))
    try:
        preset.take(written(form, preset), form.cleaned_data["model"], request.POST.get("seen"))
    except Overtaken:
        return http.fault(
            request,
            409,
            f"“{preset}” was changed meanwhile",
            "Nothing was written. Open the presets again: they show what differs from it now.",
        )
    return listed(request, preset.team, preset.pk, f"“{preset}” holds what stands now.", preset.kind)


@require_POST
@findable
def duplicate_preset(request, pk):
    preset = editable(request, pk)
    return listed(request, preset.team, request.POST.get("preset"), f"“{preset.duplicate(request.user)}” is made.", preset.kind)


@require_http_methods(["GET", "HEAD", "POST"])
@findable
def delete_preset(request, pk):
    """Ask first; conversations that used it keep their settings."""
    preset = editable(request, pk)
    if request.method != "POST":
        return render(request, "parameters/_preset_deletion.html", {"preset": preset})
    preset.delete()
    return listed(request, preset.team, request.POST.get("preset"), f"“{preset}” is deleted.", preset.kind)


def listed(request, team, applied, says="", kind=CHAT):
    """The list of a team's presets of a kind, and how the applied one stands now: others may have changed or deleted it."""
    shown = Preset.objects.visible_to(request.user).filter(team=team, kind=kind)
    # Lists carry no bodies.
    found = list(shown.select_related("created_by").defer("parameters").order_by(Lower("name"), "pk"))
    context = {
        "team": team,
        "kind": kind,
        "presets": found,
        "many": len(found) > MANY,
        "can_edit": membership(request, team.pk).can_edit,
        "says": says,
        "oob": True,
        **standing(shown.filter(pk=clean(applied or "")).first()),
    }
    return render(request, "parameters/_presets.html", context)


def standing(preset):
    """What a page knows of the preset that is applied on it."""
    return {"preset": preset, "preset_texts": texts(preset) if preset else "{}"}


def form_again(request, form, **context):
    """The form in its dialog, with its errors and everything that was typed."""
    form.is_valid()
    response = render(request, "parameters/_preset_form.html", {"form": form, **context}, status=422)
    response["HX-Retarget"] = "#preset-form"
    response["HX-Reswap"] = "outerHTML"
    return response


def name_taken(form):
    form.add_error("name", f"There is a preset called “{form.cleaned_data['name']}” already. Choose another name.")
