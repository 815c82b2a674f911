"""What went over the wire, in the browser."""

from playwright.sync_api import expect


def test_the_wire_panel_tells_everything(server, chat):
    server.upstream.says(["Look ", "**inside**"], headers={"x-ratelimit-remaining-tokens": "5985"})
    chat.send("What was sent?")
    chat.answered("Look inside")
    answer = chat.by("article", "Assistant message")
    answer.get_by_role("button", name="Details").click()
    expect(answer.get_by_label("Request body")).to_contain_text('"content": "What was sent?"')
    answer.get_by_role("tab", name="Request").press("ArrowRight")
    expect(answer.get_by_role("tab", name="Response")).to_be_focused()
    panel = answer.get_by_role("tabpanel")
    expect(panel).to_contain_text("200 OK")
    expect(panel.get_by_role("row", name="x-ratelimit-remaining-tokens")).to_contain_text("5985")
    expect(panel.get_by_label("Response body")).to_contain_text('"content": "Look **inside**"')
    answer.get_by_role("tab", name="Events").click()
    expect(panel.get_by_role("row").filter(has_text='{"content":"Look "')).to_have_count(1)
    expect(panel.get_by_role("row").last).to_contain_text("[DONE]")
    answer.get_by_role("tab", name="Timing").click()
    expect(panel.get_by_role("rowheader", name="First token since you pressed Send")).to_be_visible()
    answer.get_by_role("tab", name="Code").click()
    panel.get_by_role("tab", name="Python", exact=True).click()
    expect(panel.get_by_label("Python sample", exact=True)).to_contain_text("client.chat.completions.create")
    # The tabs outside of these have not moved.
    expect(answer.get_by_role("tab", name="Code")).to_have_attribute("aria-selected", "true")


def test_a_request_is_edited_and_sent_again(server, chat):
    server.upstream.says("First answer").says("Another answer")
    chat.send("A question")
    chat.answered("First answer")
    answer = chat.by("article", "Assistant message")
    answer.get_by_role("button", name="Details").click()
    answer.get_by_role("button", name="Edit and resend").click()
    dialog = chat.by("dialog", "Edit and resend")
    box = dialog.get_by_label("Request body")
    whole = box.input_value()
    box.fill(whole[:-2])
    dialog.get_by_role("button", name="Resend").click()
    # What is wrong is said where the person looks, and nothing of what was typed is gone.
    expect(dialog).to_contain_text("This is not JSON")
    expect(box).to_have_value(whole[:-2])
    box.fill(whole.replace("A question", "An edited question"))
    dialog.get_by_role("button", name="Resend").click()
    chat.answered("Another answer")
    expect(dialog).to_be_hidden()
    expect(answer).to_contain_text("2/2")
    expect(answer).to_contain_text("edited request")
    assert server.upstream.requests[-1].text == "An edited question"
    answer.get_by_role("button", name="Previous branch").click()
    expect(answer).to_contain_text("First answer")


def test_details_under_the_edge_of_the_view_are_brought_into_it(server, chat):
    server.upstream.says("Long\n\n" * 60)
    chat.send("Hello")
    answer = chat.answered("Long")
    answer.get_by_role("button", name="Details").click()
    expect(answer.get_by_role("tabpanel", name="Request").get_by_role("button", name="Edit and resend")).to_be_in_viewport()
    expect(answer.get_by_role("button", name="Details")).to_be_in_viewport()
