"""Every route times every role, generated from the URL conf; and what holds for each answer whatever it is."""

import re

import httpx
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection

from apps.audio.models import Recording, Speech, Upload
from apps.conversations.models import Attachment, Conversation, Message, Run
from apps.parameters.models import Preset, Schema
from tests.audio.spoken import make_transcript, spoken
from tests.people import HTMX, NO_TLS, Person, strange_id
from tests.routes import MEMBER, NOBODY, ROLES, ROUTES, STRANGER, bare, names, path

pytestmark = pytest.mark.django_db(transaction=True)

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def roles(server, alice, bob, vera, charlie):
    """{role: person}; nobody is a browser without a session."""
    nobody = Person(server, bob.user)
    nobody.http.cookies.delete("session")
    with nobody:
        yield dict(zip(ROLES, (nobody, charlie, vera, bob), strict=True))


def make_chat(people):
    """A conversation of Alice's team with one finished answer: its ids, and all that it is made of."""
    alice = people["alice"]
    conversation = Conversation(team=alice.teams.get(), created_by=alice)
    conversation.ask(alice, text="Our secret question", key="the-first-key", model="m", parameters={})
    Run.objects.update(state="complete")
    Message.objects.filter(role="assistant").update(text="Our secret answer")
    attachment = Attachment.take(alice, kind="document", name="secret.txt", data=b"Our secret document")
    Attachment.objects.update(conversation=conversation)
    Preset.objects.all().delete()
    preset = Preset.keep(conversation.team, alice, name="Our secret preset", parameters={"system": "Our secret voice"})
    schema = Schema.keep(conversation.team, alice, "secret-schema", {"type": "object"}, overwrite=True)
    Recording.objects.all().delete()
    recording = Recording(
        team=conversation.team, created_by=alice, title="Our secret recording", media_type="audio/wav", peaks=b".."
    )
    recording.file.save("sound", ContentFile(b"Our secret words"))
    upload = Upload.objects.create(team=conversation.team, created_by=alice, name="Our secret upload", size=10)
    words = spoken(["Our secret words."])
    transcript = make_transcript(conversation.team, alice, words, recording)
    Speech.objects.all().delete()
    speech = Speech.ask(conversation.team, alice, key="the-first", text="Our secret speech", model="m", voice="v", parameters={})
    return {
        "transcript": transcript.pk,
        "speech": speech.pk,
        "recording": recording.pk,
        "upload": upload.pk,
        "attachment": attachment.pk,
        "conversation": conversation.pk,
        "message": conversation.head_id,
        "team": conversation.team_id,
        "preset": preset.pk,
        "schema": schema.pk,
    }


def everything():
    """All rows of ours and the sign-in's, but for who is signed in."""
    labels = ("accounts", "audio", "conversations", "parameters", "auth", "account")
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in labels:
                cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY {model._meta.pk.column}")
                found[model._meta.label] = cursor.fetchall()
    return found


def test_every_route_is_listed():
    assert sorted(names()) == sorted(ROUTES)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_it_may(server, people, roles, role):
    person, place = roles[role], ROLES.index(role)
    ids = before = None
    for name, route in ROUTES.items():
        for method, expected in (("GET", route.get), ("POST", route.post)):
            if expected is None or (route.door and method == "POST" and role != NOBODY):
                continue
            if before is None or everything() != before:
                # What came before has changed something: the next one finds all there is again.
                Conversation.objects.all().delete()
                ids = make_chat(people)
                before = everything()
            answer = person.http.request(method, path(name, ids), data=route.data if method == "POST" else None)
            assert answer.status_code == expected[place], f"{method} {name} as {role}: {answer.status_code}"
            if expected[place] >= 400 or method == "GET":
                assert everything() == before, f"{method} {name} as {role} changed something"
            if role in (NOBODY, STRANGER):
                assert "secret" not in answer.text, f"{method} {name} tells {role} of others"
            if expected[place] == 302 and role == NOBODY:
                assert answer.headers["Location"].startswith("/accounts/login/"), name


def test_a_part_of_a_page_never_becomes_a_sign_in_form(server, people, roles):
    ids = make_chat(people)
    for name, route in ROUTES.items():
        if route.door or name == "health":
            continue
        answer = roles[NOBODY].http.request("GET" if route.get else "POST", path(name, ids), headers=HTMX)
        assert (answer.status_code, answer.headers["HX-Trigger"]) == (401, "signed-out"), name


