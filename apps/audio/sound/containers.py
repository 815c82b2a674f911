"""What a file is, by its own first bytes; and the one way in which FFmpeg is let at it.

The demuxer is named by us and reads from an open file, so that nothing in a file can choose another (a playlist, a list of
files) or open an address: formats that refer to other places are not on the list, and no protocol is.
"""

# Decoders that may be opened, for looking at a file as well as for reading it. None of them is for pictures.
# fmt: off
CODECS = frozenset({
    "aac", "ac3", "adpcm_ima_wav", "adpcm_ms", "alac", "eac3", "flac", "mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float",
    "opus", "pcm_alaw", "pcm_f32be", "pcm_f32le", "pcm_f64le", "pcm_mulaw", "pcm_s16be", "pcm_s16le", "pcm_s24be", "pcm_s24le",
    "pcm_s32be", "pcm_s32le", "pcm_u8", "vorbis",
})
# fmt: on
OPTIONS = {"protocol_whitelist": "none", "codec_whitelist": ",".join(sorted(CODECS)), "probesize": "5000000"}
# What an MPEG-4 or QuickTime file begins with, behind four bytes of length.
BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
HEAD = 4096
# Formats of pictures and sound, as they are served; a video without pictures is sound.
MEDIA_TYPES = {"wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg", "mp3": "audio/mpeg", "mpeg": "video/mpeg"}
SERVED = frozenset({*MEDIA_TYPES.values(), "audio/mp4", "video/mp4", "audio/webm", "video/webm", "video/x-matroska"})


class NotSound(Exception):
    """In words for the person: why it is not taken."""


def demuxer(head):
    """FFmpeg's name of the format that these first bytes are of; an empty string for every other."""
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "matroska"
    if head[4:8] in BOXES:
        return "mov"
    if head[:4] == b"\x00\x00\x01\xba":
        return "mpeg"
    return "mp3" if head[:3] == b"ID3" or is_frame(head.lstrip(b"\x00")) else ""


def is_frame(head):
    """Whether it begins with a frame of MPEG audio, layer 1 to 3."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer, rate, hertz = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer != 0 and rate not in (0, 15) and hertz != 3


def known(file):
    """(demuxer, first bytes) of an open file. Raises NotSound for what is none of ours."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not head:
        raise NotSound("The file is empty.")
    if name := demuxer(head):
        return name, head
    raise NotSound(
        f"This is {what(head)}. Taken are FLAC, MP3, MP4 (also as .mov), MPEG, M4A, Ogg, WAV and WebM, told by what is in the file."
    )


def what(head):
    """What else it seems to be, in a few words."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if start.startswith(b"%pdf"):
        return "a PDF"
    if start.startswith((b"<svg", b"<?xml")):
        return "an SVG or XML file"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<script", b"<body")):
        return "a web page"
    if start.startswith((b"#extm3u", b"ffconcat")):
        return "a playlist, not a recording"
    if head.startswith((b"MZ", b"\x7fELF")):
        return "a program"
    if head.startswith(b"PK\x03\x04"):
        return "an archive"
    return "no recording that we know"


def opened(file):
    """An open file as a container of PyAV, safely. Raises NotSound, and PyAV's own errors."""
    # Not before: it takes 30 MB, and a process that only serves pages decodes nothing.
    import av

    name, _ = known(file)
    return av.open(file, mode="r", format=name, options=OPTIONS, metadata_errors="ignore")


def media_type(name, head, pictures):
    if name == "mov":
        return "video/mp4" if pictures else "audio/mp4"
    if name == "matroska":
        if b"webm" not in head[:256]:
            return "video/x-matroska"
        return "video/webm" if pictures else "audio/webm"
    return MEDIA_TYPES[name]
