"""For everybody: without violations, by keyboard only, on a narrow screen, in both themes, from right to left."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from apps.conversations.models import Conversation

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = (
    "A [link](https://example.org), `code`, a list:\n\n- one\n- two\n\n```python\nprint('hi')  # words\n```\n\n"
    "| a | b |\n|-|-|\n| 1 | 2 |\n\n$x$ .\n"
)


def violations(chat):
    """What axe-core finds wrong, as text. It sets styles while it looks, which our policy blocks and the console tells."""
    chat.examined = True
    found = Axe().run(chat.page)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1360, 860), (800, 700), (360, 740)], ids=["wide", "medium", "narrow"])
def test_axe_finds_nothing(server, open_browser, alice, scheme, size):
    server.upstream.says(ANSWER).refuses(400, "No, not like that.").says("Half", hang=True)
    chat = open_browser(alice, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}).open("/")
    assert violations(chat) == ""
    chat.send("Show everything")
    chat.answered("code")
    chat.by("button", "Details").last.click()
    expect(chat.by("tabpanel", "Request").get_by_label("Request body")).to_be_visible()
    chat.send("Now fail")
    expect(chat.answers.last.get_by_role("alert")).to_contain_text("No, not like that.")
    chat.send("Now stream")
    expect(chat.answers.last).to_contain_text("Half")
    assert violations(chat) == ""


@pytest.mark.parametrize("path", ["/settings/", "/accounts/password/set/", "/nothing/here/"])
def test_axe_finds_nothing_on_the_other_pages(open_browser, alice, path):
    chat = open_browser(alice).open(path)
    assert violations(chat) == ""


def test_axe_finds_nothing_on_the_sign_in_page(open_browser, alice):
    chat = open_browser(alice)
    chat.page.context.clear_cookies()
    chat.open("/")
    expect(chat.by("heading", "Sign in")).to_be_visible()
    assert violations(chat) == ""


def test_by_keyboard_only(server, chat):
    server.upstream.says("Hello", hang=True).says("Second")
    keys = chat.page.keyboard
    expect(chat.box).to_be_focused()
    keys.type("First line")
    keys.press("Shift+Enter")
    keys.type("second line")
    keys.press("Enter")
    expect(chat.answers).to_contain_text("Hello")
    assert server.upstream.requests[-1].json["messages"][-1]["content"] == "First line\nsecond line"
    expect(chat.box).to_be_focused()
    keys.press("Escape")
    expect(chat.answers).to_contain_text("Stopped.")
    keys.type("And again")
    keys.press("Control+Enter")
    chat.answered("Second")
    keys.press("Control+k")
    palette = chat.by("combobox", "Go to")
    expect(palette).to_be_focused()
    keys.type("Settings")
    expect(chat.by("dialog", "Go to").get_by_role("option")).to_have_count(1)
    keys.press("Enter")
    expect(chat.by("heading", "Settings")).to_be_visible()
    keys.press("?")
    expect(chat.by("dialog", "Keys")).to_be_visible()
    keys.press("Escape")
    expect(chat.by("dialog", "Keys")).to_be_hidden()
    keys.press("Control+Shift+O")
    expect(chat.by("heading", "New chat")).to_be_visible()


def test_everything_is_reached_by_tab_in_the_order_of_the_page(chat):
    names = []
    for _ in range(50):
        chat.page.keyboard.press("Tab")
        name = chat.page.evaluate(
            "document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText"
        )
        names.append((name or "").strip().split("\n")[0])
    for wanted in [
        "Skip to content",
        "Chat",
        "Settings",
        "New chat",
        "Search conversations",
        "Model",
        "Message",
        "Temperature",
        "Seed",
    ]:
        assert wanted in names, (wanted, names)


def test_on_a_narrow_screen_nothing_runs_out_of_it(server, open_browser, alice):
    long = "x" * 300 + "\n\n```\n" + "y" * 300 + "\n```\n\n|" + " wide column |" * 12 + "\n|" + "-|" * 12 + "\n|" + " cell |" * 12
    server.upstream.says(long)
    chat = open_browser(alice, viewport={"width": 360, "height": 740}).open("/")
    chat.send("A very long word: " + "z" * 200)
    chat.answered("x" * 300)
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert chat.page.evaluate("document.querySelector('chat-log').scrollWidth <= document.querySelector('chat-log').clientWidth")
    chat.by("button", "Parameters").click()
    expect(chat.page.get_by_label("Temperature")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_label("Temperature")).to_be_hidden()
    chat.by("button", "Conversations").click()
    expect(chat.by("searchbox", "Search conversations")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.by("searchbox", "Search conversations")).to_be_hidden()
    chat.box.fill("line\n" * 40)
    expect(chat.by("button", "Send")).to_be_in_viewport()


@pytest.mark.parametrize("width", [320, 360, 639, 640, 800])
def test_a_narrow_header_has_the_title_above_and_room_for_the_model_below(server, open_browser, alice, width):
    server.upstream.says("Fine")
    chat = open_browser(alice, viewport={"width": width, "height": 640}, has_touch=True).open("/")
    chat.send("Explain in three sentences why the sky is blue.")
    chat.answered("Fine")
    top = [chat.by("heading", "Explain in three sentences why the sky is blue."), chat.by("button", "Conversation menu")]
    below = [chat.by("combobox", "Model"), chat.by("button", re.compile("^Preset"))]
    rows = [[found.bounding_box() for found in row] for row in (top, below)]
    assert max(box["y"] for box in rows[0]) < min(box["y"] for box in rows[1])
    assert rows[1][0]["width"] > 0.5 * (rows[1][1]["x"] + rows[1][1]["width"] - rows[1][0]["x"])
    assert chat.page.locator(".chat-header").bounding_box()["height"] < 110


def test_on_a_phone_a_message_has_the_width_of_the_page(server, open_browser, alice):
    server.upstream.says("Fine")
    chat = open_browser(alice, viewport={"width": 360, "height": 740}).open("/")
    chat.send("A question of so many words that they do not stand in one line of a phone")
    chat.answered("Fine")
    assert chat.page.locator(".message.user .said").bounding_box()["width"] > 280


def test_a_new_chat_begins_at_its_beginning(open_browser, alice):
    chat = open_browser(alice, viewport={"width": 680, "height": 400}).open("/")
    expect(chat.by("heading", "What do you want to try?")).to_be_in_viewport(ratio=1)
    chat.box.fill("line\n" * 4)
    expect(chat.by("heading", "What do you want to try?")).to_be_in_viewport(ratio=1)
    expect(chat.by("button", "Jump to latest")).to_be_hidden()


def test_the_view_follows_until_the_reader_scrolls_up(server, chat):
    server.upstream.says("\n\n".join(f"Paragraph {n}" for n in range(60)), hang=True)
    chat.send("Write much")
    expect(chat.answers).to_contain_text("Paragraph 59")
    expect(chat.page.get_by_text("Paragraph 59")).to_be_in_viewport()
    chat.page.mouse.move(600, 400)
    chat.page.mouse.wheel(0, -900)
    jump = chat.by("button", "Jump to latest")
    expect(jump).to_be_visible()
    server.upstream.resumes()
    chat.answered("Paragraph 59")
    expect(chat.page.get_by_text("Paragraph 59")).not_to_be_in_viewport()
    jump.click()
    expect(chat.page.get_by_text("Paragraph 59")).to_be_in_viewport()
    expect(jump).to_be_hidden()


def test_the_end_stays_in_view_when_the_draft_grows(server, chat):
    server.upstream.says("\n\n".join(f"Paragraph {n}" for n in range(60)))
    chat.send("Write much")
    chat.answered("Paragraph 59")
    expect(chat.by("button", "Regenerate")).to_be_in_viewport()
    chat.box.fill("line\n" * 8)
    expect(chat.by("button", "Regenerate")).to_be_in_viewport()


def test_right_to_left_text_runs_right_to_left(server, chat):
    server.upstream.says("שלום עולם.\n\nEnglish again.")
    chat.send("مرحبا بالعالم")
    answer = chat.answered("English again.")
    assert answer.locator("p", has_text="שלום").evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert answer.locator("p", has_text="English").evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert chat.by("article", "User message").locator(".said").evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_whoever_may_only_look_is_told_so(server, alice, open_browser, vera):
    server.upstream.says("For all eyes")
    message = alice.finish(alice.ask("Hello"))
    chat = open_browser(vera).open(f"/c/{message.conversation_id}/")
    chat.answered("For all eyes")
    expect(chat.box).to_be_disabled()
    expect(chat.by("button", "Regenerate")).to_have_count(0)
    expect(chat.by("button", "Copy")).to_have_count(2)


def test_an_expired_session_keeps_the_draft(server, open_browser, alice):
    chat = open_browser(alice).open("/")
    chat.box.fill("Precious words")
    chat.page.context.clear_cookies(name="session")
    chat.by("button", "Send").click()
    alert = chat.by("alert")
    expect(alert).to_contain_text("signed out")
    expect(alert.get_by_role("link", name="Sign in")).to_be_visible()
    expect(chat.box).to_have_value("Precious words")
    alice.user.set_password("a long enough pass phrase")
    alice.user.save()
    alert.get_by_role("link", name="Sign in").click()
    chat.page.get_by_label("E-mail").fill(alice.user.email)
    chat.page.get_by_label("Password").fill("a long enough pass phrase")
    chat.by("button", "Sign in").click()
    expect(chat.box).to_have_value("Precious words")
    assert Conversation.objects.count() == 0


def test_what_the_page_reads_after_the_session_has_expired_disturbs_nothing(server, chat):
    chat.box.fill("Precious words")
    expect(chat.by("combobox", "Model").locator("option[value='openai/gpt-oss-20b']")).to_be_attached()
    chat.page.context.clear_cookies(name="session")
    family = chat.page.locator("parameter-panel .family")
    said = family.text_content()
    with chat.page.expect_response(lambda answer: "model=openai" in answer.url) as told:
        chat.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    # Refused, and no page that signs in: the page would take that for what it asked for.
    assert told.value.status == 401
    expect(family).to_have_text(said)
    expect(chat.box).to_have_value("Precious words")


def test_copy_gives_what_the_model_wrote(server, chat):
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    server.upstream.says("Some **bold** words\n\n```python\nprint(1)\n```")
    chat.send("Copy me")
    answer = chat.answered("bold")
    answer.get_by_role("button", name="Copy code").click()
    chat.until("navigator.clipboard.readText().then(t => t.trim() === 'print(1)')")
    answer.get_by_role("button", name="Copy", exact=True).click()
    chat.until("navigator.clipboard.readText().then(t => t.startsWith('Some **bold** words'))")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 360])
def test_an_owner_invites_and_a_newcomer_joins(open_browser, alice, scheme, width):
    chat = open_browser(alice, color_scheme=scheme, viewport={"width": width, "height": 740}).open("/settings/")
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.by("link", "Invite and manage people").click()
    chat.page.get_by_label("E-mail").fill("nora@example.org")
    chat.by("button", "Make an invite link").click()
    link = chat.by("textbox", "Invite link")
    expect(link).to_be_focused()
    path = link.input_value()
    chat.by("button", "Copy").click()
    chat.until("path => navigator.clipboard.readText().then(text => text === path)", arg=path)
    chat.by("button", "Remove Bob").click()
    expect(chat.by("dialog", "Remove Bob from the team?")).to_be_visible()
    chat.by("button", "Cancel").click()
    chat.by("combobox", "Role of Vera").select_option("Owner")
    chat.by("button", "Change the role of Vera").click()
    expect(chat.by("combobox", "Role of Vera")).to_have_value("owner")
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(chat) == ""
    chat.page.context.clear_cookies(name="session")
    chat.open(path)
    assert violations(chat) == ""
    chat.page.get_by_label("Name").fill("Nora")
    chat.page.get_by_label("Password", exact=True).fill("a long enough pass phrase")
    chat.page.get_by_label("Password again").fill("a long enough pass phrase")
    chat.by("button", "Join").click()
    expect(chat.box).to_be_focused()
