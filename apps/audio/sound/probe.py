"""Whether there is sound in a file, what kind, and how long it lasts: measured, whatever its header says."""

from dataclasses import asdict, dataclass

from apps.audio.sound import containers
from apps.audio.sound.containers import CODECS, NotSound
from apps.core.text import clock

# The API takes no less.
SHORTEST = 0.01
# Packets that are tried before it is said that nothing in them can be decoded.
TRIED = 400
# A header that says so much more than there is, is worth a word.
MORE = 1.05


@dataclass
class Found:
    media_type: str
    duration: float
    note: str = ""
    # Recorded by a browser that did not know yet how long it would be: without an index and without a length.
    endless: bool = False


def probe(file):
    """Found, of an open file. Raises NotSound with words for everything that cannot be put to text."""
    from av.error import FFmpegError

    name, head = containers.known(file)
    try:
        return measured(file, name, head)
    except (FFmpegError, ValueError, OverflowError, EOFError, MemoryError, UnicodeDecodeError) as error:
        raise NotSound(broken(name)) from error


def measured(file, name, head):
    from av.stream import Disposition

    with containers.opened(file) as container:
        if not container.streams.audio:
            raise NotSound("There is no sound in it.")
        stream = container.streams.audio[0]
        if stream.codec_context is None or stream.codec_context.name not in CODECS:
            raise NotSound("Its sound is in a format that we do not decode.")
        said = container.duration / 1_000_000 if container.duration else None
        duration = length(container, stream)
        if duration < SHORTEST:
            raise NotSound("There is no sound in it." if not duration else "It is shorter than a hundredth of a second.")
        # Cover art is a picture, too.
        pictures = any(Disposition.attached_pic not in video.disposition for video in container.streams.video)
        note = ""
        trusted = name != "mp3" or b"Xing" in head or b"Info" in head
        if said and trusted and said > duration * MORE + 1:
            note = f"The file is cut off: its header speaks of {clock(said)}, and {clock(duration)} are there."
        return Found(containers.media_type(name, head, pictures), duration, note, said is None and not pictures)


def length(container, stream):
    """Seconds from the first packet to the end of the last; reads all of them and decodes the first that can be.

    Where packets say that they are at the same time, but not that they are short, all of them together.
    """
    decodes, tried, first, last, sound = False, 0, None, None, 0
    for packet in container.demux(stream):
        if not decodes and tried < TRIED:
            tried += 1
            decodes = can_decode(packet)
        if packet.pts is None:
            continue
        first = packet.pts if first is None else min(first, packet.pts)
        sound += packet.duration or 0
        end = packet.pts + (packet.duration or 0)
        last = end if last is None else max(last, end)
    if first is None:
        return 0.0
    if not decodes:
        raise NotSound("Nothing in it can be decoded: the file is damaged.")
    span, sound = float((last - first) * stream.time_base), float(sound * stream.time_base)
    return sound if sound > span * MORE + 1 else span


def can_decode(packet):
    from av.error import FFmpegError

    try:
        return any(frame.samples for frame in packet.decode())
    except (FFmpegError, ValueError):
        return False


def broken(name):
    if name == "mov":
        return "It cannot be read: it is damaged or was cut off before its end, where MP4 says what is in it."
    return "It cannot be read: the file is damaged or was cut off at its beginning."


def said(found):
    return asdict(found)
