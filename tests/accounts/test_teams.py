"""An owner looks after a team: roles, removal, and the doors before each of them."""

import html
from threading import Barrier, Thread

import pytest

from apps.accounts.models import MEMBER, OWNER, VIEWER, Invitation, LastOwner, Membership, User
from tests.accounts.teamwork import invite, post, remove, role_of, set_role
from tests.people import strange_id
from tests.routes import bare

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_role_holds_from_the_next_request_on(alice, vera, bob, ours):
    message = alice.finish(alice.ask("Hello"))
    rename = f"/c/{message.conversation_id}/rename/"
    assert vera.post(rename, {"title": "x"}).status_code == 403
    assert set_role(alice, ours, vera.user, MEMBER).status_code == 302
    # The page says so, once.
    path = f"/settings/teams/{ours.pk}/"
    assert ["The role of Vera is member now." in alice.get(path).text for _ in range(2)] == [True, False]
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


def test_names_on_the_page_are_text(alice, bob, ours):
    evil = '"><img src=x onerror=alert(1)>{{7*7}}'
    User.objects.filter(pk=bob.user.pk).update(name=evil)
    ours.name = evil
    ours.save()
    path = invite(alice, name=evil)
    for page in (alice.get(f"/settings/teams/{ours.pk}/"), alice.get(path)):
        assert "<img" not in page.text and html.escape(evil) in page.text
