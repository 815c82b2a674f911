"""Files of sound, made on the spot; and files that only say they are."""

import io
import wave
from functools import cache

import av
import numpy as np


@cache
def wav(seconds=1.0, rate=16000):
    """A tone as a WAV of 16 bits."""
    held = io.BytesIO()
    samples = np.sin(np.arange(int(seconds * rate)) / 8) * 12000
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return held.getvalue()


CODECS = {
    "flac": "flac",
    "matroska": "libopus",
    "mp3": "libmp3lame",
    "mp4": "aac",
    "mpeg": "mp2",
    "ogg": "libopus",
    "webm": "libopus",
}


@cache
def encoded(form, seconds=2.0, pictures=False):
    """The tone in another format, with moving pictures where they are asked for."""
    held = io.BytesIO()
    with av.open(io.BytesIO(wav(seconds))) as source, av.open(held, "w", format=form) as target:
        stream = target.add_stream(CODECS[form], rate=48000)
        stream.layout = "mono"
        if pictures:
            screen = target.add_stream("mpeg4", rate=10)
            screen.width = screen.height = 32
            screen.pix_fmt = "yuv420p"
            for number in range(int(seconds * 10)):
                frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), number % 255, dtype=np.uint8), format="rgb24")
                target.mux(screen.encode(frame))
            target.mux(screen.encode(None))
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=48000)
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return held.getvalue()


def live_webm(seconds=2.0):
    """As a recorder of a browser writes it: without a length and without an index."""
    held = io.BytesIO()
    found, live = io.BytesIO(encoded("webm", seconds)), {"live": "1"}
    with av.open(found) as source, av.open(held, "w", format="webm", container_options=live) as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    return held.getvalue()


def silent_video():
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as target:
        screen = target.add_stream("mpeg4", rate=10)
        screen.width = screen.height = 32
        screen.pix_fmt = "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), dtype=np.uint8), format="rgb24")
            target.mux(screen.encode(frame))
        target.mux(screen.encode(None))
    return held.getvalue()


def at_once(seconds=2.0):
    """Sound of which every packet says that it is the first, and takes no time."""
    held, whole = io.BytesIO(), io.BytesIO(encoded("webm", seconds))
    with av.open(whole) as source, av.open(held, "w", format="matroska") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.size:
                packet.stream, packet.pts, packet.dts, packet.duration = stream, 0, 0, 0
                target.mux(packet)
    return held.getvalue()
