"""Guessing: how often one may, what it tells, and what takes the password once more."""

import re

import pytest
from django.core.cache import cache

from apps.accounts.models import User
from tests.accounts.test_signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
# Wrong passwords: for one e-mail in five minutes, from one network in one minute.
FOR_ONE, FROM_ONE = 5, 10


@pytest.fixture(autouse=True)
def attempts():
    """Counted from nought, and forgotten."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def bob(bob):
    bob.user.set_password(PASSWORD)
    bob.user.save()
    # A new password ends the sessions; this one goes on.
    with type(bob)(bob.server, bob.user) as person:
        yield person


def attempt(server, email="bob@example.org", password="wrong password", **headers):
    """(status, page without what differs from one to the next, Retry-After)."""
    browser, answer = sign_in(server, email, password, headers=headers)
    browser.close()
    return answer.status_code, re.sub(r"\b\w{64}\b|nonce\S+|[\w.]+@example.org", "", answer.text), answer.headers.get("Retry-After")


def test_wrong_passwords_for_one_person_come_to_an_end(server, bob):
    assert [attempt(server)[0] for _ in range(FOR_ONE)] == [200] * FOR_ONE
    for password in ("wrong password", PASSWORD):
        status, page, wait = attempt(server, password=password)
        assert (status, wait) == (429, "300")
        assert "Too many attempts" in page
    # Others come in, and who was in stays in.
    assert bob.get("/settings/").status_code == 200
    User.objects.create_user("other@example.org", PASSWORD)
    assert attempt(server, "other@example.org", PASSWORD)[0] == 302


def test_the_unknown_are_counted_like_the_known(server, bob):
    known, unknown = ([attempt(server, email) for _ in range(FOR_ONE)] for email in ("bob@example.org", "nobody@example.org"))
    assert known == unknown and known[0][0] == 200 and "not correct" in known[0][1]
    cache.clear()
    for email in ("bob@example.org", "nobody@example.org"):
        for _ in range(FOR_ONE):
            attempt(server, email)
    refused = [attempt(server, email)[0] for email in ("bob@example.org", "nobody@example.org")]
    assert refused == [429, 429]


def test_wrong_passwords_from_one_network_come_to_an_end_whatever_it_claims_to_be(server, bob):
    for number in range(FROM_ONE):
        assert attempt(server, f"p{number}@example.org", **{"X-Forwarded-For": f"10.0.0.{number}"})[0] == 200
    assert attempt(server, "one.more@example.org", **{"X-Forwarded-For": "10.0.0.99", "Forwarded": "for=10.0.0.99"})[0] == 429


def test_behind_a_proxy_people_are_told_apart_by_what_it_says_last(server, bob, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(FROM_ONE):
        assert attempt(server, f"p{number}@example.org", **{"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.9"})[0] == 200
    assert attempt(server, "one.more@example.org", **{"X-Forwarded-For": "10.0.0.99, 203.0.113.9"})[0] == 429
    assert attempt(server, password=PASSWORD, **{"X-Forwarded-For": "203.0.113.10"})[0] == 302


def test_the_right_password_is_no_attempt(server, bob):
    assert [attempt(server, password=PASSWORD)[0] for _ in range(FROM_ONE + 2)] == [302] * (FROM_ONE + 2)


def profile(person, **fields):
    return person.post("/settings/", {"name": "Bob", "email": "bob@example.org", **fields}, headers={})


def email_of(person):
    return User.objects.get(pk=person.user.pk).email


def test_another_e_mail_takes_the_password(bob):
    for fields in ({}, {"password": ""}, {"password": "wrong password"}):
        answer = profile(bob, email="thief@example.org", **fields)
        assert answer.status_code == 422 and "the password you sign in with now" in answer.text
        control = re.search(r'<input[^>]* name="password"[^>]*>', answer.text)[0]
        assert 'aria-invalid="true"' in control and "id_password_error" in control and 'id="id_password_error"' in answer.text
        assert email_of(bob) == "bob@example.org"
    assert profile(bob, email="Robert@example.org", password=PASSWORD).status_code == 200
    assert email_of(bob) == "robert@example.org"


def test_another_name_does_not(bob):
    assert profile(bob, name="Robert", email="BOB@example.org").status_code == 200
    assert User.objects.get(pk=bob.user.pk).name == "Robert"


def test_who_has_none_is_not_asked(alice):
    assert 'name="password"' not in alice.get("/settings/").text
    assert profile(alice, email="owner@example.org").status_code == 200


def test_the_password_is_not_guessed_there_either(bob):
    answers = [profile(bob, email="thief@example.org", password=f"guess {number}").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]
    assert profile(bob, email="thief@example.org", password=PASSWORD).status_code == 429
    assert email_of(bob) == "bob@example.org"


def test_the_password_is_on_no_page(bob):
    answer = profile(bob, email="nobody", password=PASSWORD)
    assert answer.status_code == 422 and PASSWORD not in answer.text
