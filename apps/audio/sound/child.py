"""The process in which files of strangers are looked at: `python -m apps.audio.sound.child probe <path>`.

FFmpeg reads hostile bytes there, with bounds on memory, time and files, and without our database, our key or our threads. It
answers one line of JSON: {"found": …} or {"refused": "words"}.
"""

import base64
import json
import sys
from pathlib import Path

MEMORY = 1536 * 1024 * 1024


def bound(seconds):
    """What the process may take; where the system knows no such bounds, the time limit of who waits for it is left."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def main(asked):
    bound(int(asked["seconds"]))
    from apps.audio.sound.containers import NotSound

    try:
        with Path(asked["path"]).open("rb") as file:
            return {"found": DOES[asked["do"]](file, asked)}
    except NotSound as refused:
        return {"refused": str(refused)}


def look(file, asked):
    from apps.audio.sound import probe

    return probe.said(probe.probe(file))


def outline(file, asked):
    from apps.audio.sound import peaks

    return base64.b64encode(peaks.peaks(file, asked["duration"])).decode()


def rewrite(file, asked):
    from apps.audio.sound import remuxing

    remuxing.remux(file, asked["size"], asked["target"], asked["starts"])
    return True


DOES = {"probe": look, "peaks": outline, "remux": rewrite}

if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
