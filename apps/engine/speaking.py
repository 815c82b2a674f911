"""A text to be spoken: what may be asked (CreateSpeechRequest), and the sound of it."""

import re
from dataclasses import dataclass

from apps.engine import encoding, request, voice
from apps.engine.checks import filled, integer, number, one_of, record, text
from apps.engine.refusal import Refusal, unknown_model, wrong
from apps.engine.resident import Limits, Resident
from apps.engine.weights import WeightsError

LONGEST = 300  # letters that are spoken in one go: some twenty seconds, a second or two of work
PAUSE = 0.2  # seconds between sentences
TITLE = r"(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bMrs\.)(?<!\b[A-Z]\.)"
SENTENCE = re.compile(rf"(?<=[.!?…]){TITLE}[\"'”’)\]]*\s+|(?<=[。！？])|\n+")
# Control characters say nothing, and to Piper two brackets are the beginning of phonemes instead of words.
PLAIN = {code: " " for code in (*range(32), 127) if code != ord("\n")}
BREATH = re.compile(r"(?<=[,;:])\s+|\s+(?=[–—-]\s)")


@dataclass(frozen=True)
class SpeechRequest:
    input: str
    number: int | None  # of the voice among those of the file
    format: str
    rate: int
    speed: float


def rate(value, where):
    if integer()(value, where) not in encoding.RATES:
        raise wrong(where, f"must be one of {', '.join(map(str, encoding.RATES))}")
    return int(value)


OPTIONAL = {"response_format": one_of(*encoding.FORMATS), "sample_rate": rate, "speed": number(0.5, 5)}
BODY = record(("model", "input", "voice"), model=text, input=filled, voice=filled, **OPTIONAL)


class Voice:
    """``async for data in voice.speak(asked)``: the bytes of the file as they are made."""

    def __init__(self, weights, limits=None):
        self.weights, self.id = weights, weights.id
        self._limits = limits or Limits()
        self.context_window = self.max_completion_tokens = self._limits.characters
        self.resident = Resident(self.id, lambda: voice.load(weights), lambda speaker: speaker.close(), self._limits.idle)

    def parse(self, body):
        """The request in the bytes ``body``; raises ``Refusal``: 400, or 404 for another model."""
        _, given = request.read(body, BODY)
        if given["model"] != self.id:
            raise unknown_model(given["model"])
        voices = dict(self.weights.speakers)
        one_of(*voices)(given["voice"], "voice")
        if len(given["input"]) > self._limits.characters:
            raise wrong("input", f"must have at most {self._limits.characters} characters")
        if not any(letter.isalnum() for letter in given["input"]):
            raise nothing_to_say()
        return SpeechRequest(
            input=given["input"],
            number=voices[given["voice"]],
            format=given.get("response_format", "mp3"),
            rate=given.get("sample_rate", 48_000),
            speed=float(given.get("speed", 1)),
        )

    def speak(self, asked):
        return self.resident.work(lambda speaker: steps(speaker, asked, self.weights.rate))


def steps(speaker, asked, came):
    """The bytes, sentence by sentence; a step for each, so that an answer that nobody waits for ends with its sentence."""
    encoder, said = encoding.Encoder(asked.format, came, asked.rate), False
    pause = bytes(2 * int(PAUSE / asked.speed * came))
    for sentence in sentences(asked.input):
        try:
            samples = speaker.say(sentence, asked.speed, asked.number)
        except voice.Silent:
            continue
        except WeightsError as error:
            raise Refusal(500, f"The voice failed. {error}", code="internal_error") from error
        yield b"".join(encoder.more(pause + samples if said else samples))
        said = True
    if not said:
        raise nothing_to_say()
    yield from encoder.end()


def sentences(text):
    """The text in portions to be spoken one after the other: sentences, and long ones where a reader would breathe."""
    for sentence in SENTENCE.split(text.translate(PLAIN).replace("[[", "[ [")):
        held = ""
        for part in (word for phrase in BREATH.split(sentence) for word in pieces(phrase)):
            if held and len(held) + len(part) >= LONGEST:
                yield held
                held = ""
            held = f"{held} {part}" if held else part
        if any(letter.isalnum() for letter in held):
            yield held


def pieces(phrase):
    """A phrase, or where even that is too long, its words; and of words without end what fits."""
    if len(phrase) <= LONGEST:
        return [phrase]
    return [word[at : at + LONGEST] for word in phrase.split() for at in range(0, len(word), LONGEST)]


def nothing_to_say():
    return Refusal(400, "input: there is nothing in it to be spoken", code="invalid_value", param="input")
