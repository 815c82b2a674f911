"""The world of the tests: a running server, a scripted upstream, and four people.

Alice owns a team, Bob is a member of it, Vera may only look; Charlie owns another team and is a stranger here.
"""

import sqlite3
from contextlib import contextmanager

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection as django_connection
from django.db.models.signals import post_migrate
from hypothesis import settings as hypothesis_settings

from apps.core import connection
from tests import browsers
from tests.people import Person, make_people
from tests.server import Server

# A busy machine is no failure: what a test asserts are never times.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")

pytest_plugins = ["tests.upstream.fixtures", "tests.presets", "tests.balance", "tests.audio.speeches"]


def pytest_collection_modifyitems(config, items):
    """What asks for a Chromium is a browser test; these are left out where there is none, unless it is required."""
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
    if browsers.find() or browsers.required():
        return
    left, kept = [], []
    for item in items:
        (left if item.get_closest_marker("browser") else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


@pytest.fixture(scope="session", autouse=True)
def quick_flush():
    """Rights come from memberships alone: Django's own need not be made anew after every test."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(scope="session")
def serving(django_db_setup, django_db_blocker):
    """The product, served by uvicorn in a thread, once for all tests of a process."""
    with django_db_blocker.unblock(), Server() as server:
        yield server


@pytest.fixture
def server(serving, transactional_db, upstream_thread, settings):
    """The running server, connected to a scripted upstream of this test (``server.upstream``)."""
    settings.GROQ_BASE_URL, settings.GROQ_API_KEY = upstream_thread.url, "gsk_testkey1234567890"
    serving.upstream = upstream_thread
    serving.reconnect()
    yield serving
    serving.quiet()


@pytest.fixture
def people(transactional_db):
    return make_people()


@pytest.fixture
def ours(people):
    """The team of Alice, Bob and Vera."""
    return people["alice"].teams.get()


def person(name):
    @pytest.fixture(name=name)
    def browser(server, people):
        with Person(server, people[name]) as person:
            yield person

    return browser


alice, bob, vera, charlie = (person(name) for name in ("alice", "bob", "vera", "charlie"))


@pytest.fixture
def quick_retries(server):
    """The client's waits between attempts take no time."""

    async def at_once(seconds):
        return

    connection.get_client()._sleep = at_once


@pytest.fixture
def database_held(transactional_db):
    """A context in which another program holds the database: nobody else can write; ``held.execute`` runs its SQL."""

    @contextmanager
    def hold():
        held = sqlite3.connect(django_connection.settings_dict["NAME"], isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        try:
            yield held
            held.execute("COMMIT")
        finally:
            held.close()

    return hold


@pytest.fixture
def impatient(server):
    """The server's connections wait a quarter of a second for the database, not twenty."""
    yield from in_each_connection(server, "PRAGMA busy_timeout = 250", "PRAGMA busy_timeout = 20000")


def in_each_connection(server, before, after):
    def say(words):
        django_connection.ensure_connection()
        django_connection.connection.execute(words)

    server.in_each_thread(lambda: say(before))
    try:
        yield
    finally:
        server.in_each_thread(lambda: say(after))