def see_only_the_unknown(person, ids):
    """On every route of something, by every method: what is there answers this person as what does not exist."""
    strange = strange_id()
    for name, route in ROUTES.items():
        if route.of not in ids:
            continue
        for headers in ({}, HTMX):
            for method in ("GET", "HEAD", *UNSAFE):
                foreign, nothing = (
                    person.http.request(method, path(name, there), headers=headers, data=route.data)
                    for there in (ids, dict.fromkeys(ids, strange))
                )
                assert bare(foreign, ids[route.of]) == bare(nothing, strange), f"{method} {name} {headers}"


def test_what_is_foreign_looks_exactly_like_what_does_not_exist(server, people, roles):
    see_only_the_unknown(roles[STRANGER], make_chat(people))


def test_whoever_has_left_the_team_is_a_stranger_to_it(server, people, roles):
    """On every route, by every method, with the session and the token of before."""
    left, ids = roles[MEMBER], make_chat(people)
    assert {left.get(path(name, ids)).status_code for name in ("conversation", "recording", "transcript", "preset")} == {200}
    left.user.memberships.all().delete()
    before = everything()
    see_only_the_unknown(left, ids)
    assert everything() == before


def test_whoever_has_left_the_team_works_in_it_no_more(server, people, roles):
    """What names no id goes to the team that was chosen; the session still says which that was."""
    left, ids = roles[MEMBER], make_chat(people)
    assert left.post("/settings/team/", {"team": ids["team"]}, headers={}).status_code == 302
    left.user.memberships.all().delete()
    before = everything()
    for name, route in ROUTES.items():
        if route.of or route.door:
            continue
        for method in [*(["GET"] if route.get else []), *(["POST"] if route.post else [])]:
            answer = left.http.request(method, path(name, ids), data=route.data if method == "POST" else None)
            assert answer.status_code < 500, f"{method} {name}: {answer.status_code}"
            assert "secret" not in answer.text, f"{method} {name}"
            assert everything() == before, f"{method} {name}"


def test_a_team_of_others_cannot_be_chosen(server, people, alice, charlie):
    theirs = people["charlie"].teams.get().pk
    chosen, unknown = (alice.post("/settings/team/", {"team": team}, headers={}) for team in (theirs, strange_id()))
    assert bare(chosen, theirs) == bare(unknown)
    assert chosen.status_code == 404


def test_nothing_unsafe_happens_without_a_token_of_our_own(server, people, roles):
    """No token, somebody else's, and the right one from another page: on every route, by every unsafe method."""
    member = roles[MEMBER]
    ids = make_chat(people)
    before = everything()
    token, ours = member.csrf, server.url
    attempts = {
        "no token": {"Origin": ours, "X-CSRFToken": ""},
        "a foreign token": {"Origin": ours, "X-CSRFToken": "0" * 32},
        "a page elsewhere": {"Origin": "https://evil.example", "X-CSRFToken": token},
        "a neighbouring port": {"Origin": "http://127.0.0.1:1", "X-CSRFToken": token},
        "another scheme": {"Origin": ours.replace("http", "https"), "X-CSRFToken": token},
        "a sandbox": {"Origin": "null", "X-CSRFToken": token},
        "no origin and no token": {"X-CSRFToken": ""},
    }
    for name, route in ROUTES.items():
        for attempt, headers in attempts.items():
            for method in UNSAFE if attempt in ("no token", "a sandbox") else ("POST",):
                given = {key: value for key, value in member.http.headers.items() if key not in ("origin", "x-csrftoken")}
                request = httpx.Request(
                    method,
                    server.url + path(name, ids),
                    headers={**given, **headers, "Cookie": f"session={member.session}; csrf={token}"},
                    data=route.data,
                )
                answer = member.http.send(request)
                assert answer.status_code == 403, f"{method} {name} with {attempt}: {answer.status_code}"
    assert everything() == before
    assert member.get("/settings/").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_json_in_any_wrapping_needs_a_token_of_ours(server, people, roles, kind):
    """What a form can send without a script: a body of any kind, with our cookies, and without our header."""
    ids = make_chat(people)
    before, member = everything(), roles[MEMBER]
    cookies = {"session": member.session, "csrf": member.csrf}
    for name in ROUTES:
        body = f'{{"version": 1, "csrfmiddlewaretoken": "{member.csrf}", "text": "Hello", "operations": [], "ignore": "="}}'
        with httpx.Client(base_url=server.url, cookies=cookies, verify=NO_TLS) as elsewhere:
            answer = elsewhere.post(path(name, ids), content=body, headers={"Content-Type": kind, "Origin": server.url})
        # No boundary, no form.
        assert answer.status_code == (400 if "multipart" in kind else 403), f"{name}: {answer.status_code}"
    assert everything() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/x-www-form-urlencoded"])
