"""The least that puts sound to text: ``python -m apps.core.bench.listener <file>`` hands it to faster-whisper in one call.

With the engine's own weights and settings, and all processors for the one call; the time to load the model is not counted.
Prints {"seconds", "text"}.
"""

import json
import sys
import time

from apps.engine import whisper


def main(path):
    loaded = whisper.Whisper(whisper.find()).load(places=1)
    began = time.monotonic()
    segments, _ = loaded.transcribe(path, word_timestamps=True, condition_on_previous_text=False)
    text = " ".join(segment.text.strip() for segment in segments)
    print(json.dumps({"seconds": time.monotonic() - began, "text": text}))


if __name__ == "__main__":
    main(sys.argv[1])
