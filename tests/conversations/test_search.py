"""Titles are found in whatever case they are asked for, outside of ASCII, too."""

import pytest

from apps.conversations.models import Conversation
from tests.people import HTMX

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["/conversations/", "/palette/"])
@pytest.mark.parametrize("words", ["über", "ÜBER", "Über äpfel", "äpfel", "ÄPFEL"])
def test_a_title_is_found_in_any_case(server, alice, people, ours, path, words):
    for title in ("Über Äpfel", "Nothing of it"):
        Conversation.objects.create(team=ours, created_by=people["alice"], title=title)
    found = alice.get(path, params={"q": words}, headers=HTMX).text
    assert "Über Äpfel" in found
    assert "Nothing of it" not in found
