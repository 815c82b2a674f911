"""A person with a browser, as far as recordings go: uploads in pieces, asks for transcripts, looks how far they are."""

import html
import io
import re
import secrets
import time
import wave

import httpx
from django.core.management.base import CommandError

PIECE, LOOK_EVERY, PATIENCE = 1024 * 1024, 0.1, 3600.0
STATE = re.compile(r'data-state="(\w+)"')
HEARD = re.compile(r"<li[^>]*>.*?<span[^>]*>(.*?)</span></li>", re.DOTALL)


class Visitor:
    """``host`` of the product and the key of an open session."""

    def __init__(self, host, session):
        token = secrets.token_hex(16)
        self.http = httpx.Client(
            base_url=f"http://{host}",
            cookies={"session": session, "csrf": token},
            headers={"x-csrftoken": token, "origin": f"http://{host}"},
            timeout=60,
            trust_env=False,
        )

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.http.close()

    def upload(self, path):
        """Bring the file in; the path of its recording."""
        announced = self.ask("POST", "/audio/uploads/", data={"name": path.name, "size": path.stat().st_size}).json()
        offset = 0
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                kind = {"content-type": "application/octet-stream"}
                self.ask("POST", announced["url"], params={"offset": offset}, content=piece, headers=kind)
                offset += len(piece)
        stands = self.ask("POST", f"{announced['url']}finish/").json()
        until = time.monotonic() + PATIENCE
        while not stands["recording"] and not stands["error"] and time.monotonic() < until:
            time.sleep(LOOK_EVERY)
            stands = self.ask("GET", announced["url"]).json()
        if not stands["recording"]:
            raise CommandError(f"{path.name} was not taken: {stands['error'] or stands['state']}")
        return stands["recording"]

    def speak(self, text, model, voice, rate):
        """What the product makes of the text: samples of 16 bits, mono."""
        said = {"text": text, "model": model, "voice": voice, "response_format": "wav", "sample_rate": rate}
        page = self.ask("POST", "/speech/", data={**said, "key": secrets.token_hex(16)}).headers["location"]
        self.wait(f"{page}card/", lambda state, heard: state == "complete")
        with wave.open(io.BytesIO(self.ask("GET", f"{page}sound").content)) as sound:
            return sound.readframes(sound.getnframes())

    def transcribe(self, recording, model):
        """Begin a transcript; its path."""
        answer = self.ask("POST", f"{recording}transcribe/", data={"model": model, "key": secrets.token_hex(16)})
        return answer.headers.get("hx-redirect") or answer.headers["location"]

    def transcript(self, recording, model):
        """(seconds from asking to the whole text, the text)."""
        began = time.monotonic()
        page = self.transcribe(recording, model)
        self.wait(f"{page}progress/", lambda state, heard: state not in ("queued", "running"))
        taken = time.monotonic() - began
        return taken, self.ask("GET", f"{page}export/", params={"format": "txt"}).text

    def first_text(self, recording, model):
        """Seconds from asking to the first words on the page; the rest is not waited for."""
        began = time.monotonic()
        page = self.transcribe(recording, model)
        self.wait(f"{page}progress/", lambda state, heard: heard or state == "complete")
        taken = time.monotonic() - began
        self.ask("POST", f"{page}stop/")
        return taken

    def wait(self, page, enough):
        """Look at this part of a page until its state, and the texts in it, are ``enough``."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            shown = self.ask("GET", page).text
            state = STATE.search(shown)[1]
            if state in ("failed", "stopped"):
                raise CommandError(f"It was not done: {plain(shown)[:300]}")
            if enough(state, HEARD.findall(shown)):
                return
            time.sleep(LOOK_EVERY)
        raise CommandError(f"It was not done within {PATIENCE:.0f} s.")

    def ask(self, method, path, **parts):
        answer = self.http.request(method, path, **parts)
        if answer.status_code >= 400:
            raise CommandError(f"{method} {path} was answered with {answer.status_code}: {answer.text[:200]}")
        return answer


def plain(fragment):
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", fragment)).split())
