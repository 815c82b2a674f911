"""The life of a chat in a real browser."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from apps.conversations.models import Conversation
from tests.upstream import says
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

MARKDOWN = """Here is **bold** text.

1. one
2. two

```python
print("hi")
```

| a | b |
|---|---|
| 1 | 2 |

$x^2$ and the end."""


def test_a_message_is_answered_and_a_reload_shows_the_same(server, chat):
    server.upstream.says(MARKDOWN, rate=200)
    chat.send("Show me")
    answer = chat.answered("and the end.")
    expect(answer.locator("strong")).to_have_text("bold")
    expect(answer.locator("table")).to_be_visible()
    expect(answer.locator("math")).to_be_visible()
    expect(chat.by("heading", "Show me")).to_be_visible()
    assert "/c/" in chat.page.url
    before = answer.locator(".prose").inner_html()
    chat.page.reload()
    assert chat.answered("and the end.").locator(".prose").inner_html() == before
    expect(chat.by("link", "Show me")).to_have_attribute("aria-current", "page")
    expect(chat.box).to_have_value("")


def test_stop_keeps_what_arrived_and_says_so(server, chat):
    server.upstream.says("Half a", hang=True)
    chat.send("Go on")
    expect(chat.answers).to_contain_text("Half a")
    expect(chat.answers).to_have_attribute("aria-busy", "true")
    expect(chat.by("button", "Send")).to_be_hidden()
    chat.by("button", "Stop").click()
    expect(chat.answers).to_contain_text("Stopped.")
    expect(chat.answers).to_contain_text("Half a")
    expect(chat.by("button", "Send")).to_be_visible()
    server.upstream.requests[-1].wait_left()


def test_waiting_is_visible_in_words(server, chat):
    server.upstream.says("At last", delay=4)
    chat.send("Take your time")
    expect(chat.by("status").filter(has_text="waiting for the first token")).to_be_visible()
    # Whole seconds, and which of them this machine has time to show is its own affair.
    expect(chat.by("status").filter(has_text=re.compile(r"waiting for the first token, [1-9] s"))).to_be_visible()
    chat.answered("At last")


def test_reload_in_the_middle_loses_and_doubles_nothing(server, chat):
    words = " ".join(f"word{n}" for n in range(120)) + "."
    server.upstream.says(words, rate=60)
    chat.send("Count")
    expect(chat.answers).to_contain_text("word9")
    chat.page.reload()
    expect(chat.answers).to_contain_text("word0 word1 ")
    answer = chat.answered("word119.")
    assert answer.locator(".prose").inner_text().split() == words.split()


def test_a_second_tab_sees_the_same_and_can_stop(server, chat, open_browser, alice, bob):
    server.upstream.says("Shared text", hang=True)
    chat.send("For all")
    expect(chat.answers).to_contain_text("Shared text")
    other = open_browser(bob).open(chat.page.url)
    expect(other.answers).to_contain_text("Shared text")
    other.by("button", "Stop").click()
    expect(chat.answers).to_contain_text("Stopped.")
    expect(other.answers).to_contain_text("Stopped.")


def test_a_message_sent_in_one_tab_appears_in_the_other(server, chat, open_browser, alice):
    server.upstream.says("First").says("Second answer")
    chat.send("One")
    chat.answered("First")
    other = open_browser(alice).open(chat.page.url)
    other.answered("First")
    chat.send("Two")
    chat.answered("Second answer")
    other.answered("Second answer")
    expect(other.by("article", "User message")).to_have_count(2)


def test_retry_after_a_failure(server, chat):
    server.upstream.refuses(400, "temperature is too high")
    chat.send("Try this")
    alert = chat.answers.get_by_role("alert")
    expect(alert).to_contain_text("temperature is too high")
    server.upstream.says("Now it works")
    chat.by("button", "Retry").click()
    chat.answered("Now it works")
    expect(chat.by("article", "User message")).to_have_count(1)
    chat.by("button", "Previous branch").click()
    expect(chat.answers).to_contain_text("temperature is too high")
    chat.by("button", "Next branch").click()
    chat.answered("Now it works")


def test_a_late_answer_of_the_log_does_not_undo_what_was_done_since(server, chat):
    server.upstream.says("First try").says("Second try")
    chat.send("Again")
    chat.answered("First try")
    chat.by("button", "Regenerate").click()
    chat.answered("Second try")
    chat.by("button", "Previous branch").click()
    chat.answered("First try")
    # The page looks a moment after each news whether it lacks something; here, nothing else shall ask for the log.
    chat.page.wait_for_timeout(500)
    late = []
    chat.page.route("**/log/", lambda route: late.append((route, route.fetch())), times=1)
    chat.page.evaluate("document.body.dispatchEvent(new Event('log-behind'))")
    while not late:
        chat.page.wait_for_timeout(20)
    chat.by("button", "Next branch").click()
    chat.page.wait_for_timeout(500)
    route, response = late.pop()
    with chat.page.expect_event("requestfinished", lambda request: request.url.endswith("/log/")):
        route.fulfill(response=response)
    chat.answered("Second try")
    for _ in range(10):
        chat.page.wait_for_timeout(20)
        assert "Second try" in chat.answers.last.inner_text()


def test_regenerate_keeps_the_first_answer_as_a_branch(server, chat):
    server.upstream.says("First try").says("Second try")
    chat.send("Again")
    chat.answered("First try")
    chat.by("button", "Regenerate").click()
    chat.answered("Second try")
    expect(chat.answers).to_contain_text("2/2")


def test_the_draft_outlives_a_reload_and_a_lost_server(server, chat):
    chat.box.fill("Not sent yet")
    chat.page.reload()
    expect(chat.box).to_have_value("Not sent yet")
    chat.page.context.set_offline(True)
    chat.by("button", "Send").click()
    expect(chat.by("status").filter(has_text="could not be reached")).to_be_visible()
    expect(chat.box).to_have_value("Not sent yet")
    chat.page.context.set_offline(False)
    server.upstream.says("There you are")
    chat.by("button", "Send").click()
    chat.answered("There you are")
    expect(chat.box).to_have_value("")
    chat.open("/")
    expect(chat.box).to_have_value("")


def test_settings_are_sent_and_kept(server, chat):
    server.upstream.default = says("Yes")
    chat.by("textbox", "System message").fill("Be brief.")
    chat.page.get_by_label("Temperature").fill("0.3")
    chat.page.get_by_label("Stop sequences").fill("END\nSTOP")
    chat.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    chat.send("Hi")
    chat.answered("Yes")
    body = server.upstream.requests[-1].json
    assert (body["model"], body["temperature"], body["stop"]) == ("openai/gpt-oss-20b", 0.3, ["END", "STOP"])
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert "top_p" not in body
    expect(chat.by("article", "System message")).to_have_count(1)
    # What was set before the message is kept a moment after the change; that moment has to pass first.
    chat.page.wait_for_timeout(800)
    with chat.page.expect_response("**/settings/"):
        chat.page.get_by_label("Seed").fill("7")
    chat.page.reload()
    expect(chat.page.get_by_label("Seed")).to_have_value("7")
    expect(chat.page.get_by_label("Temperature")).to_have_value("0.3")
    expect(chat.by("combobox", "Model")).to_have_value("openai/gpt-oss-20b")


def test_rename_and_delete(server, chat):
    server.upstream.says("Fine")
    chat.send("A title to change")
    chat.answered("Fine")
    chat.by("button", "Conversation menu").click()
    chat.by("button", "Rename").click()
    chat.by("textbox", "Title").fill("Better title")
    chat.by("dialog", "Rename conversation").get_by_role("button", name="Rename").click()
    expect(chat.by("heading", "Better title")).to_be_visible()
    expect(chat.by("link", "Better title")).to_be_visible()
    chat.by("button", "Conversation menu").click()
    chat.by("button", "Delete").click()
    dialog = chat.by("dialog", "Delete this conversation?")
    dialog.get_by_role("button", name="Keep it").click()
    expect(chat.answers).to_contain_text("Fine")
    chat.by("button", "Conversation menu").click()
    chat.by("button", "Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(chat.by("heading", "New chat")).to_be_visible()
    expect(chat.by("link", "Better title")).to_have_count(0)


def test_a_refused_message_comes_back_into_the_composer(server, chat):
    server.upstream.refuses(400, "This is too long").says("Much better")
    chat.send("First wording")
    expect(chat.answers.get_by_role("alert")).to_contain_text("This is too long.")
    chat.by("button", "Take back and edit").click()
    expect(chat.box).to_have_value("First wording")
    expect(chat.answers).to_have_count(0)
    chat.send("Second wording")
    chat.answered("Much better")
    expect(chat.by("article", "User message").first).to_contain_text("Second wording")


def test_a_model_that_is_gone_leads_to_the_others(server, chat):
    picker = chat.by("combobox", "Model")
    picker.select_option("llama-3.1-8b-instant")
    server.upstream.models[:] = [model for model in server.upstream.models if model["id"] != "llama-3.1-8b-instant"]
    server.upstream.refuses(404, "The model does not exist.").says("Here I am")
    chat.send("Are you there?")
    expect(chat.answers.get_by_role("alert")).to_contain_text("The model does not exist.")
    chat.by("button", "Choose another model").click()
    expect(picker).to_be_focused()
    expect(picker.locator("option", has_text="llama-3.1-8b-instant (no longer offered)")).to_have_count(1)
    with chat.page.expect_response("**/settings/"):
        picker.select_option("openai/gpt-oss-20b")
    chat.by("button", "Retry").click()
    chat.answered("Here I am")
    assert [turn.json["model"] for turn in server.turns] == ["llama-3.1-8b-instant", "openai/gpt-oss-20b"]


def test_another_tab_hears_that_the_conversation_is_gone(server, chat, open_browser, alice):
    server.upstream.says("Short-lived")
    chat.send("Hello")
    chat.answered("Short-lived")
    other = open_browser(alice).open(chat.page.url)
    other.answered("Short-lived")
    chat.by("button", "Conversation menu").click()
    chat.by("button", "Delete").click()
    chat.by("dialog", "Delete this conversation?").get_by_role("button", name="Delete").click()
    expect(other.page.get_by_text("This conversation was deleted")).to_be_visible()
    expect(other.by("link", "Hello")).to_have_count(0)
    expect(chat.page).to_have_url(server.url + "/")


def test_the_days_are_those_of_the_readers_clock(alice, people, ours, open_browser):
    """Six hours ago it was another day for one of the two: for UTC, or for the reader."""
    now = datetime.now(UTC)
    ahead, day = (8, "Today") if now.hour < 6 else (2 - now.hour if now.hour <= 14 else 26 - now.hour, "Yesterday")
    conversation = Conversation.objects.create(team=ours, created_by=people["alice"], title="Some time ago")
    Conversation.objects.filter(pk=conversation.pk).update(updated_at=now - timedelta(hours=6))
    # These names count westwards.
    chat = open_browser(alice, timezone_id=f"Etc/GMT{-ahead:+d}").open("/")
    expect(chat.by("heading", "Yesterday" if day == "Today" else "Today")).to_be_visible()
    until(lambda: any(cookie["name"] == "tz" for cookie in chat.page.context.cookies()))
    chat.page.reload()
    expect(chat.by("heading", day)).to_be_visible()
