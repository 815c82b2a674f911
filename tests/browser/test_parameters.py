"""What a person sets, finds, and takes away as code."""

import pytest
from playwright.sync_api import expect

from apps.conversations.models import Conversation
from tests.upstream import says
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_model_does_not_take_is_disabled_with_its_reason_and_kept(server, chat):
    server.upstream.default = says("Yes")
    chat.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    chat.by("searchbox", "Search parameters").fill("reasoning effort")
    effort = chat.page.get_by_label("Reasoning effort")
    effort.select_option("low")
    chat.by("combobox", "Model").select_option("llama-3.1-8b-instant")
    expect(effort).to_be_disabled()
    expect(chat.page.get_by_text("Llama 3.1 has no levels of reasoning.")).to_be_visible()
    chat.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    expect(effort).to_be_enabled()
    chat.send("Hi")
    chat.answered("Yes")
    assert server.upstream.requests[-1].json["reasoning_effort"] == "low"
    chat.by("combobox", "Model").select_option("llama-3.1-8b-instant")
    expect(effort).to_be_disabled()
    chat.send("Again")
    assert "reasoning_effort" not in server.wait_turns(2)[-1].json
    chat.answered("Yes")
    chat.page.reload()
    expect(chat.page.get_by_label("Reasoning effort")).to_have_value("low")


def test_parameters_are_found_by_their_names(server, chat):
    find = chat.by("searchbox", "Search parameters")
    find.fill("penalty")
    expect(chat.page.get_by_label("Presence penalty")).to_be_visible()
    expect(chat.page.get_by_label("Temperature")).to_be_hidden()
    find.fill("nothing is called this")
    expect(chat.page.get_by_text("No parameter is called that.")).to_be_visible()
    find.fill("")
    expect(chat.page.get_by_label("Temperature")).to_be_visible()
    expect(chat.page.get_by_label("Presence penalty")).to_be_hidden()


@pytest.fixture
def restless(open_browser, alice):
    """A new chat in a page that never rests: only what is asked for is drawn."""
    chat = open_browser(alice)
    chat.page.add_init_script("window.requestIdleCallback = () => {}")
    chat.open("/")
    expect(chat.page.get_by_label("Presence penalty")).to_have_count(0)
    return chat


def test_a_group_is_opened_before_the_page_had_time_to_draw_it(server, restless):
    server.upstream.default = says("Yes")
    effort = restless.page.get_by_label("Reasoning effort")
    restless.page.locator("summary").filter(has_text="Reasoning").click()
    effort.select_option("low")
    restless.by("combobox", "Model").select_option("llama-3.1-8b-instant")
    expect(effort).to_be_disabled()
    restless.by("combobox", "Model").select_option("openai/gpt-oss-20b")
    expect(effort).to_be_enabled()
    restless.send("Hi")
    restless.answered("Yes")
    assert server.upstream.requests[-1].json["reasoning_effort"] == "low"


def test_a_parameter_is_found_before_the_page_had_time_to_draw_it(server, restless):
    restless.by("combobox", "Model").select_option("llama-3.1-8b-instant")
    restless.by("searchbox", "Search parameters").fill("reasoning effort")
    expect(restless.page.get_by_label("Reasoning effort")).to_be_disabled()


def test_a_message_is_sent_before_the_page_had_time_to_draw_the_parameters(server, restless):
    server.upstream.default = says("Yes")
    restless.send("Hi")
    restless.answered("Yes")
    assert sorted(server.turns[-1].json) == ["messages", "model", "stream"]


def test_json_that_is_none_says_so_and_stays(server, chat):
    chat.by("searchbox", "Search parameters").fill("extra")
    extra = chat.page.get_by_label("Extra JSON")
    extra.fill('{"messages": ')
    expect(chat.page.get_by_text("This is not JSON")).to_be_visible()
    chat.send("My words")
    expect(chat.by("alert").filter(has_text="Not sent")).to_be_visible()
    expect(chat.box).to_have_value("My words")
    expect(extra).to_have_value('{"messages": ')
    assert server.turns == []


def test_the_request_is_shown_before_it_is_sent(server, chat):
    chat.box.fill("Not sent yet")
    chat.page.get_by_label("Temperature").fill("0.3")
    chat.by("button", "Preview").click()
    body = chat.by("dialog", "Preview").get_by_label("Request body")
    expect(body).to_contain_text('"content": "Not sent yet"')
    expect(body).to_contain_text('"temperature": 0.3')
    chat.page.keyboard.press("Escape")
    chat.by("button", "View code").click()
    code = chat.by("dialog", "Code")
    expect(code.get_by_label("curl sample")).to_contain_text("$GROQ_API_KEY")
    code.get_by_role("tab", name="curl").press("ArrowRight")
    expect(code.get_by_label("Python sample")).to_contain_text("from groq import Groq")
    expect(code.get_by_label("curl sample")).to_be_hidden()
    code.get_by_role("tab", name="JavaScript").click()
    expect(code.get_by_label("JavaScript sample")).to_contain_text("groq-sdk")
    assert server.turns == []


def test_what_was_changed_last_is_kept_though_the_page_goes_at_once(server, chat):
    server.upstream.says("Fine")
    chat.send("Hello")
    chat.answered("Fine")
    chat.page.get_by_label("Temperature").fill("0.4")
    chat.page.goto("/settings/")
    until(lambda: Conversation.objects.get().parameters.get("temperature") == 0.4)


def test_an_answer_asked_for_again_goes_with_what_was_set_a_moment_before(server, chat):
    server.upstream.says("One").says("Two")
    chat.send("Hello")
    chat.answered("One")
    chat.page.get_by_label("Temperature").fill("0.4")
    chat.by("button", "Regenerate").click()
    chat.answered("Two")
    assert server.upstream.requests[-1].json["temperature"] == 0.4
