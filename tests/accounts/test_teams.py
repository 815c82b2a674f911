"""An owner looks after a team: invitations, roles, removal, and the doors before each of them."""

import html
import re
from contextlib import closing
from datetime import timedelta
from threading import Barrier, Thread

import httpx
import pytest
from django.utils import timezone

from apps.accounts.models import MEMBER, OWNER, VIEWER, Invitation, LastOwner, Membership, User
from tests.people import NO_TLS, Person, strange_id
from tests.routes import bare

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ours(people):
    return people["alice"].teams.get()


def post(person, path, data=None):
    """As a page without scripts posts it."""
    return person.post(path, data, headers={})


def invite(owner, email="new@example.org", role=MEMBER, name="Nora"):
    """The link that the page shows, as a path."""
    answer = post(owner, f"/settings/teams/{owner.user.teams.get().pk}/", {"email": email, "name": name, "role": role})
    assert answer.status_code == 200, answer.text
    return re.search(r'value="http://[^/"]+(/join/[^"]+)"', answer.text)[1]


def visitor(server):
    """A browser without a session."""
    token = "t" * 32
    headers = {"Origin": server.url, "X-CSRFToken": token}
    return httpx.Client(base_url=server.url, headers=headers, cookies={"csrf": token}, timeout=20, verify=NO_TLS)


def join(server, path, name="Nora", password=PASSWORD, again=None):
    """A new person opens the link and fills in the form; (browser, its answer)."""
    browser = visitor(server)
    return browser, browser.post(path, data={"name": name, "password1": password, "password2": again or password})


def role_of(user, team):
    return Membership.objects.filter(user=user, team=team).values_list("role", flat=True).first()


def set_role(person, team, user, role):
    member = Membership.objects.get(user=user, team=team)
    return post(person, f"/settings/teams/{team.pk}/role/", {"member": member.pk, "role": role})


def remove(person, team, user):
    member = Membership.objects.get(user=user, team=team)
    return post(person, f"/settings/teams/{team.pk}/remove/", {"member": member.pk})


def test_the_page_is_for_owners(alice, bob, vera, charlie, ours):
    path = f"/settings/teams/{ours.pk}/"
    page = alice.get(path)
    assert page.status_code == 200
    for email in ("alice@example.org", "bob@example.org", "vera@example.org"):
        assert email in page.text
    assert "charlie" not in page.text
    assert path in alice.get("/settings/").text
    for person in (bob, vera):
        answer = person.get(path)
        assert answer.status_code == 403 and "Only an owner" in answer.text
        assert path not in person.get("/settings/").text
    strange = strange_id()
    assert bare(charlie.get(path), ours.pk) == bare(charlie.get(f"/settings/teams/{strange}/"), strange)


def test_nobody_else_changes_anything(alice, bob, vera, charlie, ours):
    invite(alice)
    people = list(Membership.objects.order_by("pk").values()), list(Invitation.objects.values())
    member, invitation = Membership.objects.get(user=bob.user).pk, Invitation.objects.get().pk
    attempts = [
        ("", {"email": "friend@example.org", "role": OWNER}),
        ("role/", {"member": member, "role": OWNER}),
        ("remove/", {"member": member}),
        ("withdraw/", {"invitation": invitation}),
    ]
    for person, status in ((bob, 403), (vera, 403), (charlie, 404)):
        for part, data in attempts:
            assert post(person, f"/settings/teams/{ours.pk}/{part}", data).status_code == status, (person.user, part)
    assert (list(Membership.objects.order_by("pk").values()), list(Invitation.objects.values())) == people


def test_an_owner_reaches_into_no_other_team(alice, charlie, ours):
    invite(alice)
    theirs = charlie.user.teams.get()
    member, invitation = Membership.objects.get(user=alice.user).pk, Invitation.objects.get().pk
    for part, data in [
        ("role/", {"member": member, "role": VIEWER}),
        ("remove/", {"member": member}),
        ("withdraw/", {"invitation": invitation}),
    ]:
        name, number = next(iter(data.items()))
        answers = [
            post(charlie, f"/settings/teams/{theirs.pk}/{part}", {**data, name: of}) for of in (number, 10**9, 10**30, "x", "")
        ]
        assert {answer.status_code for answer in answers} == {422}
        assert bare(answers[0]) == bare(answers[1])
    assert role_of(alice.user, ours) == OWNER and Invitation.objects.count() == 1


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


