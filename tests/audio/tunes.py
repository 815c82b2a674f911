"""Sound for tests: a tone for each word, so that what is heard can be told."""

import io
import math
import wave

import numpy as np

RATE = 8000


def tune(segments, rate=RATE):
    """(the bytes of a WAV of 16 bits, its outline as peaks are kept, its seconds): a tone for each word."""
    seconds = max(segment["end"] for segment in segments) + 0.5
    sound = np.zeros(math.ceil(seconds * rate))
    for number, word in enumerate(word for segment in segments for word in segment["words"]):
        start, end = int(word["start"] * rate), int(word["end"] * rate * 0.98)
        time = np.arange(max(0, end - start)) / rate
        tone = np.sin(2 * np.pi * (220 + 40 * (number % 12)) * time) * (0.3 + 0.6 * (number % 5) / 5)
        sound[start : start + len(tone)] = tone[: len(sound) - start]
    samples = (sound * 30000).astype("<i2")
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    parts = np.array_split(sound, min(1000, len(sound)))
    pairs = [int(extreme * 127) for part in parts for extreme in (part.min(), part.max())]
    return written.getvalue(), np.array(pairs, dtype=np.int8).tobytes(), seconds
