"""Which pages may open our socket."""

from django.conf import settings
from django.http.request import split_domain_port, validate_host


class OwnOrigins:
    """Lets a handshake through when its one Origin is, letter by letter, an origin of ours.

    Comparing whole origins instead of parsing them leaves nothing to smuggle: scheme, host and port must all agree.
    Browsers cannot leave the header out, so a handshake without it is refused as well.
    """

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket" and not self.own(scope):
            await receive()
            return await send({"type": "websocket.close", "code": 4403})
        return await self.app(scope, receive, send)

    @staticmethod
    def own(scope):
        given = [value.decode("latin1") for name, value in scope["headers"] if name == b"origin"]
        hosts = [value.decode("latin1") for name, value in scope["headers"] if name == b"host"]
        if len(given) != 1 or len(hosts) != 1:
            return False
        if given[0] in settings.ORIGINS:
            return True
        # Without a configured address the origin is the one that this very request was sent to.
        domain, _ = split_domain_port(hosts[0])
        scheme = "https" if settings.SECURE else "http"
        return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS) and given[0] == f"{scheme}://{hosts[0]}"
