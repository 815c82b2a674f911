"""The job that makes a text into sound, piece by piece, so that the first can be heard while the last is not made yet.

A text of one piece is asked for in its format and kept byte for byte; several are asked for as WAV, joined, and written once.
"""

import asyncio
import contextlib
import io
import logging
import tempfile

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.audio import voices
from apps.audio.documents.sentences import speakable
from apps.audio.models import LIVE, Speech, SpeechPiece, State
from apps.audio.models.speech import discard, place, place_of_piece
from apps.audio.runs import failures, lanes, queue, worker
from apps.audio.sound import encoding, joining, reading
from apps.core import connection
from apps.groq import audio
from apps.groq.errors import GroqError, Unexpected

logger = logging.getLogger(__name__)

# Workers that may end over a job, with nothing done, before it is given up.
MOST_CLAIMS = 5
# About as many are spoken in a second.
LETTERS_A_SECOND = 15
# A long text meets the limit of requests a minute: it waits for its turn longer than an answer in a chat would.
ROUNDS = 6
LONGEST_WAIT = 120.0


# How long pieces are kept for whoever listens while it is made, and what was read aloud for whoever wants it once more.
PIECES_FOR, ALOUD_FOR = timezone.timedelta(hours=1), timezone.timedelta(days=7)


class Ended(Exception):
    """The job is to be let go, or is another worker's by now."""


def play(pk):
    """Do the speech with this id, or go on with it; nothing where another does it, or it has ended."""
    speech = Speech.objects.filter(pk=pk, state__in=LIVE).first()
    if speech is None or not worker.claim(speech):
        return
    speech.refresh_from_db(fields=["claims", "stop_requested"])
    me = worker.current()
    if speech.stop_requested:
        speech.finish(me, State.STOPPED)
    elif speech.claims > MOST_CLAIMS:
        speech.finish(me, State.FAILED, error=failures.GIVEN_UP)
    else:
        with worker.held(speech, whole=speech.pieces.count() == 1) as hold, asyncio.Runner() as runner:
            speaking = Speaking(speech, me, hold, runner)
            try:
                speaking.play()
            finally:
                runner.run(connection.close())
        if speaking.gave_way:
            queue.begin_speech(speech)
        tidy()


def tidy():
    """Let go of what nobody listens to any more."""
    now = timezone.now()
    for old in Speech.objects.filter(aloud=True, created_at__lt=now - ALOUD_FOR).exclude(state__in=LIVE)[:20]:
        old.remove()
    kept = SpeechPiece.objects.filter(speech=OuterRef("pk")).exclude(file="")
    for old in Speech.objects.filter(Exists(kept), state=State.COMPLETE, ended_at__lt=now - PIECES_FOR)[:20]:
        old.let_go_of_pieces()


