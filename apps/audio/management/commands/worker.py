import json
import os
import signal
import sys
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from apps.core import connection


class Command(BaseCommand):
    help = "Do long jobs, transcripts and speech: `up` runs one by itself. As many as you like may run, on several machines too."
    # It is started beside a server that wants to show its first page.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--engine",
            choices=["-"],
            help="read [address, key] of the engine that answers, or null, as a line of JSON from standard input; "
            "leave when that ends",
        )

    def handle(self, *, engine, verbosity, **options):
        os.umask(0o077)
        if engine:
            self.take_engine(sys.stdin.readline())
            if hasattr(os, "nice"):
                # Beside a server whose people wait for its pages: what decodes for minutes gives way to it.
                os.nice(5)
        from apps.audio.runs.working import Working

        self.check_tables()
        if not engine and not connection.available():
            # It would take the jobs of a server that has an engine from the worker that could do them, and fail them.
            raise CommandError(
                "No API is connected. Set GROQ_API_KEY or GROQ_BASE_URL, as for the server; "
                "the engine that `manage.py up` starts answers only the worker of `up` itself."
            )
        working = Working()
        for number in (signal.SIGINT, signal.SIGTERM):
            # By a thread: the signal may come while this one holds the very lock that it would take.
            signal.signal(number, lambda *_: threading.Thread(target=working.leave).start())
        if engine:
            threading.Thread(target=self.leave_at_end, args=[working], name="pipe", daemon=True).start()
        elif verbosity:
            self.stderr.write(f"Waiting for jobs in {settings.DATABASES['default']['NAME']}.", self.style.SUCCESS)
        working.run()

    def take_engine(self, line):
        try:
            found = json.loads(line)
            if found is not None:
                address, key = found
                connection.use_engine(address, key)
        except (ValueError, TypeError) as error:
            raise CommandError("No address and key of an engine came by standard input.") from error

    def leave_at_end(self, working):
        """However the server ends, its end of the pipe ends with it."""
        while sys.stdin.read(4096):
            pass
        working.leave()

    def check_tables(self):
        from django_tasks_db.models import DBTaskResult

        from apps.audio.models import Speech, Transcript

        try:
            for model in (DBTaskResult, Transcript, Speech):
                model.objects.exists()
        except DatabaseError as error:
            raise CommandError(f"The database is not ready ({error}). Run `manage.py up` or `manage.py migrate` first.") from error
