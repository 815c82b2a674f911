"""What was heard, in the shapes of CreateTranscriptionResponseJson and CreateTranscriptionResponseVerboseJson."""

from apps.engine.languages import NAMES


def text(heard):
    return "".join(segment.text for segment, _ in heard.segments).strip()


def plain(heard, request_id):
    return {"text": text(heard), "x_groq": {"id": request_id}}


def verbose(heard, asked, request_id):
    """Times in seconds from the beginning of the recording; ``duration`` is text, as the description has it."""
    about = {
        "task": asked.task,
        "language": "English" if asked.task == "translate" else NAMES.get(heard.language, heard.language),
        "duration": str(round(heard.duration, 3)),
        "text": text(heard),
    }
    if asked.words:
        about["words"] = [word(each, begins) for part, begins in heard.segments for each in part.words or ()]
    if "segment" in asked.granularities:
        about["segments"] = [segment(number, *each) for number, each in enumerate(heard.segments)]
    return {**about, "x_groq": {"id": request_id}}


def segment(number, heard, begins):
    return {
        "id": number,
        "seek": heard.seek + round(100 * begins),  # hundredths of a second
        "start": time(heard.start, begins),
        "end": time(heard.end, begins),
        "text": heard.text,
        "tokens": heard.tokens,
        "temperature": heard.temperature,
        "avg_logprob": heard.avg_logprob,
        "compression_ratio": heard.compression_ratio,
        "no_speech_prob": heard.no_speech_prob,
    }


def word(heard, begins):
    return {"word": heard.word.strip(), "start": time(heard.start, begins), "end": time(heard.end, begins)}


def time(seconds, begins):
    return round(float(seconds) + begins, 3)
