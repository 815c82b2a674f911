"""The database made fit for this version, or a sentence that says why it cannot be."""

import contextlib
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from playground.alone import alone


def prepare():
    """Apply what is missing. Where nothing is, that takes one query and no import of a migration."""
    recorded = set(MigrationRecorder(connection).applied_migrations())
    present = on_disk()
    if unknown(recorded, present):
        raise SystemExit(
            f"The database {place()} was made by a newer version of the playground. Start that version, or move it away."
        )
    if not present <= recorded:
        call_command("migrate", verbosity=0, interactive=False)


def on_disk():
    """{(app, migration)} by file names alone: importing them all would cost a third of a second start."""
    found = set()
    for config in apps.get_app_configs():
        folder = Path(config.path, "migrations")
        found |= {(config.label, file.stem) for file in folder.glob("[!_]*.py")}
    return found


def unknown(recorded, present):
    """Migrations of ours in the database that this version does not know, not even as replaced by another."""
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    strange = {key for key in recorded - present if key[0] in ours}
    if not strange:
        return set()
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    return strange - {key for migration in known for key in migration.replaces}


def place():
    return settings.DATABASES["default"]["NAME"]


@contextlib.contextmanager
def alone_there(say):
    """Nobody else prepares this data folder meanwhile, and failures end with a sentence."""
    with plainly():
        # Where the secret comes from the environment, nothing has made the folder yet.
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(settings.DATA_DIR / "up.lock", lambda: say("Another start prepares this data folder; waiting for it …")):
            yield


@contextlib.contextmanager
def plainly():
    """Failures of the database and of the folder it lives in end the command with one sentence instead of a traceback."""
    try:
        yield
    except DatabaseError as error:
        raise SystemExit(sentence(str(error).lower(), error)) from error
    except OSError as error:
        what = error.filename or settings.DATA_DIR
        raise SystemExit(f"{what} cannot be written: {error.strerror}. PLAYGROUND_DATA names another folder.") from error


def sentence(words, error):
    if "not a database" in words or "malformed" in words:
        return f"The database {place()} is damaged ({error}). Put a copy of it back, or move it away to begin anew."
    if "full" in words or "disk i/o" in words:
        return f"The database {place()} cannot be written: {error}. Is the disk full? Make room and start again."
    if "readonly" in words or "unable to open" in words:
        return f"The database {place()} cannot be written ({error}). Check the rights of the folder; PLAYGROUND_DATA names another."
    if "locked" in words:
        return f"The database {place()} is held by another program ({error}). End that, then start again."
    return f"The database {place()} cannot be used: {error}."