class Speaking:
    """One job while this process does it. Every write asks whether it is ours still."""

    def __init__(self, speech, me, hold, runner):
        self.speech, self.me, self.hold, self.runner = speech, me, hold, runner
        self.pieces = list(speech.pieces.all())
        self.parameters = speech.parameters
        self.asking = None
        self.gave_way = False

    def play(self):
        """The whole of it, with every way to end."""
        self.hold.on_end(self.let_go)
        try:
            self.work()
        except Ended:
            if self.hold.why == "stopped":
                self.speech.finish(self.me, State.STOPPED)
            elif self.hold.why == "leaving" or self.gave_way:
                self.speech.release(self.me)
        except DatabaseError:
            # What cannot be written now will be done again when it can: the lease says when.
            logger.exception("speech %s", self.speech.pk)
        except Exception as error:
            self.speech.finish(self.me, State.FAILED, error=self.explained(error))

    def explained(self, error):
        if isinstance(error, GroqError):
            return error.to_json()
        if isinstance(error, connection.NotConnected):
            return failures.NOT_CONNECTED
        logger.error("speech %s", self.speech.pk, exc_info=error)
        if isinstance(error, OSError):
            words = f"The sound could not be kept: {error.strerror or error}."
            return failures.ours(words, "Make room on the server, then press Retry.")
        return failures.OUR_FAULT

    def work(self):
        wanted = self.parameters.get("response_format")
        if len(self.pieces) == 1 and voices.asked(self.speech.model, self.parameters) == wanted:
            self.say_at_once(self.pieces[0])
            return
        begun = False
        for piece in self.pieces:
            if piece.state != State.COMPLETE:
                if begun and self.hold.place_wanted:
                    self.gave_way = True
                    raise Ended
                self.say(piece)
                begun = True
        self.join()

    def say_at_once(self, piece):
        answer = self.ask(piece, self.parameters)
        kind = encoding.media_type_of(answer.body, self.parameters.get("response_format"))
        seconds = self.seconds_of(answer, kind)
        name = self.save(place(self.speech, ""), ContentFile(answer.body))
        with transaction.atomic():
            self.keep(piece, state=State.COMPLETE, duration=seconds, request_id=answer.request_id or "")
            self.complete(name, kind, len(answer.body), seconds)

    def say(self, piece):
        """One piece as a WAV of its own, which can be heard from now on."""
        if not speakable(piece.text):
            self.keep(piece, state=State.COMPLETE, duration=0)
            return
        answer = self.ask(piece, {**self.parameters, "response_format": "wav"})
        samples, rate = self.read(answer)
        sound = io.BytesIO()
        with encoding.Encoder(sound, "wav", rate) as encoder:
            encoder.write(joining.eased(samples, rate))
        self.beat()
        name = self.save(place_of_piece(piece, ""), ContentFile(sound.getvalue()))
        said = {"file": name, "duration": len(samples) / rate, "request_id": answer.request_id or ""}
        try:
            self.keep(piece, state=State.COMPLETE, **said)
        except Ended:
            discard([name])
            raise

    def join(self):
        """Write the whole, one piece in memory at a time."""
        names = [name for name in self.speech.pieces.values_list("file", flat=True) if name]
        if not names:
            raise Unexpected("There is nothing in this text that can be spoken.", code="nothing_to_say", side="request")
        _, rate = reading.samples_of(self.bytes_of(names[0]))
        with tempfile.TemporaryFile() as file:
            with encoding.Encoder(file, self.speech.format, rate) as encoder:
                for name in names:
                    encoder.write(reading.samples_of(self.bytes_of(name), rate)[0])
                    self.beat()
            size = file.tell() if file.seek(0, 2) else 0
            file.seek(0)
            name = self.save(place(self.speech, ""), File(file))
        self.complete(name, encoder.media_type, size, encoder.seconds)

    def complete(self, name, kind, size, seconds):
        done = {"file": name, "media_type": kind, "size": size, "duration": seconds, "error": None}
        if not self.speech.finish(self.me, State.COMPLETE, **done):
            # Whoever has it by now writes under the same name; only what nobody owns any more is dropped.
            if not Speech.objects.filter(pk=self.speech.pk).exists():
                discard([name])
            raise Ended

    # The pieces' ways to the API, the storage and the rows.

    def ask(self, piece, parameters):
        """The API's answer, with patience for its limits. A piece that is refused says so."""
        asked = {"model": self.speech.model, "input": piece.text.strip(), "voice": self.speech.voice, **parameters}
        patience = lanes.patience(len(piece.text) / LETTERS_A_SECOND)
        for attempt in range(1, ROUNDS + 1):
            self.keep(piece, state=State.RUNNING, attempts=piece.attempts + attempt)
            try:
                return self.run(audio.speak(connection.get_client(), patience=patience, **asked))
            except GroqError as error:
                wait = error.retry_after if error.retry_after is not None else 2.0**attempt
                if error.status != 429 or attempt == ROUNDS or wait > LONGEST_WAIT:
                    self.keep(piece, state=State.FAILED)
                    raise
                self.run(asyncio.sleep(wait))
        raise AssertionError("unreachable")

    def run(self, work):
        """The result of a coroutine; Ended as soon as the job must be let go."""
        return self.runner.run(self.cancellable(work))

    async def cancellable(self, work):
        self.asking = asyncio.get_running_loop(), asyncio.ensure_future(work)
        try:
            self.beat()
            return await self.asking[1]
        except asyncio.CancelledError:
            self.beat()
            raise
        finally:
            self.asking[1].cancel()
            await asyncio.gather(self.asking[1], return_exceptions=True)
            self.asking = None

    def let_go(self):
        """In the thread of the hold."""
        if asking := self.asking:
            # It may have ended by itself a moment ago, and its loop with it.
            with contextlib.suppress(RuntimeError):
                asking[0].call_soon_threadsafe(asking[1].cancel)

    def beat(self):
        if self.hold.why is not None:
            raise Ended

    def keep(self, piece, **fields):
        if not self.speech.keep(self.me, piece.number, **fields):
            raise Ended

    def read(self, answer):
        try:
            return reading.samples_of(answer.body)
        except reading.Unreadable as error:
            words = "The API’s answer cannot be read as sound."
            if isinstance(error, reading.TooLong):
                words = f"The API’s answer cannot be what was to be spoken. {error}"
            raise Unexpected(words, code="unreadable_sound", request_id=answer.request_id, detail=repr(answer.body[:60])) from error

    def seconds_of(self, answer, kind):
        if kind == encoding.BARE_MULAW:
            # One byte a sample.
            return len(answer.body) / self.speech.rate
        samples, rate = self.read(answer)
        return len(samples) / rate

    @staticmethod
    def save(name, content):
        """Under its own name, also where a worker that died here had begun it."""
        default_storage.delete(name)
        return default_storage.save(name, content)

    @staticmethod
    def bytes_of(name):
        with default_storage.open(name) as file:
            return file.read()
