"""What may be attached to a message: pictures as the API takes them, documents that are text or JSON."""

from urllib.parse import urlsplit

from django import forms

from apps.conversations.models.attachment import DOCUMENT, IMAGE
from apps.core.text import clean
from apps.groq import json

MEGABYTE = 1024 * 1024
# A request with an image in it may have 4 MB, and base64 makes four bytes of three.
MOST_IMAGE = 3 * MEGABYTE
MOST_DOCUMENT = MEGABYTE
# How each kind of picture begins, and what stands at the eighth byte where that is not enough.
BEGINNINGS = [
    (b"\x89PNG\r\n\x1a\n", b"", "image/png"),
    (b"\xff\xd8\xff", b"", "image/jpeg"),
    (b"GIF87a", b"", "image/gif"),
    (b"GIF89a", b"", "image/gif"),
    (b"RIFF", b"WEBP", "image/webp"),
]


class AttachmentForm(forms.Form):
    """One file, or one address of a picture; ``attachment`` of the cleaned data is what ``Attachment.take`` takes."""

    file = forms.FileField(label="File", required=False, max_length=200, allow_empty_file=True)
    url = forms.CharField(label="Address", max_length=2000, required=False)

    def clean_url(self):
        url = self.cleaned_data["url"].strip()
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = None
        if url and not (parts and parts.scheme in ("http", "https") and parts.hostname):
            raise forms.ValidationError("Write the whole address of a picture, beginning with https://.")
        return url

    def clean(self):
        told = super().clean()
        if self.errors:
            return told
        if told.get("url"):
            name = told["url"].rpartition("/")[2].partition("?")[0] or urlsplit(told["url"]).hostname
            told["attachment"] = {"kind": IMAGE, "name": clean(name)[:200], "url": told["url"]}
        elif told.get("file") is not None:
            try:
                told["attachment"] = known(clean(told["file"].name)[:200], told["file"])
            except ValueError as error:
                self.add_error("file", str(error))
        else:
            self.add_error("file", "Choose one first.")
        return told


def known(name, file):
    """What a file is, by its bytes and not by what it says of itself; raises ValueError for what the API does not take."""
    head = file.read(16)
    file.seek(0)
    for begins, then, media_type in BEGINNINGS:
        if head.startswith(begins) and head[8:].startswith(then):
            if file.size > MOST_IMAGE:
                raise ValueError(
                    f"{name} is {megabytes(file.size)}. Within a request an image may have up to {megabytes(MOST_IMAGE)}: "
                    "make it smaller, or attach it by its address."
                )
            return {"kind": IMAGE, "name": name, "media_type": media_type, "data": file.read()}
    if file.size > MOST_DOCUMENT:
        raise ValueError(f"{name} is {megabytes(file.size)}. A document may have up to {megabytes(MOST_DOCUMENT)} of text.")
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise ValueError(f"{name} is neither an image (PNG, JPEG, GIF, WebP) nor text. The API takes nothing else here.")
    if not text.strip():
        raise ValueError(f"{name} is empty.")
    return {"kind": DOCUMENT, "name": name, "media_type": text_type(name, text), "data": clean(text).encode()}


def text_type(name, text):
    if name.lower().endswith(".json"):
        try:
            json.loads(text)
        except json.Malformed:
            return "text/plain"
        return "application/json"
    return "text/plain"


def megabytes(size):
    return f"{size / MEGABYTE:.1f} MB" if size % MEGABYTE else f"{size // MEGABYTE} MB"
