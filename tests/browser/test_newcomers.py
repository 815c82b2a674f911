"""What somebody meets who has never seen the product: drawers, limits, long messages, no API, a viewer's first look."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from apps.catalog import catalog
from tests.browser.test_access import violations
from tests.upstream import sends

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def narrow(open_browser, alice):
    return open_browser(alice, viewport={"width": 360, "height": 740}).open("/")


@pytest.mark.parametrize("drawer, inside", [("Conversations", "Search conversations"), ("Parameters", "Temperature")])
def test_a_drawer_has_a_button_that_closes_it(narrow, drawer, inside):
    narrow.by("button", drawer).click()
    expect(narrow.page.get_by_label(inside)).to_be_visible()
    assert violations(narrow) == ""
    narrow.by("button", f"Close {drawer.lower()}").click()
    expect(narrow.page.get_by_label(inside)).to_be_hidden()
    expect(narrow.by("button", drawer)).to_be_focused()


def test_where_there_are_no_drawers_nothing_closes(chat):
    expect(chat.by("button", "Close conversations")).to_be_hidden()
    expect(chat.by("button", "Close parameters")).to_be_hidden()


def test_a_parameter_says_itself_what_is_wrong_with_it(server, chat):
    server.upstream.says("Fine")
    chat.send("Hello")
    chat.answered("Fine")
    kept = []
    chat.page.on("request", lambda request: request.url.endswith("/settings/") and kept.append(request.url))
    for name, wrong, words in [
        ("Temperature", "2.5", "From 0 to 2."),
        ("Max completion tokens", "0", "From 1 to 2000000."),
        ("Seed", "1.5", "A whole number is needed."),
        ("Stop sequences", "a\nb\nc\nd\ne", "At most 4 lines; these are 5."),
    ]:
        control = chat.page.get_by_label(name)
        control.fill(wrong)
        expect(control).to_have_attribute("aria-invalid", "true")
        expect(control).to_have_accessible_description(re.compile(f"^{re.escape(words)} "))
    assert violations(chat) == ""
    chat.page.wait_for_timeout(600)
    assert kept == []
    for name in ("Max completion tokens", "Seed", "Stop sequences"):
        chat.page.get_by_label(name).fill("")
    with chat.page.expect_response("**/settings/") as answer:
        chat.page.get_by_label("Temperature").fill("1.5")
    assert answer.value.status == 204
    expect(chat.page.get_by_label("Temperature")).not_to_have_attribute("aria-invalid", "true")
    expect(chat.page.locator(".inspector .error").filter(has_text=".")).to_have_count(0)


def test_a_long_message_is_cut_and_opens(server, chat):
    server.upstream.says("Read").says("Again")
    chat.send("\n".join(f"Line {number}" for number in range(100)))
    chat.answered("Read")
    message = chat.by("article", "User message").first
    end = message.get_by_text("Line 99")
    button = message.get_by_role("button", name="Show all")
    expect(button).to_have_attribute("aria-expanded", "false")
    height = message.bounding_box()["height"]
    assert height < 860 and violations(chat) == ""
    button.click()
    less = message.get_by_role("button", name="Show less")
    expect(less).to_have_attribute("aria-expanded", "true")
    assert message.bounding_box()["height"] > 2000
    # What was opened stays open, whatever else changes in the log.
    chat.send("Short")
    chat.answered("Again")
    chat.by("button", "Regenerate").last.click()
    expect(chat.by("button", "Previous branch")).to_be_visible()
    assert message.bounding_box()["height"] > 2000
    less.click()
    expect(button).to_be_visible()
    assert abs(message.bounding_box()["height"] - height) < 2
    expect(chat.by("article", "User message").last.get_by_role("button", name="Show all")).to_be_hidden()
    chat.page.reload()
    expect(button).to_be_visible()
    expect(end).to_be_attached()


def test_the_button_of_an_alert_stays_in_its_corner(server, narrow):
    narrow.page.context.clear_cookies(name="session")
    narrow.box.fill("Hello")
    narrow.by("button", "Send").click()
    alert = narrow.by("alert")
    whole, button = alert.bounding_box(), narrow.by("button", "Dismiss").bounding_box()
    assert button["y"] - whole["y"] < 8 and whole["x"] + whole["width"] - button["x"] - button["width"] < 8
    words = alert.locator("strong").bounding_box()
    assert words["x"] + words["width"] <= button["x"]
    narrow.by("button", "Dismiss").click()
    expect(alert).to_have_count(0)


@pytest.mark.parametrize("width", [1360, 800, 360])
def test_without_an_api_the_conversations_are_there(server, open_browser, alice, settings, width):
    server.upstream.says("From before")
    alice.finish(alice.ask("An old question"))
    settings.GROQ_BASE_URL = settings.GROQ_API_KEY = ""
    server.call(server.hang_up)
    catalog.forget()
    chat = open_browser(alice, viewport={"width": width, "height": 740}).open("/")
    expect(chat.by("heading", "No API is connected yet")).to_be_visible()
    assert violations(chat) == ""
    for part in ("html", ".scroll"):
        assert chat.page.locator(part).evaluate("part => part.scrollWidth <= part.clientWidth")
    assert chat.page.locator(".scroll li").evaluate_all("items => items.every(item => item.scrollWidth <= item.clientWidth)")
    if width < 640:
        chat.by("button", "Conversations").click()
    chat.by("link", "An old question").click()
    expect(chat.answers).to_contain_text("From before")


def test_a_viewer_hears_so_before_the_first_message(open_browser, vera):
    chat = open_browser(vera).open("/")
    expect(chat.box).to_be_disabled()
    expect(chat.page.get_by_text("Choose Team to see what was asked.")).to_be_visible()
    expect(chat.box).to_have_attribute("placeholder", "You may look at what the team asks. Asking needs the role member or owner.")


def test_a_message_waits_for_the_list_of_models_and_goes_once(server, open_browser, alice):
    whole = json.dumps({"object": "list", "data": server.upstream.models}).encode()
    kind = {"content-type": "application/json"}
    server.upstream.plays(sends(whole[:9], whole[9:], pause=1.5, headers=kind), path="/openai/v1/models").says("At last")
    chat = open_browser(alice)
    # Our script comes late, so that htmx has heard of the form before.
    chat.page.route("**/js/app*.js", lambda route: time.sleep(0.5) or route.continue_())
    chat.open("/")
    sent = []
    chat.page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    chat.send("Hello")
    expect(chat.by("status").filter(has_text="as soon as the list of models is here")).to_be_visible()
    chat.answered("At last")
    expect(chat.page.get_by_role("alert")).to_have_count(0)
    assert len([url for url in sent if url.endswith("/messages/")]) == 1


def test_the_menu_of_a_conversation_opens_under_its_button(chat):
    button = chat.by("button", "Conversation menu")
    button.click()
    menu = chat.page.locator("#chat-menu")
    expect(menu).to_be_visible()
    above, below = button.bounding_box(), menu.bounding_box()
    assert 0 <= below["y"] - (above["y"] + above["height"]) < 16
    assert abs(below["x"] + below["width"] - (above["x"] + above["width"])) < 16
    assert below["width"] < 240


def test_the_menu_of_a_conversation_fits_a_narrow_screen(narrow):
    narrow.by("button", "Conversation menu").click()
    menu = narrow.page.locator("#chat-menu")
    expect(menu).to_be_visible()
    box = menu.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["width"] < 240


def test_what_a_model_takes_is_told_with_its_unit(chat):
    expect(chat.page.locator("parameter-panel .family")).to_have_text(re.compile(r"answers up to [\d,]+ tokens$"))


def test_words_that_lead_nowhere_do_not_look_like_a_link(server, chat):
    server.upstream.says("Fine")
    chat.send("Hello")
    chat.answered("Fine")
    asked = chat.by("article", "User message").locator(".said")
    assert asked.evaluate("element => getComputedStyle(element).cursor") == "auto"


def test_the_palette_leads_to_every_place_of_the_rail(chat):
    places = chat.page.locator("nav.rail a span").all_inner_texts()
    chat.page.keyboard.press("Control+k")
    assert places == ["Chat", "Audio", "Speech", "Settings"]
    for place in places:
        expect(chat.by("option", f"{place} Place")).to_have_count(1)
