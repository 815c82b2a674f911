"""This process as others see it: the name under which it claims runs and jobs."""

import os
import secrets
import socket

HOST = socket.gethostname()
# New with every start: a process that comes back from the dead must not pass for its successor.
WORKER = f"{HOST}:{os.getpid()}:{secrets.token_hex(6)}"


def is_dead(worker):
    """True when the worker was a process of this machine that is gone; False when that cannot be known."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    if host != HOST or not rest.isdigit() or worker == WORKER:
        return False
    if int(rest) == os.getpid():
        # Our own number, given again: its former holder is gone (a container starts at 1 each time).
        return True
    if os.name == "nt":
        # There, signal 0 would be Ctrl-C. The lease will tell.
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
