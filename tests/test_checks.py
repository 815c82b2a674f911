"""What the tools say of the whole: style, types, migrations, and the pages' own modules."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parent.parent


def run(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff():
    run(sys.executable, "-m", "ruff", "check", ".")


def test_ruff_format():
    run(sys.executable, "-m", "ruff", "format", "--check", ".")


def test_mypy():
    run(sys.executable, "-m", "mypy")


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.skipif(not shutil.which("node"), reason="no node on this machine")
def test_modules_of_the_pages():
    run("node", "--test", *sorted(str(path) for path in (ROOT / "tests/js").glob("*.test.js")))
