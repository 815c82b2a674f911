"""One process at a time. Only the standard library: this serves before anything is installed, too."""

import contextlib
import os
import time


@contextlib.contextmanager
def alone(path, waiting):
    """Hold the lock file; ``waiting()`` is called once when another process holds it. Yields the descriptor.

    The lock ends with its holder, however that ends; the file stays, because removing it would let a third one in.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not take(handle):
            waiting()
            while not take(handle):
                time.sleep(0.1)
        yield handle
    finally:
        os.close(handle)


if os.name == "nt":
    import msvcrt

    def take(handle):
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def take(handle):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
