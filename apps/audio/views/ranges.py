"""Sound given out in the parts that a player asks for."""

import re
from urllib.parse import quote

from django.http import FileResponse, HttpResponse

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
PART = 256 * 1024


def ranged(request, file, media_type, name):
    """The file, or the part of it that the request names; a browser plays or saves it and runs nothing of it."""
    size = file.size
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    first, last = bounds(found, size) if found else (0, size - 1)
    if found and first > last:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    handle = file.open("rb")
    response = FileResponse(handle, content_type=media_type)
    if found:
        handle.seek(first)
        response.streaming_content = parts(handle, last - first + 1)
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = POLICY
    return response


def bounds(found, size):
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if last else (1, 0)
    return int(first), min(int(last), size - 1) if last else size - 1


def parts(handle, left):
    while left > 0 and (part := handle.read(min(PART, left))):
        left -= len(part)
        yield part
