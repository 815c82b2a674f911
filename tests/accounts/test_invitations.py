"""An invitation takes one person into a team, once, and opens nobody's account."""

import html
from contextlib import closing
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.utils import timezone

from apps.accounts.models import MEMBER, OWNER, VIEWER, Invitation, Membership, User
from tests.accounts.teamwork import PASSWORD, invite, join, post, remove, role_of, set_role, visitor
from tests.people import Person
from tests.routes import bare

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_person_comes_in_once(server, alice, ours):
    path = invite(alice, email="New@Example.org", role=VIEWER)
    browser, answer = join(server, path)
    with closing(browser):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        assert "nora" not in browser.get("/settings/teams/" + ours.pk + "/").text.lower()
        page = browser.get("/settings/").text
        assert "you are its viewer" in page and "new@example.org" in page
    nora = User.objects.get(email="new@example.org")
    assert (nora.name, role_of(nora, ours), nora.check_password(PASSWORD)) == ("Nora", VIEWER, True)
    again, answer = join(server, path, name="Mallory", password="another horse battery")
    with closing(again):
        assert answer.status_code == again.get(path).status_code == 410
        assert "session" not in again.cookies
    assert User.objects.filter(teams=ours).count() == 4
    assert User.objects.get(pk=nora.pk).check_password(PASSWORD)


def test_looking_uses_nothing_up_and_a_copy_of_the_database_opens_nothing(server, alice):
    path = invite(alice)
    with visitor(server) as browser:
        for method in ("HEAD", "GET", "GET"):
            assert browser.request(method, path).status_code == 200
        assert "Ours" in browser.get(path).text and "new@example.org" in browser.get(path).text
    assert path.split("/")[2] not in str(list(Invitation.objects.values()))
    assert path not in alice.get(f"/settings/teams/{alice.user.teams.get().pk}/").text


def test_a_link_grows_old(server, alice):
    path = invite(alice)
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=7, seconds=1))
    browser, answer = join(server, path)
    with closing(browser):
        assert answer.status_code == browser.get(path).status_code == 410
        unknown = browser.get("/join/no-such-token/")
        assert bare(browser.get(path), path.split("/")[2]) == bare(unknown, "no-such-token")
    assert not User.objects.filter(email="new@example.org").exists()
    assert "Open invitations" not in alice.get(f"/settings/teams/{alice.user.teams.get().pk}/").text


def test_a_new_link_and_a_withdrawal_end_the_old_one(server, alice, ours):
    first, second = invite(alice), invite(alice, role=VIEWER)
    with visitor(server) as browser:
        assert (browser.get(first).status_code, browser.get(second).status_code) == (410, 200)
        invitation = Invitation.objects.get()
        assert invitation.role == VIEWER
        assert post(alice, f"/settings/teams/{ours.pk}/withdraw/", {"invitation": invitation.pk}).status_code == 302
        assert browser.get(second).status_code == 410


def test_who_has_an_account_comes_in_with_its_password_only(server, alice, charlie, ours):
    path = invite(alice, email="charlie@example.org")
    browser, answer = join(server, path)
    with closing(browser):
        assert answer.status_code == 200 and "Sign in to join" in answer.text
        assert "session" not in browser.cookies
    assert role_of(charlie.user, ours) is None and not User.objects.get(pk=charlie.user.pk).has_usable_password()
    assert 'name="password1"' not in charlie.get(path).text
    assert post(charlie, path).headers["Location"] == "/"
    assert role_of(charlie.user, ours) == MEMBER
    # And works there from now on.
    assert f'<option value="{ours.pk}" selected' in charlie.get("/settings/").text
    assert charlie.get(path).status_code == 410


def test_nobody_takes_the_link_of_another(server, alice, charlie, ours):
    for email in ("new@example.org", "vera@example.com", "bob@example.com"):
        path = invite(alice, email=email)
        assert "signed in as charlie@example.org" in charlie.get(path).text
        assert post(charlie, path, {"name": "C", "password1": PASSWORD, "password2": PASSWORD}).status_code == 403
    assert role_of(charlie.user, ours) is None and Invitation.objects.count() == 3


def test_two_who_open_a_link_at_once_are_one(server, alice, charlie, ours):
    for email, data in (
        ("new@example.org", {"name": "N", "password1": PASSWORD, "password2": PASSWORD}),
        ("charlie@example.org", {}),
    ):
        path, barrier, answers = invite(alice, email=email), Barrier(2), []

        def open_it(data=data, path=path, barrier=barrier, answers=answers):
            with visitor(server) if data else Person(server, charlie.user) as browser:
                barrier.wait(10)
                answers.append((browser if data else browser.http).post(path, data=data).status_code)

        threads = [Thread(target=open_it) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert sorted(answers) == [302, 410]
        assert Membership.objects.filter(user__email=email, team=ours).count() == 1


def test_who_is_second_by_a_moment_hears_that_the_link_was_used(server, alice, monkeypatch):
    """The first comes between the second's look at the invitation and at the person."""
    path, data = invite(alice), {"name": "N", "password1": PASSWORD, "password2": PASSWORD}
    find = Invitation.find

    def find_and_be_late(token):
        monkeypatch.setattr(Invitation, "find", find)
        invitation = find(token)
        with visitor(server) as first:
            assert first.post(path, data=data).status_code == 302
        return invitation

    monkeypatch.setattr(Invitation, "find", find_and_be_late)
    with visitor(server) as second:
        assert second.post(path, data=data).status_code == 410


def test_a_weak_or_mistyped_password_leaves_the_link_open(server, alice):
    path = invite(alice)
    for how, words in [
        ({"password": "short"}, "too short"),
        ({"password": "new@example.org"}, "too similar"),
        ({"password": PASSWORD, "again": PASSWORD + "x"}, "match"),
        ({"name": ""}, "required"),
    ]:
        browser, answer = join(server, path, **how)
        with closing(browser):
            assert answer.status_code == 422 and words in answer.text, how
            assert 'aria-invalid="true"' in answer.text
    assert not User.objects.filter(email="new@example.org").exists()
    browser, answer = join(server, path)
    browser.close()
    assert answer.status_code == 302


def test_what_an_invitation_needs(alice, ours):
    path = f"/settings/teams/{ours.pk}/"
    for data, words in [
        ({"email": "", "role": MEMBER}, "required"),
        ({"email": "nobody", "role": MEMBER}, "valid email"),
        ({"email": "new@example.org", "role": "king"}, "valid choice"),
        ({"email": "BOB@example.org", "role": OWNER}, "belongs to the team already"),
        ({"email": "new@example.org", "role": MEMBER, "name": "n" * 81}, "at most 80"),
    ]:
        answer = post(alice, path, data)
        assert answer.status_code == 422 and words in html.unescape(answer.text), data
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("ending", ["removed", "demoted"])
def test_an_invitation_ends_with_the_ownership_it_came_from(server, alice, bob, ours, ending):
    """Whoever is sent away has no key of their own making left."""
    set_role(alice, ours, bob.user, OWNER)
    theirs, hers = invite(bob, email="back@example.org"), invite(alice)
    if ending == "removed":
        remove(alice, ours, bob.user)
    else:
        set_role(alice, ours, bob.user, MEMBER)
    with visitor(server) as browser:
        assert (browser.get(theirs).status_code, browser.get(hers).status_code) == (410, 200)
