"""The body of a request, as far as the engine is willing to read it."""

from apps.engine.refusal import Refusal

# Four times the longest conversation the model can hold, in a script of four bytes a letter, escaped, fits.
LIMIT = 4 * 1024 * 1024


class ClientGone(Exception):
    """The client closed the connection; there is nobody to answer."""


async def read(scope, receive):
    """The bytes of the body; raises ``Refusal`` (413) before it holds more than ``LIMIT``, and ``ClientGone``."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    held = bytearray()
    if int(announced) > LIMIT:
        raise too_large()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        held += message.get("body", b"")
        if len(held) > LIMIT:
            raise too_large()
        if not message.get("more_body"):
            return bytes(held)


def too_large():
    return Refusal(413, f"Request Entity Too Large: a body may have {LIMIT} bytes.", code="request_too_large")
