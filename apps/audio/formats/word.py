"""DOCX, written by python-docx."""

import io

from apps.audio.formats import printable
from apps.audio.formats.plain import turns
from apps.core.text import clock


def write(segments, title, speakers=True, times=True):
    """The bytes of a document: a heading, and a paragraph for each turn."""
    import docx

    document = docx.Document()
    document.core_properties.title, document.core_properties.author = printable(title)[:255], ""
    document.add_heading(printable(title), 0)
    for turn, body in turns(segments, times):
        paragraph = document.add_paragraph()
        if times:
            paragraph.add_run(f"{clock(turn['start'])}  ").italic = True
        if speakers and turn.get("speaker"):
            paragraph.add_run(f"{printable(turn['speaker'])}: ").bold = True
        paragraph.add_run(body)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
