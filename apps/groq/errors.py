"""One small tree of errors, each with a sentence a user may read and the next thing to do.

``Unreachable``   no answer came: refused, name not found, TLS, no first byte in time
``Refused``       an HTTP answer which says no, with its reason
``Unexpected``    an answer of another kind than was asked for: a web page, a redirect, unreadable JSON
``BrokenStream``  a streamed answer that broke off after it had begun; the text so far stays true
"""

from collections.abc import Mapping
from typing import Any, Literal, Self

# Whose side the cause is on: what was sent, the key, a limit, the upstream, or the network between.
Side = Literal["request", "key", "limit", "upstream", "network"]

DETAIL_LIMIT = 512
SHOWN = ("code", "message", "advice", "side", "status", "param", "request_id", "retry_after", "failed_generation", "detail")

ADVICE: dict[Side, str] = {
    "request": "Change the request and send it again.",
    "key": "Check the API key of this connection.",
    "limit": "Wait a moment, then try again.",
    "upstream": "Try again; if it stays like this, look at the status page of the API.",
    "network": "Check the network and the address of the API, then try again.",
}


class GroqError(Exception):
    """Anything that can go wrong between asking and the last byte; ``str(error)`` is its sentence.

    status             HTTP status, when there was an answer
    code               short stable word to store, such as "rate_limit_exceeded" or "stalled"
    side, advice       where the cause lies, and one sentence saying what to do
    param              the request member the upstream complains about
    request_id         what the upstream's support asks for
    retry_after        seconds until trying again makes sense
    failed_generation  what the model wrote when the upstream could not use it
    detail             at most 512 characters of an answer we did not expect; never markup to render
    retryable          sending the same again may succeed
    headers, body      the answer itself, when there was one; at most 64 KB of it
    """

    side: Side = "upstream"
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        code: str,
        side: Side | None = None,
        advice: str | None = None,
        status: int | None = None,
        param: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        failed_generation: str | None = None,
        detail: str = "",
        retryable: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.side = side or type(self).side
        self.advice = advice or ADVICE[self.side]
        self.status = status
        self.param = param
        self.request_id = request_id
        self.retry_after = retry_after
        self.failed_generation = failed_generation
        self.detail = detail[:DETAIL_LIMIT]
        self.retryable = type(self).retryable if retryable is None else retryable
        self.headers: Mapping[str, str] = {}
        self.body = ""

    def to_json(self) -> dict[str, Any]:
        """As it stands on a row: only what may be shown, and of that what is known."""
        return {name: value for name in SHOWN if (value := getattr(self, name)) not in (None, "")}

    def without(self, secret: str) -> Self:
        """This error, with an ellipsis wherever the upstream repeated the secret; its headers stay as they came."""
        if secret:
            for name in ("message", "advice", "code", "param", "request_id", "failed_generation", "detail", "body"):
                if text := getattr(self, name):
                    # A code is kept in small letters.
                    setattr(self, name, text.replace(secret, "…").replace(secret.lower(), "…"))
            self.args = (self.message,)
        return self


class Unreachable(GroqError):
    """No answer came."""

    side: Side = "network"
    retryable = True


class Refused(GroqError):
    """The upstream answered with an HTTP error."""


class Unexpected(GroqError):
    """The upstream answered, but not with what was asked for."""

    side: Side = "upstream"


class BrokenStream(GroqError):
    """The answer broke off after it had begun; what arrived before stays valid."""

    side: Side = "network"
    retryable = True
