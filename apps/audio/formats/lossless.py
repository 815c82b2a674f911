"""JSON that holds all of a version, and is read back."""

from apps.audio.documents import aligning, editing
from apps.groq import json

SCHEMA = "playground/transcript"
VERSION = 1


class Unreadable(ValueError):
    """Why a file is none of ours, in words for people."""


def write(version):
    transcript = version.transcript
    recording = transcript.recording
    told = {
        "schema": SCHEMA,
        "schema_version": VERSION,
        "title": str(recording),
        "recording": {"id": recording.pk, "name": recording.name, "duration": recording.duration},
        "task": transcript.task,
        "model": transcript.model,
        "language": transcript.language,
        "parameters": transcript.parameters,
        "version": {"number": version.number, "note": version.note, "created_at": version.created_at.isoformat()},
        "text": version.text,
        "segments": version.segments,
    }
    return json.pretty(told) + "\n"


def read(data):
    """The segments of a file that ``write`` wrote; raises Unreadable."""
    try:
        told = json.loads(data)
    except json.Malformed as error:
        raise Unreadable("The file is not JSON.") from error
    match told:
        case {"schema": "playground/transcript", "schema_version": 1, "segments": list(segments)}:
            pass
        case _:
            raise Unreadable(f"The file does not say that it is a “{SCHEMA}” of version {VERSION}.")
    try:
        read = [editing.segment_of({"words": [], **segment} if isinstance(segment, dict) else segment) for segment in segments]
    except editing.Wrong as error:
        raise Unreadable(f"A segment of the file is damaged. {error}") from error
    if len({segment["id"] for segment in read}) != len(read) or len(read) > editing.MOST_SEGMENTS:
        raise Unreadable("Two segments of the file have one id, or there are too many.")
    return [{**segment, "words": segment["words"] or aligning.timed(segment)} for segment in read]
