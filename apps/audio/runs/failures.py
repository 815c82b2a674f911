"""Failures of jobs that no API is the cause of, as they stand on the row."""


def ours(message, advice, code="not_done"):
    """Beside what ``GroqError.to_json`` gives: what went wrong on this server."""
    return {"code": code, "message": message, "advice": advice, "side": "server"}
