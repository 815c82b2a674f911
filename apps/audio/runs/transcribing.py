"""A transcript's job: pieces cut and asked for, each answer kept as it comes, one text in the end."""

import asyncio
import contextlib
import logging
import time
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.models import F

from apps.audio.documents import segments, stitching
from apps.audio.models import LIVE, TRANSLATE, Piece, State, Transcript, Version
from apps.audio.runs import cutting, failures, lanes, queue, worker
from apps.core import connection
from apps.core.text import clock
from apps.groq import audio
from apps.groq.errors import GroqError

# Workers that may end over a job, with nothing done, before it is given up.
MOST_CLAIMS = 5

logger = logging.getLogger(__name__)


def play(pk):
    """Do the transcript, or go on with it; nothing when another does, or when it has ended or is gone."""
    job = Transcript.objects.select_related("recording").filter(pk=pk, state__in=LIVE).first()
    if job is None or not worker.claim(job):
        return
    job.refresh_from_db(fields=["claims", "stop_requested"])
    player = Player(job)
    if job.stop_requested:
        player.finish(State.STOPPED)
    elif job.claims > MOST_CLAIMS:
        player.finish(State.FAILED, failures.GIVEN_UP)
    else:
        with worker.held(job, whole=job.recording.is_linked) as hold:
            player.play(hold)
        if player.gave_way:
            queue.begin(job)


