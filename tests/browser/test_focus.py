"""Whoever works with the keyboard stays where they were, whatever is drawn anew under their hands."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def press(button):
    button.focus()
    button.press("Enter")


def test_the_focus_stays_on_an_answer_that_is_asked_for_again(server, chat):
    server.upstream.says("First").says("Second").says("Another", hang=True)
    for text in ("First", "Second"):
        chat.send("Hello?")
        chat.answered(text)
    press(chat.by("button", "Regenerate").last)
    expect(chat.answers.last).to_contain_text("Another")
    expect(chat.answers.last).to_be_focused()
    server.upstream.resumes()
    chat.answered("Another")
    expect(chat.answers.last).to_be_focused()
    chat.page.keyboard.press("Tab")
    expect(chat.by("button", "Previous branch")).to_be_focused()


def test_the_focus_stays_on_an_answer_that_failed_and_is_tried_again(server, chat):
    server.upstream.refuses(400, "No.").says("Yes")
    chat.send("Hello?")
    press(chat.by("button", "Retry"))
    chat.answered("Yes")
    expect(chat.answers.last).to_be_focused()


def test_the_focus_stays_on_the_button_that_leafs_through_the_branches(server, chat):
    server.upstream.says("One").says("Two").says("Three")
    chat.send("Hello?")
    chat.answered("One")
    for text in ("Two", "Three"):
        chat.by("button", "Regenerate").click()
        chat.answered(text)
    back = chat.by("button", "Previous branch")
    press(back)
    chat.answered("Two")
    expect(back).to_be_focused()
    chat.page.keyboard.press("Enter")
    chat.answered("One")
    expect(chat.answers).to_be_focused()


def choose(chat, name):
    """From the menu of the conversation, by keyboard."""
    press(chat.by("button", "Conversation menu"))
    press(chat.page.locator("#chat-menu").get_by_role("button", name=name))


def test_a_dialog_that_a_menu_opened_gives_the_focus_back_to_the_button_of_the_menu(server, chat):
    server.upstream.says("Fine")
    chat.send("A title")
    chat.answered("Fine")
    for name in ("Rename", "Import request", "Delete", "Keys"):
        choose(chat, name)
        expect(chat.by("dialog")).to_be_visible()
        chat.page.keyboard.press("Escape")
        expect(chat.by("button", "Conversation menu")).to_be_focused()
    choose(chat, "Rename")
    chat.page.keyboard.type("Another title")
    chat.page.keyboard.press("Enter")
    expect(chat.by("heading", "Another title")).to_be_visible()
    expect(chat.by("button", "Conversation menu")).to_be_focused()


def test_the_title_is_changed_from_what_it_is_by_now(server, chat, open_browser, alice):
    server.upstream.says("Fine")
    chat.send("A title")
    chat.answered("Fine")
    other = open_browser(alice).open(chat.page.url)
    choose(chat, "Rename")
    chat.page.keyboard.type("Changed")
    chat.page.keyboard.press("Enter")
    expect(other.by("heading", "Changed")).to_be_visible()
    choose(other, "Rename")
    expect(other.by("textbox", "Title")).to_have_value("Changed")
