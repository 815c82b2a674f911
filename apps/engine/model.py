"""The model in memory: loading it, asking it, letting go of it. The one module that knows llama.cpp."""

import asyncio
import hashlib
import logging
import os
import secrets
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import xllamacpp

from apps.engine.refusal import Refusal
from apps.engine.weights import WeightsError

SLOTS = 2  # chats answered at once; more wait their turn
CONTEXT = 3072  # tokens of a chat, 23 kB of memory each
# The prompt is read in steps of this size (0.4 s on two cores). After each the model listens whether it is still
# wanted, and the other chat gets its next token.
STEP = 64
TOO_LONG = "exceed_context_size_error"
logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What answering took: tokens, and seconds."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    queue_time: float = 0.0
    prompt_time: float = 0.0
    completion_time: float = 0.0
    finish_reason: str | None = None


class Model:
    """``model.start()`` once, then ``async for text in model.say(...)``, by at most ``SLOTS`` tasks at a time."""

    def __init__(self, weights):
        self.weights = weights
        self.id = weights.id
        self.context_window = min(CONTEXT, weights.trained_context)
        self.max_completion_tokens = self.context_window // 2
        made_of = f"{weights.path.name} {weights.size} {xllamacpp.__version__} {self.context_window}"
        self.fingerprint = f"fp_{hashlib.sha256(made_of.encode()).hexdigest()[:10]}"
        self._server = None
        self._loading = None
        self._free = asyncio.Semaphore(SLOTS)
        self._threads = ThreadPoolExecutor(SLOTS, thread_name_prefix="chat")
        self._stopping = threading.Event()

    def start(self):
        """Begin to load, in a thread; whoever asks meanwhile waits."""
        self._loading = asyncio.get_running_loop().run_in_executor(self._threads, self._load)
        self._loading.add_done_callback(self._report)

    def stop(self):
        """End every answer at its next token; may be called from any thread, or a signal handler."""
        self._stopping.set()

    async def say(self, messages, tally, **options):
        """The model's words as they come; ``tally`` grows by what they took, and gets the ``finish_reason``: "stop" or "length".

        ``options``: ``max_tokens``, ``temperature``, ``top_p``, ``seed``, ``stop``, ``grammar``, ``cache_prompt``.
        Raises ``Refusal``: 400 for a prompt that is too long, 503 when there is no model. Closing the iterator ends
        the work.
        """
        begun = time.monotonic()
        await self._loaded()
        await self._free.acquire()
        tally.queue_time += time.monotonic() - begun
        loop, heard, unwanted = asyncio.get_running_loop(), asyncio.Queue(), threading.Event()
        body = {"messages": messages, "stream": True, "stream_options": {"include_usage": True}, "return_progress": True, **options}
        work = loop.run_in_executor(self._threads, self._work, body, loop, heard, unwanted)
        # The place is free when the thread is, which is a moment after it is told to stop.
        work.add_done_callback(lambda _: (self._free.release(), heard.put_nowait(None)))
        tally.finish_reason = None
        try:
            while (chunk := await heard.get()) is not None:
                if "error" in chunk:
                    raise self._refusal(chunk["error"])
                for choice in chunk["choices"]:
                    tally.finish_reason = choice["finish_reason"] or tally.finish_reason
                    if text := choice["delta"].get("content"):
                        yield text
                if usage := chunk.get("usage"):
                    self._count(tally, usage, chunk["timings"])
            await work
            if tally.finish_reason is None:
                raise Refusal(503, "The engine is stopping.", code="engine_stopping")
        finally:
            unwanted.set()

    def _work(self, body, loop, heard, unwanted):
        def hear(chunk):
            """Pass a chunk on; True tells llama.cpp to stop."""
            if unwanted.is_set() or self._stopping.is_set():
                return True
            loop.call_soon_threadsafe(heard.put_nowait, chunk)
            return False

        if unwanted.is_set() or self._stopping.is_set():
            return
        try:
            self._server.handle_chat_completions(body, hear)
        except ValueError as error:
            # The chat template of the model does not take such a conversation.
            hear({"error": {"code": 400, "message": str(error)}})

    def _load(self):
        begun = time.monotonic()
        self.weights.verify()
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self.weights.path)
        parameters.n_ctx, parameters.n_parallel = SLOTS * self.context_window, SLOTS
        parameters.n_batch = parameters.n_ubatch = STEP
        # One core is left to whoever reads along: threads wait for each other at every layer, so with all cores taken
        # anything else that runs makes writing ten times slower (measured: 3 instead of 42 tokens a second).
        parameters.cpuparams.n_threads = max(1, cores() - 1)
        parameters.cpuparams_batch.n_threads = cores()
        parameters.cache_ram_mib = 0  # prompts are remembered in their slots, not in gigabytes beside them
        parameters.reasoning_format = xllamacpp.common_reasoning_format.COMMON_REASONING_FORMAT_NONE
        parameters.verbosity = -1
        # The folder goes as soon as the model is there: a socket without a name cannot be opened by anybody.
        with tempfile.TemporaryDirectory(prefix="playground-engine-") as folder:
            close_the_other_door(parameters, folder)
            try:
                self._server = xllamacpp.Server(parameters)
            except RuntimeError as error:
                reason = "damaged, of a kind it does not know, or too large for the memory"
                raise WeightsError(f"llama.cpp cannot load {self.weights.path}: {reason}.") from error
        return time.monotonic() - begun

    async def _loaded(self):
        try:
            # Shielded: a client that goes away must not take the model with it.
            await asyncio.shield(self._loading)
        except WeightsError as error:
            raise Refusal(503, f"The model could not be loaded. {error}", code="model_not_loaded") from error

    def _report(self, loading):
        failure = loading.exception()
        if failure is None:
            logger.info("%s is loaded (%.1f s)", self.id, loading.result())
        else:
            logger.error("The model could not be loaded. %s", failure)

    def _refusal(self, error):
        if error.get("type") == TOO_LONG:
            message = (
                f"Please reduce the length of the messages: they take {error['n_prompt_tokens']} tokens, "
                f"and the context of this model is {self.context_window}."
            )
            return Refusal(400, message, code="context_length_exceeded", param="messages")
        return Refusal(400 if error["code"] < 500 else 500, error["message"], code="generation_failed")

    @staticmethod
    def _count(tally, usage, timings):
        tally.prompt_tokens += usage["prompt_tokens"]
        tally.cached_tokens += usage["prompt_tokens_details"]["cached_tokens"]
        tally.completion_tokens += usage["completion_tokens"]
        tally.prompt_time += timings["prompt_ms"] / 1000
        tally.completion_time += timings["predicted_ms"] / 1000


def cores():
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def close_the_other_door(parameters, folder):
    """llama.cpp insists on an HTTP server of its own. Nobody gets its key, and on Linux it has no port at all."""
    parameters.api_keys = [secrets.token_urlsafe(32)]
    parameters.ui, parameters.endpoint_slots, parameters.n_threads_http = False, False, 1
    parameters.hostnames = ["127.0.0.1"]
    if sys.platform == "linux":
        parameters.hostnames = [os.path.join(folder, "unused.sock")]
