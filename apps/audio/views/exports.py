"""A transcript to take away."""

from urllib.parse import quote

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.audio.export_forms import DOCX, JSON, MARKDOWN, SRT, TXT, VTT, ExportForm
from apps.audio.formats import lossless, plain, subtitles, word
from apps.audio.views.transcript_access import newest, visible
from apps.core import http

TYPES = {
    TXT: "text/plain; charset=utf-8",
    MARKDOWN: "text/markdown; charset=utf-8",
    SRT: "application/x-subrip; charset=utf-8",
    VTT: "text/vtt; charset=utf-8",
    JSON: "application/json",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MOST_PREVIEW = 4000


@require_safe
def export(request, pk):
    """``?format=srt&length=42…`` as a file, named as the recording is; with ``preview`` its beginning, to look at."""
    transcript, form = visible(request, pk), ExportForm(request.GET)
    version = newest(transcript)
    if not form.is_valid():
        return http.fault(request, 422, "Not exported", http.errors(form))
    kind = form.cleaned_data["format"]
    version.transcript = transcript
    if "preview" in request.GET and kind != DOCX:
        return HttpResponse(drawn(version, form)[:MOST_PREVIEW], content_type="text/plain; charset=utf-8")
    response = HttpResponse(drawn(version, form), content_type=TYPES[kind])
    response["Content-Disposition"] = attachment(f"{transcript.recording}.{kind}")
    return response


def drawn(version, form):
    told, segments, title = form.cleaned_data, version.segments, str(version.transcript.recording)
    with_ = {"speakers": told["speakers"], "times": told["times"]}
    match told["format"]:
        case "srt":
            return subtitles.srt(segments, form.shape(), told["speakers"])
        case "vtt":
            return subtitles.vtt(segments, form.shape(), told["speakers"])
        case "md":
            return plain.markdown(segments, title, **with_)
        case "docx":
            return word.write(segments, title, **with_)
        case "json":
            return lossless.write(version)
    return plain.text(segments, **with_)


def attachment(name):
    """RFC 6266: the name for browsers of today, and one of plain letters for others."""
    name = "".join("_" if sign in '/\\:*?"<>|' or not sign.isprintable() else sign for sign in name).strip(". ")
    simple = name.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    return f"attachment; filename=\"{simple}\"; filename*=UTF-8''{quote(name, safe='')}"
