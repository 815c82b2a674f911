"""What a page of a transcript shows of its segments and settings: plain data for templates and scripts."""

from apps.audio.documents import aligning
from apps.audio.documents.flags import flags
from apps.audio.forms import TranscriptionForm
from apps.core.text import clock


def shown(segments):
    """Segments as the template draws them, with what is doubtful of them."""
    drawn: list = []
    for segment, (level, reasons) in zip(segments, flags(segments), strict=True):
        speaker = segment.get("speaker", "")
        goes_on = bool(drawn) and drawn[-1]["speaker"] == speaker
        told = {"text": segment["text"].strip(), "speaker": speaker, "goes_on": goes_on, "clock": clock(segment["start"])}
        drawn.append({**segment, **told, "level": level, "reasons": reasons})
    return drawn


def timed(segment):
    """A segment as the page's script holds it: the words by their place in the text, with their times."""
    return {
        "id": segment["id"],
        "start": segment["start"],
        "end": segment["end"],
        "text": segment["text"].strip(),
        "speaker": segment.get("speaker", ""),
        "words": aligning.placed(segment),
    }


def doubts(segments):
    """{id: [level, reasons]} of those that are doubtful."""
    found = zip(segments, flags(segments), strict=True)
    return {segment["id"]: [level, reasons] for segment, (level, reasons) in found if level}


def settings(transcript):
    """[(name, value)] of what was asked for, as people read it."""
    told = [("Task", transcript.get_task_display()), ("Model", transcript.model)]
    told += [(label, words) for _, label, words in TranscriptionForm.said(transcript.parameters)]
    return told


def readings(rows, counts):
    """What a template shows of a comparison: the rows with their times as people read them."""
    drawn = [{**row, "clock": "" if row["start"] is None else clock(row["start"])} for row in rows]
    return {"rows": drawn, "counts": counts, "percent": f"{100 * counts['rate']:.1f} %"}


def differing(one, other):
    """[(name, value, other value)] of settings that are not the same."""
    mine, theirs = dict(settings(one)), dict(settings(other))
    return [(name, mine.get(name, "–"), theirs.get(name, "–")) for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
