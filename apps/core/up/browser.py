"""The first page opened where there is a screen; silence where there is none."""

import html
import os
import subprocess
import sys

from django.conf import settings

PAGE = """<!doctype html><meta charset="utf-8"><title>Playground</title><meta http-equiv="refresh" content="0; url={url}">
<a href="{url}">Open the playground</a>
"""


def open_page(url):
    """Ask the desktop for it, without waiting; a browser that does not come leaves the printed link.

    The browser is given a file that leads to the url: arguments of a process can be read by everybody on the machine.
    """
    if not has_screen():
        return
    page = settings.DATA_DIR / "open.html"
    try:
        page.unlink(missing_ok=True)
        with open(os.open(page, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(PAGE.format(url=html.escape(url)))
    except OSError:
        # The link is on the terminal; that is what counts.
        return
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    subprocess.Popen([sys.executable, "-m", "webbrowser", page.as_uri()], start_new_session=True, **quiet)


def has_screen():
    if os.environ.get("BROWSER"):
        return True
    if sys.platform in ("win32", "darwin"):
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
