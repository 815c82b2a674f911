"""Reasoning, tools, sources, charts and probabilities in a real browser."""

import json

import pytest
from playwright.sync_api import expect

from tests import exhibits
from tests.conversations.test_evidence_views import TEXT, compound, event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answered(server, alice, chat):
    """A chat with an answer that brought everything."""
    server.upstream.sends(*compound())
    message = alice.finish(alice.ask(documents=json.dumps(exhibits.DOCUMENTS), model="groq/compound"))
    chat.open(f"/c/{message.conversation_id}/")
    return chat


def test_raw_thoughts_stream_into_their_own_disclosure(server, chat):
    parts = [event({"content": piece}) for piece in ("<thi", "nk>\nFirst this, ", "then that.", "\n</think>", "\n\nThe answer.")]
    server.upstream.sends(*parts, pause=1.2, end="hang")
    chat.send("Think")
    summary = chat.answers.locator("summary")
    expect(summary).to_have_text("Thinking …")
    summary.click()
    expect(chat.answers.locator(".thoughts")).to_have_text("First this, then that.")
    expect(chat.answers.locator(".prose")).to_contain_text("The answer.")
    expect(summary).to_contain_text("Thought for ")
    expect(chat.answers.locator(".prose")).not_to_contain_text("think>")
    chat.page.reload()
    expect(chat.answers.locator("summary")).to_contain_text("Thought for ")
    chat.answers.locator("summary").click()
    chat.by("button", "Stop").click()
    expect(chat.answers).to_contain_text("Stopped.")
    expect(chat.answers.locator("summary")).to_contain_text("about 4 words")
    # It was open, and it still is.
    expect(chat.answers.get_by_text("Not sent back with the next message.")).to_be_visible()


def test_tools_at_work_are_said_live(server, chat):
    server.upstream.sends(compound()[0], end="hang")
    chat.send("Search")
    expect(chat.by("list", "Tools at work")).to_have_text("Searching the web for “how fast is an LPU”")


def test_search_results_are_links_where_they_may_be(answered):
    card = answered.answers.get_by_role("region", name="Searched the web for “how fast is an LPU”")
    card.get_by_text("2 results").click()
    expect(card.get_by_role("link", name="What an <LPU> is")).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(card).to_contain_text("Not to be followed")
    expect(card.get_by_role("link", name="Not to be followed")).to_have_count(0)


def test_a_citation_leads_to_its_document_and_back(answered):
    answer = answered.answered("five days")
    answer.get_by_role("link", name="Source 2: Document prices").click()
    target = answer.get_by_role("region", name="Sources").get_by_role("listitem").filter(has_text="prices")
    expect(target).to_be_in_viewport()
    assert target.evaluate("item => item.matches(':target')")
    target.get_by_text("Show", exact=True).click()
    expect(target).to_contain_text('"pro": 29')
    target.get_by_role("link", name="Back to the text that cites source 2").click()
    mark = answer.get_by_role("link", name="Source 2: Document prices")
    assert mark.evaluate("link => link.matches(':target')")
    expect(mark).to_be_in_viewport()
    assert answer.locator(".prose").inner_text().replace("\n", "") == TEXT.replace("**", "").replace("days.", "days1.") + "2"


def test_keys_reach_a_citation_and_its_document(answered):
    answer = answered.answered("five days")
    answer.get_by_role("link", name="Source 1: Document handbook").focus()
    answered.page.keyboard.press("Enter")
    expect(answer.locator(":target")).to_contain_text("handbook")
    answered.page.keyboard.press("Tab")
    assert answered.page.evaluate("document.activeElement.closest('li').textContent.includes('handbook')")


@pytest.mark.parametrize("width", [1360, 360])
def test_a_chart_has_a_name_a_table_and_one_picture(answered, width):
    answered.page.set_viewport_size({"width": width, "height": 800})
    chart = answered.answers.get_by_role("img", name="Sales by quarter", exact=True)
    expect(chart).to_have_count(1)
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert (
        chart.evaluate(
            "svg => parseFloat(getComputedStyle(svg.querySelector('text')).fontSize) * svg.clientWidth / svg.viewBox.baseVal.width"
        )
        > 9
    )
    figure = answered.answers.locator("figure").filter(has_text="Sales by quarter")
    figure.get_by_text("Data", exact=True).click()
    table = figure.get_by_role("region", name="Data of Sales by quarter").get_by_role("table")
    expect(table.get_by_role("row").nth(3)).to_have_text("Q39-3")
    # The fills come from the page's own style sheet, textures from patterns that are there.
    assert answered.page.evaluate("getComputedStyle(document.querySelector('.chart .fill')).fill") != "rgb(0, 0, 0)"
    wide = answered.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width


def test_pictures_of_the_code_are_shown(answered):
    answered.answers.get_by_text("The picture that the code drew").click()
    picture = answered.answers.get_by_role("img", name="Picture 1, drawn by the code: Sales by quarter")
    expect(picture).to_be_visible()
    answered.until("document.querySelector('.picture img').naturalWidth === 64")


def test_probabilities_by_pointer_and_by_keys(answered):
    button = answered.by("button", "Show probabilities")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    tokens = answered.by("group", "Tokens")
    tokens.get_by_role("button", name="“ Paris” 35.0 %").click()
    told = answered.answers.get_by_role("status")
    expect(told.get_by_role("row")).to_have_count(3)
    expect(told).to_contain_text("“ Lyon”30.0 %")
    answered.page.keyboard.press("ArrowRight")
    expect(told).to_contain_text("“ maybe” 4.0 %")
    answered.page.keyboard.press("Home")
    expect(told).to_contain_text("“The” 97.0 %")
    # One stop for the Tab key, not nine.
    assert tokens.locator('button:not([tabindex="-1"])').count() == 1
    button.click()
    expect(tokens).to_be_hidden()