def test_json_in_any_wrapping_is_no_form(server, people, bob, kind):
    ids = make_chat(people)
    before = everything()
    for name, route in ROUTES.items():
        if not route.post or not route.data:
            continue
        body = '{"text": "Hello", "key": "a-key-for-json", "model": "m", "title": "x", "temperature": 2, "team": "x"}'
        answer = bob.http.post(path(name, ids), content=body, headers={"Content-Type": kind})
        assert answer.status_code in (204, 400, 403, 404, 422), f"{name}: {answer.status_code}"
    assert everything()["conversations.Message"] == before["conversations.Message"]
    assert everything()["accounts.User"] == before["accounts.User"]


def test_other_methods_are_refused_and_change_nothing(server, people, bob):
    ids = make_chat(people)
    before = everything()
    for name, route in ROUTES.items():
        for method in ("GET", "HEAD", *UNSAFE, "OPTIONS", "TRACE"):
            taken = {"GET": route.get, "HEAD": route.get, "POST": route.post}.get(method)
            if taken or route.door or name == "health":
                continue
            answer = bob.http.request(method, path(name, ids))
            assert answer.status_code == 405, f"{method} {name}: {answer.status_code}"
    assert everything() == before


class Headers:
    """What every answer carries."""

    NOTHING = dict.fromkeys(("default-src", "frame-ancestors", "base-uri", "form-action"), "'none'")
    # What a page may do, to the letter: whatever is not named falls back to nothing.
    PAGE = (
        NOTHING
        | dict.fromkeys(("style-src", "font-src", "connect-src", "media-src", "manifest-src", "form-action"), "'self'")
        | {"script-src": "'strict-dynamic'", "img-src": "'self' data:", "object-src": "'none'"}
    )

    # What somebody gave us, opened by itself.
    FILE = NOTHING | {"sandbox": ""}

    def __init__(self, answer, where):
        self.csp = answer.headers.get("content-security-policy", "")
        self.where = f"{answer.status_code} {where}"
        rules = dict(rule.strip().partition(" ")[::2] for rule in self.csp.split(";"))
        # Nothing that is no page has a nonce.
        rules = {name: re.sub(r"\s*'nonce-[^']{16,}'\s*", "", said) for name, said in rules.items()}
        page = answer.headers.get("content-type", "").startswith("text/html") and answer.content
        assert rules in ([self.PAGE] if page else [self.PAGE, self.NOTHING, self.FILE]), self.where
        for name, value in {
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "x-dns-prefetch-control": "off",
        }.items():
            assert answer.headers.get(name) == value, f"{name} of {self.where}"
        assert "server" not in answer.headers or answer.headers["server"] == "uvicorn"
        assert "x-powered-by" not in answer.headers


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_carries_its_headers_and_no_page_is_stored(server, people, roles, role):
    ids = make_chat(people)
    nonces = set()
    for name, route in ROUTES.items():
        for method in ("GET", "POST", "DELETE"):
            if route.door and method == "POST":
                continue
            answer = roles[role].http.request(method, path(name, ids), headers={"X-CSRFToken": "" if method == "DELETE" else "x"})
            Headers(answer, f"{method} {name}")
            assert "no-store" in answer.headers["cache-control"], name
            nonces.update(re.findall(r"'nonce-([^']+)'", answer.headers["content-security-policy"]))
            for tag in re.findall(r"<script\b[^>]*>", answer.text):
                assert "nonce=" in tag, f"{name}: {tag}"
            assert not re.search(r"<[^>]+\son\w+=|<style\b|<[^>]+\sstyle=|javascript:", answer.text), name
    assert len(nonces) > 5


def test_errors_and_files_carry_the_headers_too(server, alice, monkeypatch):
    missing = alice.get("/nothing/here")
    assert missing.status_code == 404
    Headers(missing, "an unknown path")
    bad = alice.get("/", headers={"Host": "evil.example"})
    assert bad.status_code == 400
    Headers(bad, "a foreign host")
    big = alice.http.post("/settings/", content=b"x" * (5 * 1024 * 1024))
    assert big.status_code == 413
    Headers(big, "a large body")
    sheet = re.search(r'href="(/static/css/app[^"]+)"', alice.get("/").text)[1]
    for file in (sheet, "/static/nothing.css", "/static/../settings.py"):
        Headers(alice.get(file), file)
    assert "immutable" in alice.get(sheet).headers["cache-control"]

    def broken(*args):
        raise RuntimeError("<b>secret detail</b>")

    monkeypatch.setattr("apps.conversations.views.pages.listing", broken)
    for headers in ({}, HTMX):
        failed = alice.get("/", headers=headers)
        assert failed.status_code == 500
        assert "secret detail" not in failed.text and "Something broke on our side" in failed.text
        Headers(failed, "a failure")
