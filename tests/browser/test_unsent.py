"""What was set in a new chat and not sent yet: this browser keeps it, for the person who set it."""

import pytest
from playwright.sync_api import expect

from apps.conversations.models import Conversation
from apps.parameters.models import Preset
from tests.browser.page import sign_in
from tests.browser.test_presets import control, opened, says_of_itself, told
from tests.upstream import says

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_set_in_a_new_chat_outlives_a_reload_and_goes_with_the_first_message(server, chat):
    server.upstream.default = says("Yes")
    chat.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    control(chat, "System message").fill("You are a pirate.")
    chat.by("searchbox", "Search parameters").fill("reasoning effort")
    control(chat, "Reasoning effort").select_option("low")
    chat.page.reload()
    expect(control(chat, "System message")).to_have_value("You are a pirate.")
    expect(control(chat, "Reasoning effort")).to_be_visible()
    expect(control(chat, "Reasoning effort")).to_have_value("low")
    expect(chat.by("combobox", "Model")).to_have_value("openai/gpt-oss-20b")
    chat.send("Hi")
    chat.answered("Yes")
    asked = server.turns[-1].json
    assert (asked["model"], asked["messages"][0]["content"], asked["reasoning_effort"]) == (
        "openai/gpt-oss-20b",
        "You are a pirate.",
        "low",
    )
    chat.open("/")
    expect(chat.box).to_be_enabled()
    expect(control(chat, "System message")).to_have_value("")
    assert chat.page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('draft'))") == []


def test_a_new_chat_keeps_its_preset_and_what_differs_from_it(server, chat, steady):
    server.upstream.default = says("Yes")
    opened(chat).get_by_role("button", name="Apply Steady").click()
    told(chat, "“Steady” is applied.")
    control(chat, "Temperature").fill("0.9")
    says_of_itself(chat, "Steady, 1 difference")
    chat.page.reload()
    says_of_itself(chat, "Steady, 1 difference")
    expect(control(chat, "Temperature")).to_have_value("0.9")
    chat.send("Hi")
    chat.answered("Yes")
    assert Conversation.objects.get().preset == steady


def test_a_preset_that_a_link_names_counts_for_more_than_what_was_not_sent(chat, ours, people):
    other = Preset.keep(ours, people["alice"], name="Bold", parameters={"temperature": 1.5})
    control(chat, "Temperature").fill("0.9")
    chat.page.reload()
    expect(control(chat, "Temperature")).to_have_value("0.9")
    chat.open(f"/?preset={other.pk}")
    says_of_itself(chat, "Bold")
    expect(control(chat, "Temperature")).to_have_value("1.5")


def test_nobody_else_finds_what_was_not_sent(chat, bob, server):
    chat.box.fill("My secret plan")
    control(chat, "System message").fill("You are a pirate.")
    chat.page.reload()
    expect(chat.box).to_have_value("My secret plan")
    expect(control(chat, "System message")).to_have_value("You are a pirate.")
    sign_in(chat.page.context, server, bob)
    chat.open("/")
    expect(chat.box).to_be_visible()
    expect(chat.box).to_have_value("")
    expect(control(chat, "System message")).to_have_value("")


def test_a_new_chat_keeps_its_api(server, chat):
    chat.page.get_by_role("radio", name="Responses").click()
    chat.by("searchbox", "Search parameters").fill("metadata")
    expect(control(chat, "Metadata")).to_be_enabled()
    chat.page.reload()
    expect(chat.page.get_by_role("radio", name="Responses")).to_be_checked()
    # The other way goes on from there.
    chat.page.get_by_role("radio", name="Chat").click()
    expect(chat.page.get_by_role("radio", name="Chat")).to_be_checked()
    chat.page.reload()
    expect(chat.page.get_by_role("radio", name="Chat")).to_be_checked()