class Player:
    """One job in this process: ``play`` returns when it has ended, or was given back.

    Three threads: the caller's with the event loop of the requests, one for the database, one that decodes and cuts.
    """

    def __init__(self, job):
        self.job, self.name = job, worker.current()
        self.failure = None
        self.damaged = None
        self.over = False
        self.gave_way = False
        self.cutting = None

    def play(self, hold):
        """The whole of it, with every way to end."""
        with ThreadPoolExecutor(1, "rows") as self.rows, ThreadPoolExecutor(1, "sound") as self.hands:
            try:
                asyncio.run(self.work(hold))
                self.end(hold)
            except DatabaseError:
                # What cannot be written now will be done again when it can: the lease says when.
                logger.exception("transcript %s", self.job.pk)
            finally:
                self.over = True
                self.hands.submit(self.put_away)
                self.rows.submit(connections.close_all)

    def put_away(self):
        """The file is closed by whoever has read it."""
        if self.cutting is not None:
            self.cutting.close()

    def end(self, hold):
        if hold.why == "stopped":
            self.finish(State.STOPPED)
        elif hold.why == "leaving" or (hold.why is None and self.gave_way and not self.failure):
            self.job.release(self.name)
        elif hold.why is None:
            self.finish(State.FAILED if self.failure else State.COMPLETE, self.failure)

    async def work(self, hold):
        """Return when all pieces are done, one has failed, or the hold has ended."""
        loop, asking = asyncio.get_running_loop(), asyncio.create_task(self.ask_all(hold))

        def let_go():
            # It may have ended by itself a moment ago, and its loop with it.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(asking.cancel)

        hold.on_end(let_go)
        try:
            await asyncio.wait({asking})
            if not asking.cancelled() and asking.exception() is not None:
                self.failure = self.explained(asking.exception())
        finally:
            self.over = True
            await connection.close()

    def explained(self, error):
        if isinstance(error, DatabaseError):
            raise error
        if isinstance(error, Lost):
            return None
        if isinstance(error, connection.NotConnected):
            return failures.NOT_CONNECTED
        if type(error).__name__ == "Unplayable":
            return failures.unplayable(error)
        if isinstance(error, FileNotFoundError):
            return failures.FILE_GONE
        logger.error("transcript %s", self.job.pk, exc_info=error)
        return failures.OUR_FAULT

    async def ask_all(self, hold):
        """Ask for what is missing, a few at a time; after a failure only what is on its way is waited for.

        The same where the place is wanted for another team: but one piece at least has been asked for then.
        """
        connection.get_client()
        asked, begun = set(), False
        try:
            cuts = await self.db(self.begin)
            while self.failure is None and (cut := await self.hand(next, cuts, None)) is not None:
                if begun and hold.place_wanted:
                    self.gave_way = True
                    break
                begun = True
                piece = await self.db(self.keep, cut[0], cut[1])
                asked.add(asyncio.create_task(self.ask(piece, cut[2])))
                # One more may be cut while the others are asked for.
                while len(asked) >= cutting.at_once() + 1:
                    done, asked = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        task.result()
            await asyncio.gather(*asked)
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    def begin(self):
        """In the thread of the database: what is missing, as an iterator of (start, end, data) for the other thread."""
        job, plan = self.job, cutting.plan()
        failed = job.pieces.filter(state=State.FAILED)
        for piece in failed:
            if failures.is_too_much(piece.error) and piece.end is not None:
                plan = plan.shorter(piece.end - piece.start)
        with transaction.atomic():
            self.check()
            # They are cut anew, and shorter if they were too much.
            job.pieces.exclude(state=State.COMPLETE).delete()
        done = list(job.pieces.values_list("start", "end"))
        if job.recording.is_linked:
            return iter([] if done else [(0.0, None, None)])
        gaps = cutting.gaps(done, job.start or 0.0, job.end)
        self.cutting = self.cuts(gaps, plan, len(done))
        return self.cutting

    def cuts(self, gaps, plan, number):
        """In the thread that decodes: each missing piece, encoded."""
        from apps.audio.sound import decoding

        with self.job.recording.file.open("rb") as file:
            # A moment more, because the ends of a recording are not exact to the sample.
            sound, found = decoding.Sound(file, gaps[0][0], settings.RECORDING_SECONDS + 1), number
            for start, end, samples in cutting.cut(self.unless_over(sound), gaps, plan, number):
                found += 1
                yield start, end, decoding.encoded(samples)
            self.damaged = sound.damaged
            if not found and not self.over:
                raise decoding.Unplayable("There is no sound in this stretch of the recording.")

    def unless_over(self, sound):
        for block in sound:
            if self.over:
                return
            yield block

    def keep(self, start, end):
        """A row for a piece that is about to be asked for."""
        with transaction.atomic():
            self.check()
            newest = self.job.pieces.order_by("-number").values_list("number", flat=True).first() or 0
            return self.job.pieces.create(number=newest + 1, start=start, end=end)

    async def ask(self, piece, data):
        """Ask for one piece and keep what comes back."""
        async with lanes.turn(self.job.recording.team_id):
            if self.failure is not None:
                return
            await self.db(self.update, piece, {"state": State.RUNNING, "attempts": F("attempts") + 1})
            began = time.monotonic()
            try:
                answer = await self.request(piece, data)
            except GroqError as error:
                self.failure = self.failure or failures.told(error, piece)
                await self.db(self.update, piece, {"state": State.FAILED, "error": failures.told(error, piece)})
                return
        result = failures.readable(answer)
        said = {"state": State.COMPLETE, "result": result, "request_id": (answer.request_id or "")[:100]}
        await self.db(self.take, piece, {**said, "total_time": round(time.monotonic() - began, 3)}, segments.language_of(result))

    def request(self, piece, data):
        """The coroutine of the one request; a link is fetched by the API itself."""
        job = self.job
        listen = audio.translate if job.task == TRANSLATE else audio.transcribe
        sent = {"url": job.recording.url} if data is None else {"file": ("piece.flac", data, "audio/flac")}
        seconds = piece.end - piece.start if piece.end is not None else 600.0
        how = {"on_retry": lanes.pause, "patience": lanes.patience(seconds)}
        return listen(connection.get_client(), model=job.model, **sent, **parameters(job), **how)

    def take(self, piece, fields, language):
        """A piece is done: nobody asks for it again."""
        with transaction.atomic():
            self.update(piece, fields)
            self.job.mine(self.name).update(claims=0)
            if language:
                self.job.mine(self.name).filter(language="").update(language=language)

    def update(self, piece, fields):
        with transaction.atomic():
            self.check()
            Piece.objects.filter(pk=piece.pk).update(**fields)

    def check(self):
        """Inside a transaction: the job is still ours; whoever lost it writes nothing more."""
        if not list(self.job.mine(self.name).select_for_update().values_list("pk")):
            raise Lost

    def finish(self, state, error=None):
        """One end, with the text as far as there is one."""
        job = self.job
        with transaction.atomic():
            if not job.finish(self.name, state, error=error):
                return
            job.pieces.filter(state__in=LIVE).update(state=State.STOPPED)
            said = stitching.stitched(job.pieces.filter(state=State.COMPLETE), job.start, job.end)
            if said or state == State.COMPLETE:
                Version.begin(job, said, self.note(state))

    def note(self, state):
        done = "Translated" if self.job.task == TRANSLATE else "Transcribed"
        if state != State.COMPLETE:
            return f"{done} in part"
        # As a clock says it: 1:02:03.
        return done if self.damaged is None else f"{done}; the file is damaged from {clock(self.damaged)} on"

    async def db(self, function, *args):
        return await asyncio.get_running_loop().run_in_executor(self.rows, function, *args)

    async def hand(self, function, *args):
        return await asyncio.get_running_loop().run_in_executor(self.hands, function, *args)


class Lost(Exception):
    """Another worker has the job, or nobody needs it any more."""


def parameters(job):
    """What goes out: as it was set, and where that leaves it open, with the times of words."""
    if job.task == TRANSLATE:
        known = {name: value for name, value in job.parameters.items() if name in audio.TRANSLATION}
        return {"response_format": "verbose_json"} | known
    known = {name: value for name, value in job.parameters.items() if name in audio.TRANSCRIPTION}
    known.setdefault("response_format", "verbose_json")
    if known["response_format"] == "verbose_json":
        known.setdefault("timestamp_granularities", ["word", "segment"])
    return known
