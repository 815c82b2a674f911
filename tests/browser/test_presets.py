"""Presets as people use them: what differs shows at once, and nothing on the page is lost for them."""

import pytest
from playwright.sync_api import expect

from apps.catalog import catalog
from apps.conversations.models import Conversation
from apps.parameters.models import Preset
from tests.browser.test_access import violations
from tests.upstream import says
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def control(chat, label):
    return chat.page.locator("#inspector").get_by_label(label, exact=True)


def opened(chat):
    """The open picker."""
    chat.by("button", "Preset").click()
    return chat.by("dialog", "Presets")


def told(chat, words):
    expect(chat.page.locator("preset-picker").get_by_role("status")).to_contain_text(words)


def says_of_itself(chat, words):
    expect(chat.by("button", "Preset")).to_have_accessible_description(words)


def test_what_differs_is_counted_in_groups_that_are_closed(steady, chat, people, ours):
    """A preset's value is missing in the chat, so that its group comes closed, and with a page that never rests, undrawn."""
    conversation = Conversation.objects.create(team=ours, created_by=people["alice"], preset=steady)
    chat.page.add_init_script("window.requestIdleCallback = () => {}")
    chat.open(f"/c/{conversation.pk}/")
    says_of_itself(chat, "Steady, 4 differences")


def test_a_preset_is_saved_left_restored_and_found_again(server, chat):
    server.upstream.default = says("Yes")
    says_of_itself(chat, "None applied")
    chat.send("Hi")
    chat.answered("Yes")
    chat.box.fill("My draft")
    control(chat, "Temperature").fill("0.2")
    control(chat, "System message").fill("Be brief.")
    chat.by("button", "Save preset").click()
    dialog = chat.by("dialog", "Save preset")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("A preset needs a name.")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("Steady")
    dialog.get_by_label("Description").fill("For facts")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    says_of_itself(chat, "Steady")
    told(chat, "“Steady” is saved.")

    control(chat, "Temperature").fill("0.20")
    says_of_itself(chat, "Steady")
    control(chat, "Temperature").fill("0.9")
    says_of_itself(chat, "Steady, 1 difference")
    control(chat, "Seed").fill("7")
    # A setting of the conversation, which no preset holds.
    chat.page.locator("#inspector").get_by_label("Fall back to on demand").evaluate("box => box.click()")
    says_of_itself(chat, "Steady, 2 differences")
    until(lambda: (found := Conversation.objects.get().parameters) and (found["temperature"], found.get("seed")) == (0.9, 7))
    chat.page.reload()
    says_of_itself(chat, "Steady, 2 differences")

    picker = opened(chat)
    applied = picker.get_by_role("region", name="Applied preset")
    expect(applied.get_by_role("listitem")).to_have_text(["Temperature 0.2 → 0.9", "Seed not set → 7"])
    picker.get_by_role("button", name="Apply again").click()
    expect(picker).to_be_hidden()
    expect(control(chat, "Temperature")).to_have_value("0.2")
    expect(control(chat, "Seed")).to_have_value("")
    expect(chat.page.locator("#inspector").get_by_label("Fall back to on demand")).to_be_checked()
    expect(control(chat, "System message")).to_have_value("Be brief.")
    expect(chat.box).to_have_value("My draft")
    says_of_itself(chat, "Steady")
    chat.by("button", "Undo").click()
    expect(control(chat, "Seed")).to_have_value("7")
    expect(control(chat, "Temperature")).to_have_value("0.9")
    says_of_itself(chat, "Steady, 2 differences")

    chat.by("button", "Reset").click()
    says_of_itself(chat, "Steady, 2 differences")
    expect(control(chat, "Temperature")).to_have_value("")


def test_a_preset_fills_a_new_chat_and_goes_with_its_first_message(server, chat, steady):
    server.upstream.default = says("Yes")
    chat.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    chat.box.fill("My first words")
    opened(chat).get_by_role("button", name="Apply Steady").click()
    expect(control(chat, "Stop sequences")).to_have_value("END")
    expect(control(chat, "System message")).to_have_value("Be brief.")
    says_of_itself(chat, "Steady")
    chat.by("button", "Send").click()
    chat.answered("Yes")
    body = server.turns[-1].json
    assert (body["temperature"], body["stop"], body["tools"]) == (0.2, ["END"], steady.parameters["tools"])
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    chat.page.reload()
    says_of_itself(chat, "Steady")


