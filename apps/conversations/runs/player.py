"""Plays one run: asks the API, gathers the answer, publishes frames, and writes the one terminal state."""

import asyncio
import functools
import logging
import time

from django.db import DatabaseError

from apps.catalog import catalog
from apps.conversations import evidence
from apps.conversations.models import Piece, State, attachment, tiers
from apps.conversations.runs import beats, ending, gauge
from apps.conversations.runs.checkpoints import in_writer
from apps.conversations.runs.news import News
from apps.conversations.runs.picture import Picture
from apps.core import connection, serving
from apps.core.process import WORKER
from apps.groq.errors import GroqError
from apps.groq.retry import Retry
from apps.live import hub
from apps.parameters.apis import MODULES

logger = logging.getLogger(__name__)

# However fast a model writes, a watcher gets at most so many frames a second.
FRAME = 1 / 30
# Text is drawn at about two characters a microsecond; more than this at once would be felt elsewhere.
MOUTHFUL = 16 * 1024
# While the database does not take the end of a run, its text waits in memory for so long.
SAVE_FOR = 120.0


class Player:
    """One run in this process. ``picture`` is the channel's source while it lasts."""

    def __init__(self, run):
        self.run = run
        self.api = MODULES[run.api]
        self.reply = self.api.Reply()
        self.picture = Picture(run.prefix)
        self.channel = hub.channel(f"message:{run.pk}")
        taken_over, self.channel.source = self.channel.source, self.picture
        if taken_over is not None:
            # Whoever came before this began has another picture.
            self.channel.publish({"snapshot": self.picture.snapshot()})
        self.news = News()
        self.length = 0
        self.undrawn = ""
        self.stopping = self.leaving = self.listening = False
        self.stream = None
        self.task = None
        self.times = {}
        self.tried, self.refusal = [], None
        # As often as the API was asked, and as often as before it was asked for another tier.
        self.attempts, self.before = 1, 0
        self.extras, self.corrected = {}, {}
        # The refusal after which the client waits to ask again, and until which monotonic second it does.
        self.waited = None, 0.0
        self.phase = beats.new_phase()

    def start(self):
        self.task = asyncio.create_task(self.play(), name=f"run {self.run.pk}")
        return self.task

    def stop(self):
        """The person wants no more of it: closes the connection to the API, keeps the text."""
        self.stopping = True
        self.leave()

    def leave(self):
        """Keep what there is, because the server goes down or another process has ended this run.

        Only what still listens is cut off: a task that has not begun sees it when it does, and an end that is being
        saved is not undone.
        """
        self.leaving = True
        if self.listening:
            self.listening = False
            self.task.cancel()

    async def play(self):
        final = None
        try:
            final = await self.end(*await self.listen())
        except Exception:
            # Whatever breaks here is our fault; the text is the person's.
            logger.exception("run %s", self.run.pk)
            text, thoughts = self.run.prefix + self.reply.content, self.reply.reasoning
            final = await self.save(self.run, State.INTERRUPTED, WORKER, text, thoughts, [], "", {"error": ending.OUR_FAULT})
        finally:
            self.close(final)

    async def listen(self):
        """Network only, so that it can be cancelled at any point; (state, error)."""
        if self.leaving:
            return self.cut_off()
        self.listening = True
        try:
            try:
                await self.ask()
            except GroqError as error:
                if not await self.fall_back(error):
                    raise
                await self.ask()
            if self.reply.ended(self.stream.finished) == State.COMPLETE:
                return State.COMPLETE, None
            return State.INTERRUPTED, ending.ENDED_EARLY
        except connection.NotConnected:
            return State.FAILED, ending.NOT_CONNECTED
        except GroqError as error:
            if self.stream is not None:
                self.stream.redacted(error)
            connection.note(error)
            self.refusal = error
            gauge.note(self.run.model, error.headers)
            if error.status == 404:
                catalog.forget()
            if error.code in ("connection_lost", "stalled") and self.reply.finish_reason:
                # It had said that it was finished; only the farewell is missing.
                return State.COMPLETE, None
            begun = self.length or self.reply.reasoning or self.reply.tool_calls
            return (State.INTERRUPTED if begun else State.FAILED), error.to_json()
        except asyncio.CancelledError:
            return self.cut_off()
        except Exception:
            logger.exception("run %s", self.run.pk)
            return State.INTERRUPTED, ending.OUR_FAULT
        finally:
            self.listening = False

    async def ask(self):
        client = connection.get_client()
        body = self.run.request
        if attachment.has_references(body):
            body = await serving.in_thread(attachment.expanded, body, self.run.conversation_id)
        self.stream = client.stream(self.api.PATH, body, on_retry=self.wait)
        async with self.stream as stream:
            connection.note()
            gauge.note(self.run.model, stream.headers)
            await self.read(stream)

    async def fall_back(self, error):
        """Where the tier had no room and the conversation is set to fall back: on demand from here on, and said; True then."""
        if not (tiers.without_room(self.run, error.status) and self.run.conversation.falls_back):
            return False
        asked, extras = self.run.request, tiers.fallback(self.run, self.attempts, error.code)
        try:
            if not await in_writer(functools.partial(self.run.fall_back, extras, worker=WORKER)):
                return False
        except DatabaseError as failure:
            logger.error("run %s: falling back could not be recorded, so it was not done: %s", self.run.pk, failure)
            return False
        except asyncio.CancelledError:
            # Stopped at this very moment: it may be written by now, but on demand was not asked. The end takes it back.
            self.corrected = {"request": asked}
            raise
        self.extras = extras
        self.tried.append(ending.attempt(Retry(self.attempts + 1, 0.0, error), time.monotonic() - self.picture.began))
        self.before, self.attempts = self.attempts, self.attempts + 1
        self.picture.tell(waiting=True, fallback=True)
        self.show()
        return True

    def cut_off(self):
        """The state and the reason; of a stop while a refusal was waited out, that refusal."""
        if not self.stopping:
            return State.INTERRUPTED, ending.SERVER_STOPPED
        return State.STOPPED, ending.given_up(*self.waited)

    async def read(self, stream):
        """Show what has arrived, then rest a frame long: what comes meanwhile waits in the kernel and merges.

        The first token, and a token after a pause, is shown at once.
        """
        shown, due = 0.0, None
        async for chunks in stream:
            self.absorb(chunks)
            if self.undrawn:
                await self.draw(self.undrawn)
            if due is not None:
                due.cancel()
            if stream.drained:
                if self.show():
                    await stream.rest(beats.next_beat(self.phase, FRAME))
            elif time.monotonic() - shown > FRAME:
                # As fast as it can be read: no sleep, but no more frames than that either.
                shown = time.monotonic()
                self.show()
                await asyncio.sleep(0)
            else:
                # It looks like more is waiting; where that was the last of it for now, it is shown all the same.
                due = asyncio.get_running_loop().call_later(FRAME, self.show)

    def absorb(self, chunks):
        """Take what one read brought; where it ends in an error, what came before that counts."""
        said, thought, called, sources = [], [], False, False
        try:
            for chunk in chunks:
                delta = self.reply.absorb(chunk)
                said.append(delta.content)
                thought.append(delta.reasoning)
                called = called or delta.tool_calls
                sources = sources or delta.sources
        finally:
            self.take("".join(said), "".join(thought), called)
            if sources:
                self.picture.use(evidence.lines(self.reply.executed_tools))

    def take(self, said, thought, called=False):
        if not (said or thought or called):
            return
        if "first" not in self.times:
            self.times["first"] = time.monotonic()
            self.picture.tell(streaming=True)
        if called:
            self.picture.call(self.reply.tool_calls)
        if thought:
            self.picture.think(thought)
            self.news.add(Piece.REASONING, thought)
        if said:
            self.news.add(Piece.TEXT, said)
            self.length += len(said)
            self.picture.write(said[:MOUTHFUL])
            self.undrawn = said[MOUTHFUL:]

    async def draw(self, text):
        """Draw what is left of a long text part by part, so that nobody else waits for it."""
        while text:
            await asyncio.sleep(0)
            self.picture.write(text[:MOUTHFUL])
            self.undrawn = text = text[MOUTHFUL:]

    def show(self):
        """Publish what changed; True when something did."""
        frame = self.picture.frame() if self.channel.source is self.picture else None
        if frame is not None:
            self.channel.publish(frame)
        return frame is not None

    def wait(self, retry):
        """The client will ask again after a while: say so, with the countdown."""
        until = time.monotonic() + retry.delay
        self.attempts = self.before + retry.attempt
        self.waited = retry.error, until
        self.tried.append(ending.attempt(retry, time.monotonic() - self.picture.began))
        gauge.note(self.run.model, retry.error.headers)
        self.picture.tell(
            retry=True,
            until=until,
            attempt=retry.attempt,
            reason=retry.error.message,
            code=retry.error.code,
            why=retry.error.status,
        )
        self.show()

    async def end(self, state, error):
        """Write the terminal state, unless somebody else has, then show the message as it will always look."""
        reply, run = self.reply, self.run
        reply.ended(self.stream is not None and self.stream.finished)
        text = run.prefix + reply.content
        await self.draw(self.undrawn + reply.content[self.length :])
        # Saving takes a moment, on a busy day a longer one: what has arrived is seen meanwhile.
        self.show()
        self.picture.finish()
        fields = ending.facts(reply, self.stream, error, self.picture.began, self.times.get("first"), self.extras)
        fields |= {"attempts": self.attempts, **self.corrected}
        if reply.reasoning or reply.skipped:
            self.picture.rest()
            fields["extras"]["thinking"] = {"seconds": self.picture.thought_for(), "skipped": reply.skipped}
        html = self.picture.live.html
        if "annotations" in fields["extras"]:
            html = await serving.in_thread(ending.cited, run, text, html, fields["extras"])
        seen = self.stream, self.refusal, self.tried, self.picture.began, self.times.get("first")
        calls = [call.to_request() for call in reply.tool_calls]
        return await self.save(run, state, WORKER, text, reply.reasoning, calls, html, fields, seen)

    async def save(self, *end):
        """The last frame, once the database has taken the end; it is given SAVE_FOR seconds."""
        until = time.monotonic() + SAVE_FOR
        while True:
            try:
                return await in_writer(ending.write, *end)
            except DatabaseError as failure:
                logger.error("run %s: its end could not be saved yet: %s", self.run.pk, failure)
                if time.monotonic() > until:
                    return {"status": {"lost": True, "reason": ending.NOT_SAVED["message"]}}
                self.show()
                await asyncio.sleep(1)

    def close(self, final=None):
        """Let the channel go; whoever watches gets the last frame."""
        self.channel.source = None
        if final is not None:
            self.channel.publish(final)
        hub.forget(self.channel)
