"""The bytes of a recording, whole or in ranges, and its outline. Whatever they are, a browser plays them or saves them."""

import re

from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from apps.audio.intake import names, outlines
from apps.audio.sound.containers import SERVED
from apps.audio.views.access import visible

BLOCK = 128 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"


@require_safe
def recording_sound(request, pk):
    recording = visible(request, pk)
    if recording.is_linked:
        raise Http404
    return served(request, recording, recording.name or recording.title)


def served(request, held, name):
    """The file of a row with ``pk``, ``file`` and ``media_type``: 200, 206 for one range, 416 for one that is not there."""
    kind = held.media_type if held.media_type in SERVED else "application/octet-stream"
    try:
        size = held.file.size
    except OSError:
        raise Http404 from None
    # The file of a row never changes.
    tag = f'"{held.pk}-{size}"'
    start, end, status = 0, size, 200
    asked = request.headers.get("Range", "")
    if asked and request.headers.get("If-Range", tag) == tag and (found := span(asked, size)):
        start, end = found
        status = 206 if start < end else 416
    if status == 416 or request.method == "HEAD":
        response = HttpResponse(status=status, content_type=kind)
    else:
        response = StreamingHttpResponse(blocks(held.file, start, end), status=status, content_type=kind)
    response["Content-Length"] = 0 if status == 416 else end - start
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    if status == 206:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    elif status == 416:
        response["Content-Range"] = f"bytes */{size}"
    download = "download" in request.GET or kind == "application/octet-stream"
    response["Content-Disposition"] = names.disposition(name, kind, attachment=download)
    response["Content-Security-Policy"] = POLICY
    return response


def span(asked, size):
    """(start, end) of a single range, (0, 0) for one that is not there, None for what is to be answered whole."""
    if not (found := RANGE.fullmatch(asked.strip())):
        return None
    first, last = found.groups()
    if not first:
        if not last:
            return None
        start = max(0, size - int(last))
        return (start, size) if int(last) and size else (0, 0)
    start, end = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return None
    return (start, end) if start < size else (0, 0)


def blocks(field, start, end):
    """The bytes from start to end, never many at once."""
    if bucket := getattr(field.storage, "bucket", None):
        # A file of a bucket would be fetched whole before the first byte is read.
        found = bucket.Object(field.name).get(Range=f"bytes={start}-{end - 1}") if start < end else None
        yield from found["Body"].iter_chunks(BLOCK) if found else ()
        return
    with field.storage.open(field.name, "rb") as file:
        file.seek(start)
        while start < end and (block := file.read(min(BLOCK, end - start))):
            start += len(block)
            yield block


@require_safe
def recording_peaks(request, pk):
    """{"peaks": [lowest, highest, …], "duration"}; 204 while they are made, and for what has none."""
    recording = visible(request, pk)
    if recording.peaks:
        return JsonResponse({"peaks": recording.outline, "duration": recording.duration})
    if not recording.is_linked:
        outlines.soon(recording)
    return HttpResponse(status=204)
