"""Static files under their hashed names, made again only when one of them has changed."""

import hashlib
import os

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command


def collect():
    """Collect into STATIC_ROOT unless what is there was made from exactly these files."""
    stamp = settings.DATA_DIR / "static.stamp"
    now = fingerprint()
    if (settings.STATIC_ROOT / "staticfiles.json").exists() and stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(now)


def fingerprint():
    """Changes with every path, size or time of change among the files that would be collected, and with how they are."""
    lines = [repr(settings.STORAGES["staticfiles"])]
    for finder in finders.get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            state = os.stat(storage.path(path))
            lines.append(f"{storage.location} {path} {state.st_size} {state.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
