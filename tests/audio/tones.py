"""Recordings in which every word is a tone of its own, and a listener that hears exactly the words that are wholly there.

So the way from a file to one text is tested with sound that was really cut: a word that a cut has halved is not heard.
"""

import io
import itertools

import numpy as np

from apps.audio.sound import decoding

RATE = 16000
# Seconds of a word, and of the silence behind it.
WORD, REST = 0.6, 0.4
LOWEST, STEP = 300, 20


def recording(count, rate=RATE):
    """A WAV file of this many words, one a second; it begins with silence."""
    return written(samples(range(count)))


def samples(numbers):
    at = np.arange(int(WORD * RATE)) / RATE
    word = [np.sin(2 * np.pi * (LOWEST + STEP * number) * at) * 12000 for number in numbers]
    noise = np.random.default_rng(1).normal(0, 20, (len(word), RATE))
    for number, tone in enumerate(word):
        begin = int(REST / 2 * RATE)
        noise[number, begin : begin + len(tone)] += tone
    return noise.reshape(-1).astype(np.int16)


def hours(count, words=360):
    """A file of so many hours, of the same words over and over; (the file, all that is said)."""
    block, times = samples(range(words)), count * 3600 // words
    return written(block, "flac", "flac", times=times), spoken(words) * times


def written(sound, format="wav", codec="pcm_s16le", rate=RATE, times=1):
    """A file of these samples, so many times."""
    import av

    out = io.BytesIO()
    with av.open(out, "w", format=format) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate, frame_size=1024)
        for number, begin in itertools.product(range(times), range(0, len(sound), 1024)):
            frame = av.AudioFrame.from_ndarray(sound[None, begin : begin + 1024], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, number * len(sound) + begin
            for piece in resampler.resample(frame):
                container.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return out.getvalue()


def spoken(count):
    return [word(number) for number in range(count)]


def word(number):
    return f"w{number}"


def heard(request):
    """What the API answers about the file of this request."""
    return listened(request.file)


def listened(data):
    """``verbose_json`` of a file: three words a segment."""
    sound = np.concatenate(list(decoding.Sound(io.BytesIO(data)))).astype(np.float32)
    frame = RATE // 100
    loud = np.abs(sound[: len(sound) // frame * frame]).reshape(-1, frame).mean(axis=1) > 1000
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]])))
    words = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if (end - begin) * frame / RATE < WORD - 0.05:
            continue
        tone = sound[begin * frame : end * frame]
        peak = np.argmax(np.abs(np.fft.rfft(tone, RATE)))
        words.append({"word": word(round((peak - LOWEST) / STEP)), "start": begin / 100, "end": end / 100})
    groups = [words[at : at + 3] for at in range(0, len(words), 3)]
    segments = [
        {"start": group[0]["start"], "end": group[-1]["end"], "text": " " + " ".join(w["word"] for w in group)} for group in groups
    ]
    text = " ".join(w["word"] for w in words)
    return {
        "task": "transcribe",
        "language": "english",
        "duration": len(sound) / RATE,
        "text": text,
        "segments": segments,
        "words": words,
    }
