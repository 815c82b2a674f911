"""Why a job did not complete, in words that a person can act on, and answers as they can be kept."""

from apps.groq.text import clean, clean_value


def ours(message, advice, code="not_done"):
    """Beside what ``GroqError.to_json`` gives: what went wrong on this server."""
    return {"code": code, "message": message, "advice": advice, "side": "server"}


NOT_CONNECTED = ours(
    "No API is connected to this server.",
    "Start it with GROQ_API_KEY set, or without --without-engine; then press Retry.",
    "not_connected",
)
OUR_FAULT = ours(
    "Something broke on our side while this was being done.",
    "What had arrived is kept. Press Retry; the server’s log says more.",
    "internal",
)
FILE_GONE = ours("The file of this recording is not in the storage any more.", "Upload it again.", "file_gone")
GIVEN_UP = ours(
    "The worker ended several times while it did this.",
    "The recording may be damaged, or the server short of memory. Press Retry to try it once more.",
    "given_up",
)
# What a shorter piece may help against.
TOO_MUCH = {"too_large", "request_too_large", "timeout", "gateway_timeout", "first_byte_timeout", "write_timeout", "stalled"}


def unplayable(error):
    return {
        "code": "unplayable",
        "side": "request",
        "message": str(error),
        "advice": "Check that it plays elsewhere, convert it, and upload it again.",
    }


def is_too_much(error):
    return bool(error) and (error.get("code") in TOO_MUCH or error.get("status") in (408, 413, 504, 524))


def told(error, piece):
    """A GroqError about a piece, with what Retry does about it."""
    said = error.to_json()
    if not is_too_much(said):
        said["advice"] = f"{said['advice']} Retry asks for what is missing; nothing is uploaded again."
    elif piece.end is not None:
        length = f"{round((piece.end - piece.start) / 60)} minutes" if piece.end - piece.start > 90 else "this length"
        problem = "is too large for it" if said.get("status") == 413 else "takes it too long"
        said["advice"] = (
            f"A piece of {length} {problem}. Retry asks for shorter pieces of what is missing; nothing is uploaded again."
        )
    else:
        said["advice"] = "The API fetches this recording itself. Upload it here, and it is sent in pieces."
    return said


def readable(answer):
    """What the API answered, as a row can hold it: a JSON object, or the text in one."""
    if answer.data is None:
        return {"text": clean(answer.body.decode("utf-8", "replace"))}
    return clean_value(answer.data) if isinstance(answer.data, dict) else {"text": clean_value(answer.data)}
