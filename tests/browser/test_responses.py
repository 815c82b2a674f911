"""Switching a chat to the Responses API and back."""

import pytest
from playwright.sync_api import expect

from apps.groq import chat as completions
from apps.groq import responses
from tests.upstream import says

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_chat_moves_to_the_other_api_and_back(server, chat):
    server.upstream.default = says("It **works**", rate=100)
    expect(chat.by("radio", "Chat completions")).to_be_checked()
    stop = chat.page.get_by_label("Stop sequences")
    stop.fill("END")
    chat.by("radio", "Responses").click()
    dialog = chat.by("dialog", "Switch to Responses?")
    expect(dialog).to_contain_text("Responses have no stop sequences.")
    # Nothing is switched before it is said.
    expect(chat.by("radio", "Chat completions")).to_be_checked()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(stop).to_be_enabled()
    chat.by("radio", "Responses").click()
    dialog.get_by_role("button", name="Switch").click()
    expect(chat.by("radio", "Responses")).to_be_checked()
    expect(stop).to_be_disabled()
    expect(chat.page.get_by_text("Responses have no stop sequences.").last).to_be_visible()
    chat.send("Hi")
    answer = chat.answered("It works")
    expect(answer.locator("strong")).to_have_text("works")
    assert (server.turns[0].path, server.turns[0].json["input"]) == (responses.PATH, [{"role": "user", "content": "Hi"}])
    answer.get_by_role("button", name="Details").click()
    expect(answer.get_by_text("POST /openai/v1/responses")).to_be_visible()
    answer.get_by_role("tab", name="Response").click()
    expect(answer.get_by_text("Responses", exact=True)).to_be_visible()
    chat.page.reload()
    expect(chat.by("radio", "Responses")).to_be_checked()
    expect(stop).to_have_value("END")
    expect(stop).to_be_disabled()
    # Nothing that is set here is unknown there: nothing has to be said.
    with chat.page.expect_response("**/settings/"):
        chat.by("radio", "Chat completions").click()
    expect(stop).to_be_enabled()
    chat.send("And now?")
    expect(chat.answers).to_have_count(2)
    chat.answered("It works")
    assert (server.turns[1].path, server.turns[1].json["stop"]) == (completions.PATH, ["END"])
    chat.page.reload()
    expect(chat.by("radio", "Chat completions")).to_be_checked()


def test_what_is_wrong_is_said_and_nothing_is_switched(server, chat):
    chat.page.get_by_label("Temperature").fill("7")
    chat.by("radio", "Responses").click()
    expect(chat.by("alert").filter(has_text="Not switched")).to_be_visible()
    expect(chat.by("radio", "Chat completions")).to_be_checked()
    chat.page.get_by_label("Temperature").fill("0.7")
    chat.by("radio", "Chat completions").press("ArrowRight")
    expect(chat.by("radio", "Responses")).to_be_checked()
    chat.by("button", "View code").click()
    expect(chat.by("dialog", "Code").get_by_label("curl sample")).to_contain_text("/openai/v1/responses")


def test_stop_in_the_other_api_keeps_what_arrived(server, chat):
    chat.by("radio", "Responses").click()
    expect(chat.by("radio", "Responses")).to_be_checked()
    server.upstream.says("Half a", hang=True)
    chat.send("Go on")
    expect(chat.answers).to_contain_text("Half a")
    chat.by("button", "Stop").click()
    expect(chat.answers).to_contain_text("Stopped.")
    expect(chat.answers).to_contain_text("Half a")


def test_a_viewer_sees_the_api_and_cannot_switch_it(server, chat, open_browser, vera):
    chat.by("radio", "Responses").click()
    expect(chat.by("radio", "Responses")).to_be_checked()
    chat.send("Hi")
    chat.answered("Hello!")
    seen = open_browser(vera).open(chat.page.url)
    expect(seen.by("radio", "Responses")).to_be_checked()
    expect(seen.by("radio", "Chat completions")).to_be_disabled()


def test_reset_empties_what_is_disabled_too(server, chat):
    stop = chat.page.get_by_label("Stop sequences")
    stop.fill("END")
    chat.by("radio", "Responses").click()
    chat.by("dialog", "Switch to Responses?").get_by_role("button", name="Switch").click()
    expect(stop).to_be_disabled()
    chat.send("Hi")
    chat.answered("Hello!")

    def emptied(answer):
        return answer.url.endswith("/settings/") and "END" not in (answer.request.post_data or "")

    with chat.page.expect_response(emptied):
        chat.by("button", "Reset").click()
    chat.page.reload()
    expect(chat.by("radio", "Responses")).to_be_checked()
    expect(stop).to_have_value("")
