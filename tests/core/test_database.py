"""The database is made fit at every start, and what cannot be put right is said in a sentence."""

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from apps.core.up import database


def test_nothing_is_imported_where_nothing_is_missing(db, monkeypatch):
    monkeypatch.setattr(database, "call_command", None)
    monkeypatch.setattr(database, "MigrationLoader", None)
    database.prepare()


def test_what_is_missing_is_applied(db, monkeypatch):
    commands = []
    monkeypatch.setattr(database, "call_command", lambda name, **options: commands.append(name))
    MigrationRecorder(connection).record_unapplied("accounts", "0001_initial")
    database.prepare()
    assert commands == ["migrate"]


def test_a_database_of_a_newer_version_is_left_alone(db):
    MigrationRecorder(connection).record_applied("accounts", "9999_from_the_future")
    with pytest.raises(SystemExit, match="made by a newer version"):
        database.prepare()


def test_migrations_of_others_may_have_been_tidied_up(db):
    MigrationRecorder(connection).record_applied("sessions", "0000_squashed_long_ago")
    database.prepare()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DatabaseError("file is not a database"), "is damaged"),
        (DatabaseError("database disk image is malformed"), "is damaged"),
        (DatabaseError("database or disk is full"), "Is the disk full?"),
        (DatabaseError("attempt to write a readonly database"), "PLAYGROUND_DATA names another"),
        (DatabaseError("database is locked"), "held by another program"),
        (DatabaseError("out of ideas"), "cannot be used: out of ideas"),
        (OSError(28, "No space left on device", "/data/static"), "/data/static cannot be written: No space left on device"),
    ],
)
def test_failures_are_one_sentence(error, words):
    with pytest.raises(SystemExit) as ending, database.plainly():
        raise error
    assert words in ending.value.code
    assert "\n" not in ending.value.code