def test_the_model_of_a_preset_is_chosen_and_what_it_disables_keeps_its_value(server, chat, people, ours):
    held = {"reasoning_effort": "low"}
    Preset.keep(ours, people["alice"], name="Deep", model="openai/gpt-oss-20b", parameters=held)
    Preset.keep(ours, people["alice"], name="Kept", model="llama-3.1-8b-instant", parameters=held)
    opened(chat).get_by_role("button", name="Apply Deep").click()
    expect(chat.by("combobox", "Model")).to_have_value("openai/gpt-oss-20b")
    effort = control(chat, "Reasoning effort")
    expect(effort).to_have_value("low")
    opened(chat).get_by_role("button", name="Apply Kept").click()
    expect(chat.by("combobox", "Model")).to_have_value("llama-3.1-8b-instant")
    expect(effort).to_be_disabled()
    expect(effort).to_have_value("low")
    says_of_itself(chat, "Kept")
    chat.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    says_of_itself(chat, "Kept, 1 difference")
    expect(effort).to_be_enabled()


def test_a_preset_that_is_applied_while_its_list_is_still_drawn_is_applied(server, chat, people, ours):
    Preset.keep(ours, people["alice"], name="Deep", model="openai/gpt-oss-20b", parameters={"seed": 7})
    quick = """() => new MutationObserver((_, seen) => {
        const button = document.querySelector("#preset-list [data-apply]")
        if (button) { seen.disconnect(); button.click() }
    }).observe(document.getElementById("preset-list").parentElement, { childList: true, subtree: true })"""
    chat.page.evaluate(quick)
    opened(chat)
    expect(control(chat, "Seed")).to_have_value("7")
    says_of_itself(chat, "Deep")


def test_a_model_that_is_chosen_before_the_list_of_models_has_come_stays_chosen(server, open_browser, alice, people, ours):
    Preset.keep(ours, people["alice"], name="Deep", model="openai/gpt-oss-20b", parameters={})
    catalog.forget()
    chat = open_browser(alice)
    held = []
    chat.page.route("**/models/options/**", lambda route: held.append(route), times=1)
    chat.open("/")
    until(lambda: chat.page.wait_for_timeout(50) or held)
    opened(chat).get_by_role("button", name="Apply Deep").click()
    expect(chat.by("combobox", "Model")).to_have_value("openai/gpt-oss-20b")
    held.pop().continue_()
    # The others are there, and the chosen one is no stranger among them.
    expect(chat.by("combobox", "Model").locator("option", has_text="groq/compound").first).to_be_attached()
    expect(chat.by("combobox", "Model")).to_have_value("openai/gpt-oss-20b")
    expect(chat.by("combobox", "Model").locator("option:checked")).to_have_text("openai/gpt-oss-20b")


def test_what_a_preset_says_of_a_disabled_control_is_kept(server, chat, people, ours):
    server.upstream.default = says("Yes")
    Preset.keep(ours, people["alice"], name="Deep", parameters={"reasoning_effort": "low"})
    Preset.keep(ours, people["alice"], name="Plain", parameters={"seed": 1})
    chat.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    chat.by("searchbox", "Search parameters").fill("reasoning effort")
    control(chat, "Reasoning effort").select_option("high")
    chat.send("Hi")
    chat.answered("Yes")
    chat.by("combobox", "Model").select_option("llama-3.1-8b-instant")
    expect(control(chat, "Reasoning effort")).to_be_disabled()
    for name, effort in (("Deep", "low"), ("Plain", "")):
        opened(chat).get_by_role("button", name=f"Apply {name}").click()
        says_of_itself(chat, name)
        until(lambda name=name: Conversation.objects.filter(preset__name=name).exists())
        chat.page.reload()
        expect(control(chat, "Reasoning effort")).to_have_value(effort)
        says_of_itself(chat, name)


