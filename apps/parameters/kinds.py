"""Which form knows the parameters of a kind of preset: chat's is ours, other apps bring theirs."""

from apps.parameters.forms import ParametersForm
from apps.parameters.models import CHAT

_forms = {CHAT: ParametersForm}


def register(kind, form):
    """``form`` has ``held(before)``: what is kept of a valid one; and ``model`` among its fields."""
    _forms[kind] = form


def known(kind):
    """The kind, or chat for what is none."""
    return kind if kind in _forms else CHAT


def form_of(kind):
    return _forms[known(kind)]
