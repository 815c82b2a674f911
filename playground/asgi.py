"""HTTP to Django, the one socket to live, and the lifespan to what runs beside them."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")

import django  # noqa: E402

django.setup()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from apps.core import serving  # noqa: E402
from apps.core.handler import ThreadedHandler  # noqa: E402
from apps.core.limits import BodyLimit  # noqa: E402
from apps.live.consumers import LiveSocket  # noqa: E402
from apps.live.origin import OwnOrigins  # noqa: E402


async def lifespan(scope, receive, send):
    """Start and stop the runner with the server that holds us."""
    await receive()
    try:
        await serving.start()
    except Exception as error:
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        raise
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await serving.stop()
    await send({"type": "lifespan.shutdown.complete"})


async def nowhere(scope, receive, send):
    """There is one socket; every other path is refused without a word in the log."""
    await receive()
    await send({"type": "websocket.close"})


application = BodyLimit(
    ProtocolTypeRouter(
        {
            "http": ThreadedHandler(),
            "websocket": OwnOrigins(URLRouter([path("ws/live/", LiveSocket.as_asgi()), re_path("", nowhere)])),
            "lifespan": lifespan,
        }
    )
)
