"""Forms with files (multipart/form-data), read as they arrive and kept on disk, as far as the engine is willing to."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from apps.engine.body import ClientGone
from apps.engine.refusal import Refusal, wrong

FILE_LIMIT = 25 * 1024 * 1024  # bytes of the sound, as GroqCloud takes them
TEXT_LIMIT = 64 * 1024  # bytes of all other fields together
# The sound may come as text, three bytes in four letters.
BODY_LIMIT = FILE_LIMIT // 3 * 4 + 4 * TEXT_LIMIT
IN_MEMORY = 256 * 1024  # bytes of a file before it goes to disk
PARTS = 64


@dataclass
class Form:
    """What came: ``texts`` by name, each a list, and ``files`` by name, open at their beginning. Close it after use."""

    texts: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._open.close()

    def open(self):
        """A file that is gone when the form is closed."""
        return self._open.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))

    def new_file(self, name):
        if name in self.files:
            raise wrong(name, "must be given once")
        self.files[name] = self.open()
        return self.files[name]


async def read(scope, receive, large):
    """The form in the body; parts named in ``large`` become files, whether a file name came with them or not.

    Raises ``Refusal`` (400, or 413 as soon as it is clear that too much comes), and ``ClientGone``.
    """
    parser = start(scope, form := Form(), large)
    taken = 0
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            data = message.get("body", b"")
            taken += len(data)
            if taken > BODY_LIMIT:
                raise too_large()
            parser.write(data)
            if not message.get("more_body"):
                parser.finish()
                return form
    except BaseException:
        form.__exit__()
        raise


def start(scope, form, large):
    head = dict(scope["headers"])
    if int(head.get(b"content-length", b"0")) > BODY_LIMIT:
        raise too_large()
    kind, options = parse_options_header(head.get(b"content-type", b"").decode("latin-1"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Refusal(400, "The body must be multipart/form-data with a boundary.", code="invalid_content_type")
    return Parser(options[b"boundary"], form, large)


class Parser:
    """Fills a form from pieces of a body, wherever those are cut."""

    def __init__(self, boundary, form, large):
        self._form, self._large = form, large
        self._head, self._value = b"", b""
        self._heads, self._parts, self._texts = {}, 0, 0
        self._file, self._text, self._ended = None, None, False
        steps = {
            "on_part_begin": self._begin,
            "on_header_field": self._name_more,
            "on_header_value": self._value_more,
            "on_header_end": self._head_ends,
            "on_headers_finished": self._heads_end,
            "on_part_data": self._more,
            "on_part_end": self._end,
            "on_end": self._last,
        }
        try:
            self._parser = MultipartParser(boundary, steps)
        except FormParserError as error:
            raise malformed(error) from error

    def write(self, data):
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise malformed(error) from error

    def finish(self):
        if not self._ended:
            raise malformed("it ends before its last boundary")
        for file in self._form.files.values():
            file.seek(0)

    def _begin(self):
        self._heads, self._file, self._text = {}, None, None
        self._parts += 1
        if self._parts > PARTS:
            raise malformed(f"it has more than {PARTS} parts")

    def _name_more(self, data, start, end):
        self._head += data[start:end]

    def _value_more(self, data, start, end):
        self._value += data[start:end]

    def _head_ends(self):
        self._heads[self._head.lower()] = self._value
        self._head, self._value = b"", b""

    def _heads_end(self):
        kind, options = parse_options_header(self._heads.get(b"content-disposition", b"").decode("latin-1"))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if kind != b"form-data" or not name:
            raise malformed("a part has no name")
        if name in self._large:
            self._file = self._form.new_file(name)
        elif b"filename" in options:
            raise wrong(name, "must be text, not a file")
        else:
            self._name, self._text = name, bytearray()

    def _more(self, data, start, end):
        if self._file is not None:
            if self._file.tell() + end - start > BODY_LIMIT:
                raise too_large()
            self._file.write(data[start:end])
            return
        self._texts += end - start
        if self._texts > TEXT_LIMIT:
            raise too_large()
        self._text += data[start:end]

    def _end(self):
        if self._text is not None:
            try:
                text = self._text.decode("utf-8")
            except UnicodeDecodeError as error:
                raise wrong(self._name, "must be UTF-8") from error
            self._form.texts.setdefault(self._name, []).append(text)

    def _last(self):
        self._ended = True


def malformed(why):
    return Refusal(400, f"The body is not valid multipart/form-data: {why}.", code="invalid_multipart")


def too_large():
    message = f"Request Entity Too Large: a file may have {FILE_LIMIT} bytes, all other fields together {TEXT_LIMIT}."
    return Refusal(413, message, code="request_too_large")
