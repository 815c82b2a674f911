"""Recordings, what was said in them, and words made into sound."""

from apps.audio.models.piece import Piece
from apps.audio.models.recording import Recording
from apps.audio.models.speech import Speech, SpeechPiece
from apps.audio.models.states import LIVE, Leased, State
from apps.audio.models.transcript import TRANSCRIBE, TRANSLATE, Transcript
from apps.audio.models.upload import Upload
from apps.audio.models.version import Version

__all__ = [
    "LIVE",
    "TRANSCRIBE",
    "TRANSLATE",
    "Leased",
    "Piece",
    "Recording",
    "Speech",
    "SpeechPiece",
    "State",
    "Transcript",
    "Upload",
    "Version",
]
