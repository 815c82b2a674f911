"""Everything, with one command: database, static files, engine, server, worker, and the link that signs the owner in."""

import contextlib
import os
import signal
import sys

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from apps.core import connection, serving
from apps.core.up import address, browser, database, server, static, worker


def port(text):
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError
    return number


def listen_to_signals():
    """Until the server does it itself: the signals that came. Leaving by an exception ends in order what has been started."""
    asked = []

    def leave(number, frame):
        # Remembered, too: Python drops the exception where it comes inside the callback of a weak reference, as imports have.
        asked.append(number)
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    return asked


class Command(BaseCommand):
    help = "Start the playground and print a link that signs you in."
    # A second start takes about a second; the tests hold what the checks would find.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1, this machine alone)")
        parser.add_argument("--port", type=port, default=8000, help="port to listen on; 0 takes any free one (default: 8000)")
        parser.add_argument("--no-browser", action="store_true", help="only print the link")
        parser.add_argument("--without-engine", action="store_true", help="do not start the built-in engine")
        parser.add_argument("--without-worker", action="store_true", help="leave long jobs to a `manage.py worker` of your own")

    def handle(self, *, host, port, no_browser, without_engine, without_worker, **options):
        # What is written from here on, the database among it, is for its owner's eyes only.
        os.umask(0o077)
        asked = listen_to_signals()
        with contextlib.closing(address.listen(host, port)) as listener, contextlib.ExitStack() as stack:
            address.allow(listener, host)
            self.check_exposure(listener)
            if not without_engine and not connection.configured():
                # First, because it loads its model while we do the rest.
                self.start_engine(stack)
            link = self.prepare(listener)
            jobs = None if without_worker else worker.Child()
            if jobs:
                stack.callback(jobs.close)
            self.serve(listener, link, jobs, asked, show=not no_browser)
        server.end_soon()
        serving.close_connections()

    def check_exposure(self, listener):
        if address.is_local(listener):
            return
        if settings.DEBUG:
            raise SystemExit(
                "PLAYGROUND_DEBUG=1 shows the inside of the server to everybody who reaches it: only with --host 127.0.0.1."
            )
        if not settings.ORIGINS:
            self.stderr.write(
                "Others may reach this server now, without encryption. Set PLAYGROUND_URL to the address they use, such as "
                "https://chat.example.org, and let a proxy speak https there."
            )

    def start_engine(self, stack):
        from apps.engine.child import Child

        engine = stack.enter_context(Child())
        connection.use_engine(engine.base_url, engine.key)

    def prepare(self, listener):
        """The link for the owner, once everything behind it is there."""
        from apps.accounts.models import StartLink, first_owner

        with database.alone_there(self.stderr.write):
            database.prepare()
            static.collect()
            token = StartLink.issue(first_owner())
        connections.close_all()
        return f"{address.site(listener)}/start/{token}/"

    def serve(self, listener, link, jobs, asked, show):
        from playground.asgi import application

        if asked:
            sys.exit(128 + asked[0])

        def announce():
            self.stdout.write(f"Open {link}")
            self.stdout.flush()
            if jobs:
                # Only now: nobody waits for it, and everybody for the first page.
                jobs.start()
            if show:
                browser.open_page(link)

        server.Server(application, listener, announce).serve_until_asked()
