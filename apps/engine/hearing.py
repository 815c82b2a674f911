"""A recording to be put into words: what may be asked (CreateTranscriptionRequest, CreateTranslationRequest)."""

import base64
import binascii
from dataclasses import dataclass

from apps.engine import multipart
from apps.engine.checks import array, one_of, record, text
from apps.engine.checks import number as number_between
from apps.engine.languages import NAMES
from apps.engine.refusal import Refusal, unknown_model, unsupported, wrong

LARGE = ("file", "url")
LISTS = ("timestamp_granularities",)
# The temperatures that are tried one after the other while the model is not sure of its words.
RISING = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class HearingRequest:
    task: str  # "transcribe" or "translate"
    language: str | None  # None: to be found out
    prompt: str | None
    format: str
    temperatures: tuple
    granularities: tuple  # of "segment", "word"

    @property
    def words(self):
        return "word" in self.granularities


def number(value, where):
    try:
        return number_between(0, 1)(float(text(value, where)), where)
    except ValueError as error:
        raise wrong(where, "must be a number") from error


COMMON = {
    "model": text,
    "prompt": text,
    "response_format": one_of("json", "text", "verbose_json"),
    "temperature": number,
}
BODIES = {
    "translate": record(("model",), **COMMON),
    "transcribe": record(
        ("model",),
        language=one_of(*NAMES),
        timestamp_granularities=array(one_of("word", "segment"), least=1),
        **COMMON,
    ),
}


def parse(form, task, known):
    """What the form asks for; raises ``Refusal``: 400, or 404 for another model than ``known``."""
    given = BODIES[task](values(form.texts))
    if given["model"] != known:
        raise unknown_model(given["model"])
    if len(form.files) != 1:
        raise wrong("file", f"{'exactly one' if form.files else 'one'} of file and url must be given")
    answer = given.get("response_format", "json")
    granularities = given.get("timestamp_granularities")
    if granularities and answer != "verbose_json":
        raise wrong("timestamp_granularities", "needs response_format verbose_json")
    temperature = given.get("temperature", 0)
    return HearingRequest(
        task=task,
        language=given.get("language"),
        prompt=given.get("prompt"),
        format=answer,
        temperatures=(temperature,) if temperature else RISING,
        granularities=tuple(granularities or ("segment",)),
    )


def values(texts):
    """Fields by name as the checks want them: one text each, lists as lists; an empty field of a form says nothing."""
    given = {}
    for name, found in texts.items():
        base = name.removesuffix("[]")
        if base in LISTS:
            given.setdefault(base, []).extend(found)
        elif len(found) > 1:
            raise wrong(name, "must be given once")
        elif found[0]:
            given[name] = found[0]
    return given


def recording(form):
    """The sound as an open file, from whichever of ``file`` and ``url`` came; raises ``Refusal`` (400, 413)."""
    if "file" in form.files:
        file = form.files["file"]
    else:
        file = form.open()
        file.write(inside(form.files["url"].read()))
    size = file.seek(0, 2)
    if size > multipart.FILE_LIMIT:
        raise multipart.too_large()
    if not size:
        raise Refusal(400, "file is empty", code="invalid_audio", param="file")
    file.seek(0)
    return file


def inside(url):
    """The bytes that a URL holds in itself; nothing is ever fetched."""
    if url[:8].lower().startswith((b"http://", b"https://")):
        message = "this engine fetches nothing from the network; send the file itself, or a data: URL"
        raise unsupported("url", message)
    head, _, data = url.rpartition(b",")
    if head and not (head[:5].lower() == b"data:" and head.lower().endswith(b";base64")):
        raise wrong("url", "must be a data: URL with ;base64, or Base64URL")
    try:
        data = data.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        return base64.b64decode(data + b"=" * (-len(data) % 4), validate=True)
    except binascii.Error as error:
        raise wrong("url", "is not valid Base64") from error
