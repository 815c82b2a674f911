"""The process that does jobs, as their rows name it."""

import os
import secrets

_name = f"{os.getpid()}.{secrets.token_hex(4)}"


def current():
    return _name
