"""Which of several test processes gets which file: what takes longest begins first, so that none waits for another in the end.

Within a file, and among the files that are not named here, the order stays by chance.
"""

import pytest
from xdist.scheduler import LoadFileScheduling

LONGEST = (
    # A browser in one process, the engine in the other: not two browsers at once, as far as that goes.
    "tests/browser/test_chat.py",
    "tests/engine/",
    "tests/audio/test_proof.py",
    "tests/browser/",
    "tests/conversations/test_ends_of_processes.py",
    "tests/core/test_up.py",
    "tests/core/test_routes.py",
    "tests/core/test_markdown_limits.py",
    "tests/conversations/test_watching.py",
    "tests/test_checks.py",
    "tests/conversations/test_two_processes.py",
    "tests/conversations/test_resume.py",
    "tests/conversations/test_database.py",
    "tests/groq/",
    "tests/conversations/",
    "tests/live/",
    "tests/accounts/",
)
# These share a process, because they share an engine: two of them would load the model twice and compete for the cores.
TOGETHER = "tests/engine/"


def place(path):
    return next((number for number, start in enumerate(LONGEST) if path.startswith(start)), len(LONGEST))


class Scheduling(LoadFileScheduling):
    def _split_scope(self, nodeid):
        path = super()._split_scope(nodeid)
        return TOGETHER if path.startswith(TOGETHER) else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place(item.nodeid))
