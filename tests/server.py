"""The product, served as ``up`` serves it, inside the test process."""

import asyncio
import os
import sys
import threading
import time

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from apps.catalog import catalog
from apps.conversations.runs import checkpoints, control
from apps.core import connection, serving
from apps.groq import chat, responses
from tests.waiting import join


class Server:
    upstream = None

    def __enter__(self):
        settings.STATIC_ROOT = settings.DATA_DIR / f"static-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
        call_command("collectstatic", verbosity=0, interactive=False)
        from playground.asgi import application

        # As in `up`; here, upstream and people are threads of the same process, too.
        sys.setswitchinterval(0.001)
        config = uvicorn.Config(
            application,
            port=0,
            loop="asyncio",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=1024 * 1024,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        self.uvicorn = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.uvicorn.run, name="server", daemon=True)
        self.thread.start()
        until = time.monotonic() + 10
        while not self.uvicorn.started:
            assert self.thread.is_alive() and time.monotonic() < until, "the server did not start"
            time.sleep(0.01)
        self.port = self.uvicorn.servers[0].sockets[0].getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        return self

    def __exit__(self, *exc):
        self.uvicorn.should_exit = True
        join(self.thread, seconds=15)
        serving.close_connections()
        checkpoints.writer.submit(connections.close_all).result(5)

    @property
    def turns(self):
        """The requests for an answer that the upstream has got; it is asked for its models as well."""
        return [request for request in list(self.upstream.requests) if request.path in (chat.PATH, responses.PATH)]

    def wait_turns(self, count=1, timeout=10):
        """The same, once there are so many."""
        until = time.monotonic() + timeout
        while len(self.turns) < count:
            assert time.monotonic() < until, f"{len(self.turns)} of {count} turns reached the API"
            time.sleep(0.005)
        return self.turns

    def in_each_thread(self, function):
        """Call the function in every thread that holds a connection to the database: pages, sockets, checkpoints."""
        barrier = threading.Barrier(serving.WORKERS)

        def together():
            barrier.wait(10)
            function()

        futures = [serving.pool().submit(together) for _ in range(serving.WORKERS)]
        for future in [*futures, checkpoints.writer.submit(function)]:
            future.result(15)

    def reconnect(self):
        """Take up changed settings of the upstream."""
        self.call(self.hang_up)
        catalog.forget()

    def call(self, function, *args, timeout=10):
        """Run a function or coroutine function on the server's loop; its result."""

        async def run():
            result = function(*args)
            return await result if asyncio.iscoroutine(result) else result

        return serving.wait_for(run(), timeout)

    def quiet(self):
        """End what still runs, so that no test meets another's answers."""

        async def leave():
            for player in list(control.players.values()):
                player.leave()
            if control._ends:
                await asyncio.wait(control._ends, timeout=5)
            await self.hang_up()

        self.call(leave)

    @staticmethod
    async def hang_up():
        while catalog._asking:  # noqa: ASYNC110 - it tells nobody when it is done
            await asyncio.sleep(0.01)
        if client := connection._client:
            await client.aclose()
        connection.use_engine(None, None)