def test_a_role_holds_from_the_next_request_on(alice, vera, bob, ours):
    message = alice.finish(alice.ask("Hello"))
    rename = f"/c/{message.conversation_id}/rename/"
    assert vera.post(rename, {"title": "x"}).status_code == 403
    assert set_role(alice, ours, vera.user, MEMBER).status_code == 302
    assert vera.post(rename, {"title": "By Vera"}).status_code == 200
    set_role(alice, ours, bob.user, VIEWER)
    assert bob.post(rename, {"title": "By Bob"}).status_code == 403
    set_role(alice, ours, vera.user, OWNER)
    assert vera.get(f"/settings/teams/{ours.pk}/").status_code == 200


def test_whoever_is_removed_sees_nothing_from_then_on(alice, bob, ours):
    message = bob.finish(bob.ask("What I wrote"))
    conversation = f"/c/{message.conversation_id}/"
    with bob.socket() as socket:
        socket.watch(f"conversation:{message.conversation_id}")
        socket.settle()
        assert remove(alice, ours, bob.user).status_code == 302
        assert bob.get(conversation).status_code == 404
        assert "What I wrote" not in bob.get("/").text
        assert socket.until(lambda frame: frame.get("unknown"), timeout=5)
    assert "belong to no team" in bob.get("/settings/").text
    # It is the team's.
    assert "What I wrote" in alice.get(conversation).text
    # Whoever comes back finds the account as it was left.
    path = invite(alice, email="bob@example.org", role=VIEWER)
    assert post(bob, path).status_code == 302
    assert bob.get(conversation).status_code == 200


def test_a_team_keeps_an_owner(alice, bob, ours):
    page = alice.get(f"/settings/teams/{ours.pk}/").text
    assert "the only one" in page and "Remove Alice" not in page
    for answer in (set_role(alice, ours, alice.user, MEMBER), remove(alice, ours, alice.user)):
        assert answer.status_code == 409 and "keeps an owner" in answer.text
    assert role_of(alice.user, ours) == OWNER
    # One who can no longer sign in does not count.
    set_role(alice, ours, bob.user, OWNER)
    User.objects.filter(pk=bob.user.pk).update(is_active=False)
    assert remove(alice, ours, alice.user).status_code == 409
    User.objects.filter(pk=bob.user.pk).update(is_active=True)
    answer = set_role(alice, ours, alice.user, VIEWER)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/")
    assert alice.get(f"/settings/teams/{ours.pk}/").status_code == 403


def test_an_owner_may_leave_when_there_is_another(alice, bob, ours):
    set_role(alice, ours, bob.user, OWNER)
    answer = remove(alice, ours, alice.user)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/")
    assert role_of(alice.user, ours) is None


def test_two_owners_who_demote_each_other_at_once(alice, bob, ours):
    for _ in range(5):
        Membership.objects.filter(user__in=[alice.user, bob.user]).update(role=OWNER)
        barrier = Barrier(2)

        def demote(person, other, barrier=barrier):
            barrier.wait(10)
            set_role(person, ours, other.user, VIEWER)

        threads = [Thread(target=demote, args=pair) for pair in ((alice, bob), (bob, alice))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert Membership.objects.filter(team=ours, role=OWNER).count() == 1


def test_the_last_owner_is_kept_whoever_asks(people, ours):
    with pytest.raises(LastOwner):
        Membership.objects.get(user=people["alice"]).remove()
    assert role_of(people["alice"], ours) == OWNER


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


def test_names_on_the_page_are_text(alice, bob, ours):
    evil = '"><img src=x onerror=alert(1)>{{7*7}}'
    User.objects.filter(pk=bob.user.pk).update(name=evil)
    ours.name = evil
    ours.save()
    path = invite(alice, name=evil)
    for page in (alice.get(f"/settings/teams/{ours.pk}/"), alice.get(path)):
        assert "<img" not in page.text and html.escape(evil) in page.text
