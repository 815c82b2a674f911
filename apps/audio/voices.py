"""Which models speak, with which voices, and what one request takes, as far as the table of capabilities knows.

A model that nobody wrote about takes any voice and any format.
"""

from apps.audio.models.speech import PIECE
from apps.audio.sound.encoding import FORMATS
from apps.catalog import catalog
from apps.parameters.capabilities import family_of

# Formats that the API describes, its default first.
DEFAULT_FORMAT = "mp3"


def models():
    """Ids of the models that the API offers for speech."""
    return [model["id"] for model in catalog.models_now() if catalog.is_speech(model["id"])]


def voices(model):
    """The known voices of a model, the one to begin with first."""
    family = family_of(model) or {}
    known = family.get("voices") or []
    first = family.get("voice")
    return sorted(known, key=lambda voice: voice != first) if first in known else list(known)


def most(model):
    """Characters of one request: what the model takes, where that is less than what is soon heard."""
    return min((family_of(model) or {}).get("characters") or PIECE, PIECE)


def formats(model):
    """Formats that the model answers with; another is made of its WAV here."""
    return (family_of(model) or {}).get("sound") or list(FORMATS)


def asked(model, parameters):
    """The ``response_format`` of a request for the whole sound; None where the API's default is meant."""
    wanted = parameters.get("response_format")
    return wanted if (wanted or DEFAULT_FORMAT) in formats(model) else "wav"
