"""Any recording as the API likes it best: 16 kHz, one channel, 16 bits, a block at a time.

Two hours are 230 MB as samples, so nobody ever holds a whole recording.
"""

import io
import math

import av
import numpy as np

from apps.audio.sound import containers

RATE = 16000
# Seconds: pauses in the time stamps that are silence; longer ones are mistakes of the file.
SHORTEST_GAP, LONGEST_GAP = 0.2, 1800.0
# Of these, every frame says when it is. Seconds of sound that are rather read than jumped over.
EXACT = {"wav", "flac", "ogg", "matroska", "webm", "mov", "mp4"}
ENTRY = 20.0


class Unplayable(Exception):
    """Nothing can be heard in it; the text says why."""


class Sound:
    """The sound of a file that is open for reading; iterate for arrays of 16-bit samples.

    What comes before ``start`` seconds nobody needs: it is silence, where the file can be entered later. What comes after ``most``
    is not decoded, whatever its time stamps say.
    ``damaged`` says, afterwards, from which second on it could not be read as it should (None: it could). What did come is kept.
    """

    def __init__(self, file, start=0.0, most=None):
        self.file, self.start, self.most = file, start, most
        self.damaged = None
        self.samples = 0

    def __iter__(self):
        try:
            container = containers.opened(self.file)
        except (containers.NotSound, av.error.FFmpegError, ValueError) as error:
            raise Unplayable("The file is no recording that can be read.") from error
        with container:
            if not container.streams.audio:
                raise Unplayable("The file has no sound in it.")
            for block in self._blocks(container, container.streams.audio[0]):
                if self.most is not None and (over := self.samples - round(self.most * RATE)) > 0:
                    self.samples -= over
                    self._broken()
                    yield block[:-over]
                    return
                yield block
        if not self.samples:
            raise Unplayable("The file has no sound that could be decoded.")

    def _blocks(self, container, stream):
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        begin, entered = None, self._enter(container)
        for frame in self._frames(container, stream):
            at = frame.time
            # Not a number where the file does not say in what its times are counted.
            if at is not None and not math.isnan(at):
                begin = min(at, _beginning(container)) if begin is None else begin
                gap = at - begin - self.samples / RATE
                if SHORTEST_GAP < gap < LONGEST_GAP or (entered and not self.samples and gap > 0):
                    yield from self._silence(int(gap * RATE))
            # Its own count of time ends where a gap was.
            frame.pts = None
            try:
                yield from self._counted(resampler.resample(frame))
            except (av.error.FFmpegError, ValueError):
                # The sound has changed its shape on the way.
                self._broken()
                resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        yield from self._counted(resampler.resample(None) if self.samples else [])

    def _enter(self, container):
        """Go to where something is needed; True where that could be done, and time stamps say where it is."""
        if self.start < ENTRY or not EXACT & set(container.format.name.split(",")) or container.start_time is None:
            return False
        try:
            # Some decoders need a while before what they give is right.
            container.seek(container.start_time + int((self.start - ENTRY / 2) * av.time_base))
        except (av.error.FFmpegError, OSError):
            return False
        return True

    def _frames(self, container, stream):
        """What can be decoded; a damaged packet costs itself, not what follows."""
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError):
                self._broken()
                return
            if packet is None:
                return
            try:
                yield from packet.decode()
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError):
                self._broken()

    def _counted(self, frames):
        for frame in frames:
            block = frame.to_ndarray().reshape(-1)
            self.samples += len(block)
            yield block

    def _silence(self, count):
        while count > 0:
            block = np.zeros(min(count, RATE), np.int16)
            count -= len(block)
            self.samples += len(block)
            yield block

    def _broken(self):
        if self.damaged is None:
            self.damaged = self.samples / RATE


def _beginning(container):
    """Seconds at which a player begins, which is not always zero."""
    return container.start_time / av.time_base if container.start_time is not None else float("inf")


def encoded(samples):
    """A FLAC file of these samples: a piece as it is sent."""
    out = io.BytesIO()
    with av.open(out, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono", format="s16")
        for at in range(0, len(samples), 4096):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + 4096], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()
