"""Coming in and going out: sessions begin anew, end for good, and lead nowhere else."""

import re
from contextlib import closing

import httpx
import pytest
from django.contrib.sessions.backends.db import SessionStore

from apps.accounts.models import StartLink
from tests.core.starts import manage
from tests.people import HTMX, NO_TLS, Person

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"


@pytest.fixture
def bob_with_password(bob):
    bob.user.set_password(PASSWORD)
    bob.user.save()
    return bob


def sign_in(server, email="bob@example.org", password=PASSWORD, next=None, cookies=None, headers=None):
    """A browser that has sent the sign-in form; (browser, its answer)."""
    browser = httpx.Client(base_url=server.url, headers={"Origin": server.url}, cookies=cookies, timeout=20, verify=NO_TLS)
    page = browser.get("/accounts/login/", params={"next": next} if next is not None else None)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    fields = {"login": email, "password": password, "csrfmiddlewaretoken": token, **({"next": next} if next is not None else {})}
    return browser, browser.post("/accounts/login/", data=fields, headers=headers)


def test_what_does_not_open_says_so_in_our_words(server, bob_with_password):
    browser, answer = sign_in(server, password="something else")
    with closing(browser):
        assert answer.status_code == 200 and "The e-mail or the password is not correct." in answer.text
        assert ">E-mail</label>" in answer.text and "placeholder=" not in answer.text


def test_a_session_that_was_planted_before_is_dead_afterwards(server, bob_with_password):
    planted = SessionStore()
    planted["planted"] = True
    planted.create()
    browser, answer = sign_in(server, cookies={"session": planted.session_key})
    with closing(browser):
        assert answer.status_code == 302
        fresh = answer.cookies["session"]
        assert fresh != planted.session_key
        assert httpx.get(f"{server.url}/settings/", cookies={"session": fresh}).status_code == 200
    assert not SessionStore().exists(planted.session_key)
    assert httpx.get(f"{server.url}/settings/", cookies={"session": planted.session_key}).status_code == 302


def test_the_token_of_forms_changes_with_the_person(server, bob_with_password):
    browser, answer = sign_in(server)
    with closing(browser):
        assert "csrf=" in answer.headers["set-cookie"]


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(server, bob_with_password):
    browser, answer = sign_in(server)
    browser.close()
    for cookie in answer.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Domain" not in cookie and "Path=/" in cookie


def test_a_session_that_was_ended_cannot_be_replayed(server, bob):
    with Person(server, bob.user) as browser:
        old = browser.session
        assert browser.get("/settings/").status_code == 200
        assert browser.post("/accounts/logout/", headers={}).headers["Location"] == "/accounts/login/"
    with httpx.Client(base_url=server.url, cookies={"session": old}) as thief:
        assert thief.get("/settings/").status_code == 302
        assert thief.get("/conversations/", headers=HTMX).status_code == 401
    assert bob.get("/settings/").status_code == 200


def test_only_a_post_signs_out(server, bob):
    assert bob.get("/accounts/logout/").status_code == 200
    assert bob.http.post("/accounts/logout/", headers={"X-CSRFToken": ""}).status_code == 403
    assert bob.get("/settings/").status_code == 200


def test_a_new_password_ends_the_sessions_elsewhere(server, bob_with_password, people):
    here, _ = sign_in(server)
    with closing(here), Person(server, people["bob"]) as elsewhere:
        assert elsewhere.get("/settings/").status_code == 200
        there, _ = sign_in(server)
        with closing(there):
            assert there.get("/settings/").status_code == 200
            page = here.get("/accounts/password/change/")
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
            new = "a longer horse battery"
            fields = {"oldpassword": PASSWORD, "password1": new, "password2": new, "csrfmiddlewaretoken": token}
            assert here.post("/accounts/password/change/", data=fields).status_code == 302
            assert here.get("/settings/").status_code == 200
            assert there.get("/settings/").status_code == elsewhere.get("/settings/").status_code == 302
            assert there.get("/conversations/", headers=HTMX).status_code == 401


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "https:evil.example",
    "https:///evil.example",
    "https://evil.example/",
    "http://{host}@evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\t//evil.example",
    "/%09/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://{host}.evil.example",
    "http://127.0.0.1:1/",
    "\x00//evil.example",
]


