"""What goes wrong, in the shape every answer of the API gives it."""


class Refusal(Exception):
    """A request that gets an error for an answer (ErrorResponse in the API description).

    ``status`` is the HTTP status; ``param`` names the member of the request that is meant, with dots and indices
    as in ``messages.0.content``; ``more`` are further members of the error, such as ``failed_generation``.
    """

    def __init__(self, status, message, *, code=None, param=None, **more):
        super().__init__(message)
        self.status = status
        kind = "invalid_request_error" if status < 500 else "internal_server_error"
        self.error = {"message": message, "type": kind, "code": code, "param": param, **more}


def wrong(where, message):
    """The refusal of a member that is missing, misplaced, ill-typed or out of range; of the body itself where it is ""."""
    if not where:
        return Refusal(400, f"The body {message}.", code="invalid_value")
    return Refusal(400, f"{where}: {message}", code="invalid_value", param=where)


def unsupported(where, message):
    """The refusal of a member that is well-formed, but asks for what this model cannot do."""
    return Refusal(400, f"{where}: {message}", code="unsupported_parameter", param=where)


def unknown_model(name):
    message = f"The model `{name}` does not exist or you do not have access to it."
    return Refusal(404, message, code="model_not_found", param="model")
