"""The server for development: reloads when code changes, and serves static files as they are."""

import asyncio

from daphne.management.commands import runserver as daphne
from django.conf import settings
from django.core.management.base import CommandError

from apps.core import serving


class Command(daphne.Command):
    help = (
        "Start the development server (needs PLAYGROUND_DEBUG=1; sign in as one of the people of `seed`). For use, there is `up`."
    )

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError("runserver is for development: set PLAYGROUND_DEBUG=1. To use the product: manage.py up")
        super().handle(*args, **options)

    def get_application(self, options):
        """The application itself: WhiteNoise finds the static files while DEBUG is on."""
        return WithLifespan(daphne.get_default_application())


class WithLifespan:
    """Daphne has no lifespan: what starts with the server starts with its first request instead."""

    def __init__(self, app):
        self.app = app
        self.lock = asyncio.Lock()
        self.started = False

    async def __call__(self, scope, receive, send):
        async with self.lock:
            if not self.started:
                await serving.start()
                self.started = True
        await self.app(scope, receive, send)