def test_after_signing_in_one_stays_here(server, bob_with_password):
    for elsewhere in ELSEWHERE:
        browser, answer = sign_in(server, next=elsewhere.format(host=server.host))
        browser.close()
        assert answer.status_code == 302, elsewhere
        target = httpx.URL(server.url).join(answer.headers["Location"])
        assert f"{target.scheme}://{target.netloc.decode()}" == server.url, elsewhere
        assert "\\" not in answer.headers["Location"], elsewhere


def test_after_signing_in_one_is_where_one_wanted_to_be(server, bob_with_password, alice):
    message = alice.finish(alice.ask())
    wanted = f"/c/{message.conversation_id}/"
    answer = httpx.get(server.url + wanted)
    assert answer.headers["Location"] == f"/accounts/login/?next={wanted}"
    browser, answer = sign_in(server, next=wanted)
    browser.close()
    assert answer.headers["Location"] == wanted


def test_who_is_unknown_and_who_errs_hear_the_same(server, bob_with_password):
    answers = []
    for email, password in [("bob@example.org", "wrong password"), ("nobody@example.org", "wrong password")]:
        browser, answer = sign_in(server, email, password)
        with closing(browser):
            assert "session" not in browser.cookies
        answers.append((answer.status_code, re.sub(r"\b\w{64}\b|nonce\S+|[\w.]+@example.org", "", answer.text)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200


def test_nobody_signs_up_by_themselves(server):
    with httpx.Client(
        base_url=server.url, headers={"Origin": server.url, "X-CSRFToken": "x" * 32}, cookies={"csrf": "x" * 32}
    ) as browser:
        fields = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
        answer = browser.post("/accounts/signup/", data=fields)
        assert "session" not in browser.cookies
    assert "closed" in answer.text.lower() and answer.status_code in (200, 403)


def test_the_link_of_a_start_opens_once(server, people):
    token = StartLink.issue(people["alice"])
    link = f"{server.url}/start/{token}/"
    assert httpx.head(link).status_code == 410
    assert httpx.get(link, headers={"Sec-Purpose": "prefetch"}).status_code == 410
    first = httpx.get(link)
    assert (first.status_code, first.headers["Location"]) == (302, "/")
    assert httpx.get(f"{server.url}/settings/", cookies=first.cookies).status_code == 200
    assert httpx.get(link).status_code == 410
    assert token not in str(StartLink.objects.values_list())


BEHIND_HTTPS = """
from django.core.management import call_command
from django.test import Client
from apps.accounts.models import StartLink, first_owner
from apps.core.up import static
call_command("migrate", verbosity=0)
static.collect()
proxied = {"host": "chat.example.org", "x-forwarded-proto": "https"}
browser = Client(headers=proxied, enforce_csrf_checks=True)
entered = browser.get(f"/start/{StartLink.issue(first_owner())}/")
print(entered.cookies.output())
print("HSTS:", browser.get("/settings/")["Strict-Transport-Security"])
token = browser.cookies["__Host-csrf"].value
for origin in ("https://chat.example.org", "http://chat.example.org", "https://chat.example.org:8443", "null", None):
    headers = {"x-csrftoken": token, **({"origin": origin} if origin else {})}
    print(origin, browser.post("/accounts/logout/" if origin is None else "/settings/", headers=headers).status_code)
plain = Client(headers={"host": "chat.example.org"}).get("/settings/")
print("plain:", plain.status_code)
"""


def test_behind_https_cookies_are_bound_to_it_and_only_our_origin_is_ours(tmp_path):
    done = manage(tmp_path, "shell", "--verbosity", "0", "-c", BEHIND_HTTPS, PLAYGROUND_URL="https://chat.example.org")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    cookies = {re.search(r"__Host-\w+", line)[0]: line for line in lines if line.startswith("Set-Cookie")}
    assert set(cookies) == {"__Host-session", "__Host-csrf"}
    for cookie in cookies.values():
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")) and "Domain" not in cookie
    rest = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("Set-Cookie"))
    assert int(rest["HSTS:"].removeprefix("max-age=")) >= 31536000
    assert rest["https://chat.example.org"] == "422"
    # Without an Origin a browser on https still names the page it comes from; none is refused.
    assert {rest[origin] for origin in ("http://chat.example.org", "https://chat.example.org:8443", "null", "None")} == {"403"}
