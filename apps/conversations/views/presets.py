"""Which preset was applied last on a conversation."""

from apps.core.searching import containing
from apps.core.text import clean
from apps.parameters.models import CHAT, Preset


def shown(request, conversation):
    """The preset for this person's page, or None: a private one of somebody else is not theirs to see."""
    if conversation.preset_id is None:
        return None
    return of_team(request, conversation).filter(pk=conversation.preset_id).first()


def take_up(request, conversation):
    """Set the preset that the page says is applied, without saving; where it says nothing, the one that was stays.

    One that is gone by now, or was never the person's, is none: no message is lost for it.
    """
    wanted = request.POST.get("preset")
    if wanted is None or wanted == (conversation.preset_id or ""):
        return
    chosen = of_team(request, conversation).filter(pk=clean(wanted)).first()
    # A page does not name a preset that its reader may not see, and must not take it from those who may.
    if chosen or shown(request, conversation) or not conversation.preset_id:
        conversation.preset = chosen


def begin_with(request, conversation):
    """Apply the preset that a link names to a new conversation; one that is not there leaves it as it is."""
    wanted = request.GET.get("preset")
    if wanted and (preset := of_team(request, conversation).filter(pk=clean(wanted)).first()):
        conversation.preset, conversation.parameters = preset, preset.parameters
        conversation.model = preset.model or conversation.model


def named(request, words):
    """The presets with these words in their names that the person may apply in the team they work in now."""
    membership = request.membership
    if not (membership and membership.can_edit):
        return Preset.objects.none()
    return (
        Preset.objects.editable_by(request.user)
        .filter(containing("name", words), team=membership.team_id, kind=CHAT)
        .order_by("name")
    )


def of_team(request, conversation):
    return Preset.objects.visible_to(request.user).filter(team=conversation.team_id, kind=CHAT)