def test_what_cannot_be_read_leaves_everything_as_it_is(server, chat, steady):
    picker = opened(chat)
    apply = picker.get_by_role("button", name="Apply Steady")
    expect(apply).to_be_visible()
    control(chat, "Seed").evaluate("control => { control.value = '7' }")
    chat.page.context.set_offline(True)
    apply.click()
    told(chat, "The server could not be reached; nothing was changed.")
    expect(picker.get_by_text("The server could not be reached")).to_be_visible()
    chat.page.context.set_offline(False)
    expect(control(chat, "Seed")).to_have_value("7")
    says_of_itself(chat, "None applied")
    apply.click()
    says_of_itself(chat, "Steady")
    chat.by("button", "Save preset").click()
    dialog = chat.by("dialog", "Save preset")
    dialog.get_by_label("Name").fill("Second")
    chat.page.context.set_offline(True)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("status")).to_contain_text("The server could not be reached")
    chat.page.context.set_offline(False)
    dialog.get_by_role("button", name="Save").click()
    says_of_itself(chat, "Second")


def test_a_preset_is_updated_copied_renamed_and_deleted(server, chat, steady):
    picker = opened(chat)
    picker.get_by_role("button", name="Apply Steady").click()
    says_of_itself(chat, "Steady")
    control(chat, "Temperature").fill("1.5")
    opened(chat).get_by_role("button", name="Update").click()
    says_of_itself(chat, "Steady")
    told(chat, "“Steady” holds what stands now.")
    steady.refresh_from_db()
    assert steady.parameters["temperature"] == 1.5 and steady.parameters["system"] == "Be brief."

    opened(chat)
    expect(picker.get_by_role("button", name="Update")).to_be_disabled()
    picker.get_by_role("button", name="More about Steady").click()
    expect(picker.get_by_role("group", name="Steady")).to_contain_text("Be brief.")
    picker.get_by_role("button", name="Duplicate").click()
    expect(picker.get_by_role("button", name="Apply Steady (copy)")).to_be_visible()
    says_of_itself(chat, "Steady")

    picker.get_by_role("button", name="More about Steady (copy)").click()
    picker.get_by_role("button", name="Edit").click()
    dialog = chat.by("dialog", "Edit preset")
    dialog.get_by_label("Name").fill("steady")
    dialog.get_by_role("button", name="Keep changes").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is a preset called “steady” already.")
    dialog.get_by_label("Name").fill("Mine alone")
    dialog.get_by_label("Only you").check()
    dialog.get_by_role("button", name="Keep changes").click()
    expect(dialog).to_be_hidden()
    expect(picker.get_by_role("listitem").filter(has_text="Mine alone")).to_contain_text("Private")

    picker.get_by_role("button", name="More about Steady").click()
    picker.get_by_role("button", name="Delete").click()
    chat.by("dialog", "Delete “Steady”?").get_by_role("button", name="Keep it").click()
    picker.get_by_role("button", name="More about Steady").click()
    picker.get_by_role("button", name="Delete").click()
    chat.by("dialog", "Delete “Steady”?").get_by_role("button", name="Delete").click()
    expect(picker.get_by_role("button", name="More about Steady")).to_have_count(0)
    says_of_itself(chat, "None applied")
    expect(control(chat, "Temperature")).to_have_value("1.5")
    assert list(Preset.objects.values_list("name", "private")) == [("Mine alone", True)]


def test_what_a_teammate_changes_shows_when_the_picker_opens(server, chat, people, steady):
    opened(chat).get_by_role("button", name="Apply Steady").click()
    says_of_itself(chat, "Steady")
    steady.take({**steady.parameters, "seed": 5}, "", steady.version)
    steady.describe(people["bob"], name="Steadier", description="", private=False)
    picker = opened(chat)
    expect(picker.get_by_role("region", name="Applied preset").get_by_role("listitem")).to_have_text(["Seed 5 → not set"])
    says_of_itself(chat, "Steadier, 1 difference")
    # Written again behind the open list: what was not seen is not written over.
    steady.take({"seed": 6}, "", steady.version)
    picker.get_by_role("button", name="Update").click()
    expect(chat.by("alert").filter(has_text="was changed meanwhile")).to_be_visible()
    steady.refresh_from_db()
    assert steady.parameters == {"seed": 6}
    steady.delete()
    opened(chat)
    says_of_itself(chat, "None applied")
    told(chat, "“Steadier” is no longer there")
    expect(control(chat, "System message")).to_have_value("Be brief.")


