"""A short recording of a browser's microphone: what it is by its content, and how long."""

import io

import av

from apps.audio.sound.reading import Unreadable, samples_of

# What recorders of browsers write, by FFmpeg's name of the container: (name of a file, media type).
KINDS = {
    "matroska": ("dictation.webm", "audio/webm"),
    "ogg": ("dictation.ogg", "audio/ogg"),
    "mov": ("dictation.m4a", "audio/mp4"),
    "wav": ("dictation.wav", "audio/wav"),
}


def look(data):
    """(name of a file, media type, seconds); raises Unreadable for anything else."""
    with av.open(io.BytesIO(data), mode="r", metadata_errors="ignore") as container:
        kind = container.format.name.split(",")[0]
    if kind not in KINDS:
        raise av.error.InvalidDataError(0, kind)
    samples, rate = samples_of(data)
    return *KINDS[kind], len(samples) / rate


__all__ = ["Unreadable", "look"]
