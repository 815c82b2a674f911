"""Django over ASGI with one change of thread for a request, not twelve.

Django's own ASGI handler opens a thread, and with it a database connection, for every request, and crosses
between loop and thread at each middleware. Here the whole synchronous chain (middleware, view, template) runs in
one worker thread that lives as long as the process. docs/decisions/0002-one-process.md has the measurements.
"""

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.urls import set_script_prefix

from apps.core import serving


class ThreadedHandler(ASGIHandler):
    def load_middleware(self, is_async=False):
        BaseHandler.load_middleware(self, is_async=False)

    async def __call__(self, scope, receive, send):
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response, streamed = await serving.in_thread(self.answer, scope, body)
        try:
            await send({"type": "http.response.start", "status": response.status_code, "headers": headers_of(response)})
            if streamed is None:
                await send({"type": "http.response.body", "body": response.content})
                return
            while chunk := await serving.in_thread(next, streamed, b""):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            if streamed is not None:
                await serving.in_thread(response.close)

    def answer(self, scope, body):
        """In a worker thread: the response, whole, or with the iterator of its parts (files)."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        with body:
            request, refusal = self.create_request(scope, body)
            response = refusal if request is None else self.get_response(request)
        if response.streaming:
            response.block_size = self.chunk_size
            return response, iter(response)
        response.close()
        return response, None


def headers_of(response):
    encoded = [(name.encode("ascii").lower(), value.encode("latin1")) for name, value in response.items()]
    encoded += [(b"set-cookie", cookie.output(header="").strip().encode("ascii")) for cookie in response.cookies.values()]
    return encoded
