"""The weights of Whisper: ours, others, and none; and how long they stay."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from apps.engine import whisper
from apps.engine.hearing import HearingRequest
from apps.engine.refusal import Refusal
from apps.engine.weights import WeightsError
from apps.engine.whisper import Heard, Whisper
from tests.waiting import limited

ASKED = HearingRequest("transcribe", "en", None, "json", (0.0,), ("segment",))
# A process that cannot reach anything by socket, with the models that its argument names.
HEAR = """
import asyncio, io, socket, sys
from apps.engine import hearing, whisper
from apps.engine.resident import Limits
from tests.engine.sounds import tone, wav

def nothing(*arguments):
    raise SystemExit("it wanted the network")

async def main(chosen):
    socket.socket.connect = socket.create_connection = socket.getaddrinfo = nothing
    ears = whisper.Whisper(whisper.find(chosen), Limits(idle=0))
    asked = hearing.HearingRequest("transcribe", "en", None, "json", (0.0,), ("segment",))
    for _ in range(2):
        heard = whisper.Heard()
        async for _ in ears.hear(asked, io.BytesIO(wav(tone(2, loud=0))), heard):
            pass
        while ears.resident.loaded:
            await asyncio.sleep(0.01)
        print(ears.id, heard.duration, heard.language)

asyncio.run(main(sys.argv[1]))
"""


def hear(chosen=""):
    options = {"cwd": settings.BASE_DIR, "env": {**os.environ, "HF_HUB_OFFLINE": "1"}, "text": True}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HEAR, str(chosen)], **pipes, **options) as process, limited(process):
        said, problem = process.communicate()
    assert process.returncode == 0, problem
    return said.split()


def test_the_bundled_weights_are_found_without_importing_their_packages():
    found = whisper.find()
    assert (found.id, found.problem) == ("whisper-base", "")
    assert not {whisper.FIRST, whisper.SECOND} & sys.modules.keys()


def test_the_bundled_weights_are_what_they_should_be(monkeypatch):
    assert len(whisper.verified("model.bin")) == 2 * 72_608_766
    package, part, _ = whisper.PARTS["config.json"][0]
    monkeypatch.setitem(whisper.PARTS, "config.json", [(package, part, "0" * 64)])
    with pytest.raises(WeightsError, match="SHA-256"):
        whisper.verified("config.json")


def test_a_folder_that_is_no_model_says_so(tmp_path):
    folder = tmp_path / "whisper-mine"
    assert "has no model.bin and no config.json and no tokenizer.json" in whisper.find(str(folder)).problem
    folder.mkdir()
    for name in ("model.bin", "config.json"):
        (folder / name).touch()
    found = whisper.find(f"{folder}/")
    assert found.id == "whisper-mine"
    # Without it a library would look for one in the network.
    assert "has no tokenizer.json" in found.problem


async def test_missing_weights_are_said_with_every_answer(monkeypatch):
    monkeypatch.setattr(whisper, "folder_of", lambda package: whisper.Path("nowhere", package))
    ears = Whisper(whisper.find())
    assert "Install locks/weights.txt" in ears.weights.problem
    with pytest.raises(Refusal, match="Install locks") as refused:
        async for _ in ears.hear(ASKED, None, Heard()):
            pass
    assert refused.value.status == 503


@pytest.mark.model
def test_it_comes_and_goes_without_any_network():
    assert hear() == ["whisper-base", "2.0", "en"] * 2


@pytest.mark.model
def test_a_folder_of_ones_own_gives_the_model_its_name(tmp_path):
    folder = tmp_path / "my-whisper"
    folder.mkdir()
    for name in whisper.PARTS:
        (folder / name).write_bytes(whisper.verified(name))
    assert hear(folder) == ["my-whisper", "2.0", "en"] * 2


@pytest.mark.model
def test_a_damaged_folder_of_ones_own_says_so(tmp_path):
    for name in whisper.PARTS:
        (tmp_path / name).write_bytes(whisper.verified(name)[:1000])
    with pytest.raises(AssertionError, match="CTranslate2 cannot load"):
        hear(tmp_path)
