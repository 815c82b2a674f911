"""Which preset was applied last on a conversation."""

from apps.parameters.models import Preset


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
    chosen = of_team(request, conversation).filter(pk=wanted).first()
    # A page does not name a preset that its reader may not see, and must not take it from those who may.
    if chosen or shown(request, conversation) or not conversation.preset_id:
        conversation.preset = chosen


def of_team(request, conversation):
    return Preset.objects.visible_to(request.user).filter(team=conversation.team_id)