def test_what_the_api_would_refuse_is_not_saved_and_stays(server, chat):
    control(chat, "Temperature").fill("9")
    chat.by("button", "Save preset").click()
    dialog = chat.by("dialog", "Save preset")
    dialog.get_by_label("Name").fill("Hot")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Temperature: Ensure this value is less than or equal to 2.")
    expect(dialog.get_by_label("Name")).to_have_value("Hot")
    expect(control(chat, "Temperature")).to_have_value("9")
    assert not Preset.objects.exists()


def test_presets_by_keyboard_and_by_search(server, chat, people, ours):
    for number in range(9):
        Preset.keep(ours, people["bob"], name=f"Preset {number}", parameters={"seed": number})
    chat.by("button", "Preset").focus()
    chat.page.keyboard.press("Enter")
    search = chat.by("searchbox", "Search presets")
    search.fill("nothing like it")
    expect(chat.page.get_by_text("No preset has these words.")).to_be_visible()
    search.fill("")
    search.press("ArrowDown")
    expect(chat.by("button", "Apply Preset 0")).to_be_focused()
    chat.page.keyboard.press("ArrowDown")
    chat.page.keyboard.press("Enter")
    expect(control(chat, "Seed")).to_have_value("1")
    expect(chat.by("button", "Preset")).to_be_focused()
    chat.page.keyboard.press("Enter")
    search.fill("preset 7")
    expect(chat.by("dialog", "Presets").get_by_role("button", name="Apply Preset")).to_have_count(1)
    # The first empties the box, as everywhere.
    chat.page.keyboard.press("Escape")
    chat.page.keyboard.press("Escape")
    expect(chat.by("dialog", "Presets")).to_be_hidden()


def test_the_palette_applies_presets(server, chat, steady):
    chat.box.fill("My draft")
    chat.page.keyboard.press("Control+k")
    chat.by("dialog", "Go to").get_by_role("combobox").fill("stead")
    expect(chat.page.get_by_role("option", name="Steady Preset")).to_have_attribute("aria-selected", "true")
    chat.page.keyboard.press("Enter")
    expect(control(chat, "Temperature")).to_have_value("0.2")
    expect(chat.box).to_have_value("My draft")
    says_of_itself(chat, "Steady")
    # Anywhere else its link begins a chat with it.
    chat.open(f"/?preset={steady.pk}")
    expect(control(chat, "System message")).to_have_value("Be brief.")
    says_of_itself(chat, "Steady")


def test_a_viewer_reads_presets(server, open_browser, vera, steady):
    chat = open_browser(vera).open("/")
    expect(chat.by("button", "Save preset")).to_have_count(0)
    picker = opened(chat)
    picker.get_by_role("button", name="More about Steady").click()
    expect(picker.get_by_role("group", name="Steady")).to_contain_text("Be brief.")
    for name in ("Apply Steady", "Update", "Edit", "Duplicate", "Delete", "Save as new preset"):
        expect(picker.get_by_role("button", name=name)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1360, 860), (360, 740)], ids=["wide", "narrow"])
def test_axe_finds_nothing_in_presets(server, open_browser, alice, steady, scheme, size):
    chat = open_browser(alice, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}).open("/")
    picker = opened(chat)
    picker.get_by_role("button", name="Apply Steady").click()
    says_of_itself(chat, "Steady")
    if size[0] < 1100:
        chat.by("button", "Parameters").click()
    control(chat, "Temperature").fill("1")
    if size[0] < 1100:
        chat.by("button", "Close parameters").click()
    opened(chat)
    picker.get_by_role("button", name="More about Steady").click()
    expect(picker.get_by_role("group", name="Steady")).to_contain_text("Be brief.")
    assert violations(chat) == ""
    assert chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picker.get_by_role("button", name="Save as new preset").click()
    expect(chat.by("dialog", "Save preset")).to_be_visible()
    assert violations(chat) == ""
