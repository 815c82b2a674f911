"""What is doubtful in a transcript, from what Whisper says of itself and from what repeats: a level, and the reasons in words."""

import re

from apps.audio.documents import tokens

SURE, DOUBTFUL, BAD = 0, 1, 2
# Of Whisper's own decoding: below the first it tries again with a higher temperature.
UNSURE, RATHER_UNSURE = -1.0, -0.7
SILENT = 0.6
REPEATS = 2.4
# What Whisper has learned from the ends of films, and writes where nobody speaks.
STOCK = re.compile(
    r"^\W*(?:thank you(?: (?:so|very) much)?(?: for watching)?|thanks for watching|please subscribe|subscribe|you|bye(?: bye)?|"
    r"subtitles? by .*|untertitel .*|vielen dank(?: fürs zuschauen)?|sous-titres .*|amara\.org.*|music|applause)\W*$",
    re.IGNORECASE,
)


def flags(segments):
    """[(level, [reasons])] for each segment; what a person has edited is theirs and without doubt."""
    again = repeated(segments)
    return [(SURE, []) if segment.get("edited") else flag(segment, number in again) for number, segment in enumerate(segments)]


def flag(segment, repeats):
    sure, silence, ratio = (segment.get(name) for name in ("avg_logprob", "no_speech_prob", "compression_ratio"))
    found = []
    if sure is not None and sure < RATHER_UNSURE:
        found.append((BAD, "Whisper was very unsure") if sure < UNSURE else (DOUBTFUL, "Whisper was unsure"))
    if silence is not None and silence > SILENT and segment["text"].strip():
        # Whisper itself takes it for silence only where it is unsure of the text, too.
        found.append((BAD if sure is None or sure < RATHER_UNSURE else DOUBTFUL, "may be silence"))
    stock = STOCK.match(segment["text"])
    if stock and len(tokens.words(segment["text"])) > 0 and ((silence or 0) > 0.3 or (sure is not None and sure < -0.5)):
        found.append((DOUBTFUL, "a phrase that Whisper writes into silence"))
    if (ratio is not None and ratio > REPEATS) or loops(segment["text"]):
        found.append((BAD, "repeats itself"))
    elif repeats:
        found.append((BAD, "says the same as the segments around it"))
    return max((level for level, _ in found), default=SURE), [reason for _, reason in found]


def loops(text, times=4):
    """Whether some words follow themselves over and over: one word more often than a sentence."""
    words = [tokens.key(word) for word in tokens.words(text)]
    for size in range(1, 13):
        wanted = max(3, times - size // 3) if size > 1 else 5
        run = 0
        for n in range(size, len(words)):
            run = run + 1 if words[n] == words[n - size] else 0
            if run >= size * (wanted - 1):
                return True
    return False


def repeated(segments):
    """Numbers of segments that say what their neighbours say: three times, or twice where it is long."""
    said = [tuple(tokens.key(word) for word in tokens.words(segment["text"])) for segment in segments]
    found: set[int] = set()
    begin = 0
    for n in range(1, len(said) + 1):
        if n < len(said) and said[n] and said[n] == said[begin]:
            continue
        if n - begin >= (2 if len(said[begin]) >= 8 else 3):
            found.update(range(begin, n))
        begin = n
    return found
