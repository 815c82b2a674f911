"""What a browser recorded, written once more with a length and an index, so that it can be played from any place.

A recorder that was begun anew after a break writes a second file behind the first: the parts become one.
"""

import io

import av

from apps.audio.sound import containers

FORMATS = {"matroska": "webm", "mov": "mp4", "ogg": "ogg"}


class Part(io.RawIOBase):
    """The bytes from ``start`` to ``end`` of an open file, as a file."""

    def __init__(self, file, start, end):
        self.file, self.start, self.end, self.at = file, start, end, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def readinto(self, buffer):
        self.file.seek(self.start + self.at)
        data = self.file.read(min(len(buffer), max(0, self.end - self.start - self.at)))
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)

    def seek(self, offset, whence=io.SEEK_SET):
        self.at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.end - self.start}[whence]
        return self.at

    def tell(self):
        return self.at


def remux(file, size, target, starts=()):
    """Write the sound of all parts to the path ``target``. Raises PyAV's errors and NotSound."""
    edges = [0, *sorted({start for start in starts if 0 < start < size}), size]
    output = stream = None
    shift = 0.0
    try:
        for start, end in zip(edges, edges[1:], strict=False):
            part = Part(file, start, end)
            name, _ = containers.known(part)
            with containers.opened(part) as container:
                source = container.streams.audio[0]
                if output is None:
                    options = {"movflags": "+faststart"} if name == "mov" else {}
                    output = av.open(str(target), "w", format=FORMATS[name], container_options=options)
                    stream = output.add_stream_from_template(source)
                shift = copied(container, source, output, stream, shift)
    finally:
        if output is not None:
            output.close()


def copied(container, source, output, stream, shift):
    """Copy the packets, ``shift`` seconds later; the end of the last of them."""
    first, end = None, shift
    for packet in container.demux(source):
        if packet.pts is None or not packet.size:
            continue
        base = packet.time_base
        first = packet.pts if first is None else first
        moved = packet.pts - first + round(shift / base)
        packet.pts = packet.dts = moved
        end = max(end, float((moved + (packet.duration or 0)) * base))
        packet.stream = stream
        output.mux(packet)
    return end
