"""Bytes on their way in: one file for each upload, in the data folder, under its id."""

import contextlib
import os

from django.conf import settings


def folder():
    return settings.DATA_DIR / "uploads"


def path(pk):
    return folder() / pk


def write(pk, offset, data):
    """Put bytes at their place. Raises OSError, when the disk is full for one."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path(pk), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        view = memoryview(data)
        while view:
            written = os.pwrite(handle, view, offset)
            view, offset = view[written:], offset + written
    finally:
        os.close(handle)


def cut(pk, size):
    """The path of the file, which has this size now; what a broken attempt left behind it is gone."""
    if not path(pk).exists():
        write(pk, 0, b"")
    os.truncate(path(pk), size)
    return path(pk)


def remove(pk):
    for file in (path(pk), rewritten(pk)):
        with contextlib.suppress(OSError):
            file.unlink()


def rewritten(pk):
    """Where the recording is written once more."""
    return folder() / f"{pk}.new"


def left_over(known):
    """Remove the files that no upload knows."""
    with contextlib.suppress(FileNotFoundError):
        for file in folder().iterdir():
            if file.name.removesuffix(".new") not in known:
                with contextlib.suppress(OSError):
                    file.unlink()
