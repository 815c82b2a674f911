"""Asks the process apart (apps.audio.sound.child) and bears whatever becomes of it."""

import base64
import json
import subprocess
import sys

from django.conf import settings

from apps.audio.sound.containers import NotSound
from apps.audio.sound.probe import Found

# Seconds: to look at a file of any size that we take, and to decode all of it.
LOOKING, DECODING = 120, 900
UNREADABLE = "It cannot be read: the file is damaged, or made to be hard to read."


def probe(path):
    """Found, of the file at a path. Raises NotSound."""
    return Found(**ask("probe", path, LOOKING))


def peaks(path, duration):
    """The outline, as bytes. Raises NotSound."""
    return base64.b64decode(ask("peaks", path, DECODING, duration=duration))


def remux(path, target, size, starts):
    """Raises NotSound where it cannot be written once more."""
    ask("remux", path, LOOKING, target=str(target), size=size, starts=starts)


def ask(do, path, seconds, **more):
    asked = json.dumps({"do": do, "path": str(path), "seconds": seconds, **more})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "apps.audio.sound.child", asked],
            cwd=settings.BASE_DIR,
            # Nothing of what we know: no key, no address of a database.
            env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds + 10,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise NotSound(UNREADABLE) from error
    if "refused" in answer:
        raise NotSound(answer["refused"])
    return answer["found"]
