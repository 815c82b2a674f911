"""Flex without room, a rate limit that counts down, and the gauge, as a person meets them."""

import re

import pytest
from playwright.sync_api import expect

from apps.conversations.runs import gauge
from tests.browser.test_access import violations

pytestmark = pytest.mark.django_db(transaction=True)

NO_ROOM = {"code": "capacity_exceeded", "message": "capacity_exceeded"}
SPENT = {
    "x-ratelimit-limit-requests": "14400",
    "x-ratelimit-remaining-requests": "14399",
    "x-ratelimit-reset-requests": "6s",
    "x-ratelimit-limit-tokens": "6000",
    "x-ratelimit-remaining-tokens": "120",
    "x-ratelimit-reset-tokens": "2s",
}


def choose_flex(chat, fall_back=False):
    chat.by("searchbox", "Search parameters").fill("tier")
    chat.page.get_by_label("Service tier", exact=True).select_option("flex")
    if fall_back:
        chat.by("checkbox", "Fall back to on demand").check()


def test_flex_without_room_is_tried_again_in_sight_then_the_person_chooses(server, chat):
    server.upstream.refuses(498, times=3, **NO_ROOM).says("On demand", delay=0.2)
    choose_flex(chat)
    chat.send("Hello?")
    running = chat.by("status").filter(has_text="The flex tier has no room now")
    expect(running).to_have_text(re.compile(r"^The flex tier has no room now; trying again in \d\.\d s \(2 of 3\)$"))
    expect(running).to_have_text(re.compile(r"trying again in \d\.\d s \(3 of 3\)$"))
    expect(chat.by("button", "Try flex again")).to_be_visible()
    expect(chat.answers.get_by_text("tier flex")).to_be_visible()
    assert violations(chat) == ""
    assert len(server.turns) == 3
    chat.by("button", "Ask on demand").click()
    chat.answered("On demand")
    assert server.turns[-1].json["service_tier"] == "on_demand"
    # What was chosen for once is not what is set.
    expect(chat.page.get_by_label("Service tier", exact=True)).to_have_value("flex")
    chat.by("button", "Previous branch").click()
    server.upstream.says("Flex again")
    chat.by("button", "Try flex again").click()
    chat.answered("Flex again")
    assert server.turns[-1].json["service_tier"] == "flex"


def test_falling_back_by_a_setting_is_told_on_the_answer_and_the_setting_stays(server, chat):
    server.upstream.refuses(498, times=3, **NO_ROOM).says("Here it is", delay=0.5)
    choose_flex(chat, fall_back=True)
    chat.send("Hello?")
    expect(chat.by("status").filter(has_text="The flex tier has no room: asking on demand")).to_be_visible()
    answer = chat.answered("Here it is")
    expect(answer).to_contain_text("Flex had no room (3 tries): answered on demand.")
    expect(answer.get_by_text("flex → on_demand")).to_be_visible()
    chat.by("button", "Details").last.click()
    answer.get_by_role("tab", name="Response").click()
    expect(answer.get_by_text("Service tier used")).to_be_visible()
    assert violations(chat) == ""
    chat.page.reload()
    box = chat.by("checkbox", "Fall back to on demand")
    expect(box).to_be_checked()
    # Once begun, the inspector keeps it by itself.
    with chat.page.expect_response(re.compile("/settings/$")) as kept:
        box.uncheck()
    assert kept.value.status == 204
    chat.page.reload()
    expect(box).not_to_be_checked()
    chat.by("button", "Reset").click()
    expect(chat.page.get_by_label("Service tier", exact=True)).to_have_value("")


def test_reset_and_search_know_the_box_too(server, chat):
    chat.by("searchbox", "Search parameters").fill("fall back")
    box = chat.by("checkbox", "Fall back to on demand")
    box.check()
    chat.by("button", "Reset").click()
    expect(box).not_to_be_checked()


