import os
import secrets
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Run the embedded engine by itself: chat, transcription and speech, in the dialect of GroqCloud, for this machine only."
    # It asks nothing of the database, so it can run before there is one.
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=9000, help="where to listen at 127.0.0.1: 9000, or 0 for any free port")
        parser.add_argument("--key", default="", help="what clients bring; '-' reads it from standard input; made up when missing")

    def handle(self, *args, port, key, verbosity, **options):
        # Read when llama.cpp is loaded: its threads shall sleep instead of spin while they wait for each other.
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
        # No library asks the network for a model, whatever it believes to be missing.
        os.environ["HF_HUB_OFFLINE"] = "1"
        try:
            from apps.engine import serving
        except ModuleNotFoundError as error:
            raise CommandError(f"The engine needs the package {error.name}: install locks/engine.txt.") from error
        from_input = key == "-"
        key = self.read_key() if from_input else key or secrets.token_urlsafe(24)
        try:
            listener = serving.listen(port)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error).rstrip(".")
            raise CommandError(f"Cannot listen at {serving.LOOPBACK}:{port}: {reason}.") from error
        if verbosity:
            address = f"http://{serving.LOOPBACK}:{listener.getsockname()[1]}"
            self.stderr.write(f"The engine listens at {address} (paths begin with /openai/v1).", self.style.SUCCESS)
            if not from_input:
                self.stderr.write(f"Its key is {key}", self.style.SUCCESS)
        chosen = (settings.ENGINE_CHAT_MODEL, settings.ENGINE_WHISPER_MODEL, settings.ENGINE_VOICE)
        serving.serve(listener, key, *chosen, until_eof=from_input)

    def read_key(self):
        key = sys.stdin.readline().strip()
        if not key:
            raise CommandError("No key came by standard input.")
        return key
