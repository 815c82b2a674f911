"""The serving process: its event loop, what runs beside requests, and its threads for the database.

Views are plain synchronous functions in worker threads; runs and sockets live on the event loop. This module is
the bridge. Apps register what must start and stop with the server (``on_start``, ``on_stop``); ``playground.asgi``
calls ``start`` and ``stop`` from the lifespan of the server.
"""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

logger = logging.getLogger(__name__)

# Threads that outlive a request keep their database connection; opening one for each request costs more
# than most requests do. More threads would only wait for one another on one interpreter.
WORKERS = 8

_starters, _stoppers = [], []
_loop: asyncio.AbstractEventLoop | None = None
_pool: ThreadPoolExecutor | None = None
_lock = threading.Lock()


def on_start(function):
    """Call the coroutine function when the server starts, on its loop, in order of registration."""
    _starters.append(function)
    return function


def on_stop(function):
    """Call the coroutine function before the server ends, in reverse order."""
    _stoppers.append(function)
    return function


async def start():
    global _loop
    _loop = asyncio.get_running_loop()
    for function in _starters:
        await function()


async def stop():
    global _loop
    for function in reversed(_stoppers):
        await function()
    _loop = None


def pool():
    global _pool
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="worker")
        return _pool


async def in_thread(function, *args):
    """Run a function that uses the database in a worker thread and return what it returns."""
    return await asyncio.get_running_loop().run_in_executor(pool(), function, *args)


def soon(function, *args):
    """Call a function on the server's loop from any thread, without waiting; False where no server runs."""
    loop = _loop
    if loop is None or loop.is_closed():
        return False
    loop.call_soon_threadsafe(function, *args)
    return True


def wait_for(coroutine, timeout):
    """From a worker thread: run a coroutine on the server's loop and return its result; TimeoutError after timeout seconds."""
    loop = _loop
    if loop is None:
        return asyncio.run(asyncio.wait_for(coroutine, timeout))
    future = asyncio.run_coroutine_threadsafe(coroutine, loop)
    try:
        return future.result(timeout)
    except TimeoutError:
        future.cancel()
        raise


def close_connections():
    """Close the database connections of the worker threads (the test suite drops its database at the end)."""
    global _pool
    with _lock:
        old, _pool = _pool, None
    if old is not None:
        barrier = threading.Barrier(WORKERS + 1)

        def close():
            barrier.wait(5)
            connections.close_all()

        for _ in range(WORKERS):
            old.submit(close)
        barrier.wait(5)
        old.shutdown(wait=True)