def test_a_rate_limit_counts_down_and_is_cancelled_where_it_stands(server, chat):
    server.upstream.refuses(429, "Limit 6000, used 5900.", headers={"retry-after": "75"}).says("Now")
    chat.send("Hello?")
    line = chat.by("status").filter(has_text="Rate limit: trying again in")
    expect(line).to_have_text(re.compile(r"in 1 min \d+ s \(2 of 3\)$"))
    before = line.inner_text()
    expect(line).not_to_have_text(before)
    expect(chat.answers).to_contain_text("Limit 6000, used 5900.")
    assert violations(chat) == ""
    chat.by("button", "Cancel").click()
    expect(chat.answers).to_contain_text("Stopped while waiting to try again.")
    expect(chat.answers).to_contain_text("Limit 6000, used 5900.")
    expect(chat.box).to_be_focused()
    # It may be asked again when the API said so; other ways stay open.
    expect(chat.by("button", "Retry")).to_be_disabled()
    expect(chat.by("button", "Take back and edit")).to_be_enabled()
    assert len(server.turns) == 1
    chat.by("button", "Regenerate").click()
    chat.answered("Now")


def test_escape_ends_the_wait_as_well(server, chat):
    server.upstream.refuses(429, "Slow down.", headers={"retry-after": "60"})
    chat.send("Hello?")
    expect(chat.by("button", "Cancel")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.answers).to_contain_text("Stopped while waiting to try again.")
    expect(chat.answers).to_contain_text("Slow down.")


def test_a_wait_that_is_over_lets_the_person_press_and_presses_nothing(server, chat):
    server.upstream.refuses(429, "Slow down.", headers={"retry-after": "2.5"}).says("Thank you for waiting")
    chat.send("Hello?")
    chat.by("button", "Cancel").click()
    again = chat.by("button", "Retry")
    expect(again).to_be_disabled()
    chat.page.evaluate("document.activeElement.blur()")
    expect(chat.answers).to_contain_text("The API takes requests again.")
    expect(again).to_be_enabled()
    expect(again).to_be_focused()
    assert len(server.turns) == 1
    chat.page.keyboard.press("Enter")
    chat.answered("Thank you for waiting")


def test_a_viewer_sees_the_countdown_and_cancels_nothing(server, chat, open_browser, vera):
    server.upstream.refuses(429, "Slow down.", headers={"retry-after": "60"})
    chat.send("Hello?")
    expect(chat.by("button", "Cancel")).to_be_visible()
    hers = open_browser(vera).open(chat.page.url)
    expect(hers.by("status").filter(has_text="Rate limit: trying again in")).to_be_visible()
    expect(hers.by("button", "Cancel")).to_be_hidden()
    chat.by("button", "Cancel").click()
    expect(hers.answers).to_contain_text("Stopped while waiting to try again.")


def test_the_gauge_shows_what_is_left_and_when_it_comes_back(server, chat):
    gauge.forget()
    chat.page.reload()
    button = chat.by("button", "Rate limits")
    expect(button).to_be_hidden()
    server.upstream.says("Hello", headers=SPENT)
    chat.send("Hi")
    chat.answered("Hello")
    expect(button).to_be_visible()
    button.click()
    panel = chat.by("region", "Rate limits")
    expect(panel).to_contain_text("14,399 of 14,400 left")
    expect(panel).to_contain_text("120 of 6,000 left")
    expect(panel).to_contain_text(re.compile(r"whole again in \d\.\d s"))
    expect(panel).to_contain_text("llama-3.3-70b-versatile")
    assert violations(chat) == ""
    # After the time that the API told, it has come back.
    expect(panel).to_contain_text("6,000 of 6,000 left")
    chat.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    # Of another model nothing is known.
    chat.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    expect(button).to_be_hidden()
    chat.by("combobox", "Model").select_option("llama-3.3-70b-versatile")
    expect(button).to_be_visible()
