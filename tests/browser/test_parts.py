"""Attachments, roles and tool calls, in the browser."""

import base64
import json

import pytest
from playwright.sync_api import expect

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PHOTO = {"name": "photo.png", "mimeType": "image/png", "buffer": PIXEL}
NOTES = {"name": "notes.md", "mimeType": "text/markdown", "buffer": b"# Notes"}
# A noisy picture of 8 MB that a canvas makes.
DRAW_LARGE = """async () => {
  const canvas = new OffscreenCanvas(1700, 1700)
  const pen = canvas.getContext("2d")
  const image = pen.createImageData(1700, 1700)
  for (let at = 0; at < image.data.length; at += 65536) crypto.getRandomValues(image.data.subarray(at, at + 65536))
  for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255
  pen.putImageData(image, 0, 0)
  const data = await canvas.convertToBlob({ type: "image/png" })
  const files = new DataTransfer()
  files.items.add(new File([data], "large.png", { type: "image/png" }))
  document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer: files, bubbles: true, cancelable: true }))
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }))
}"""
PASTE = """pixel => {
  const data = Uint8Array.from(atob(pixel), c => c.charCodeAt(0))
  const files = new DataTransfer()
  files.items.add(new File([data], "pasted.png", { type: "image/png" }))
  const pasted = new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true })
  document.getElementById("message").dispatchEvent(pasted)
}"""


def choose(chat, *files):
    chat.page.locator("input.chooser").set_input_files(files)


@pytest.fixture
def chat(open_browser, alice):
    """Alice's browser on a new chat, with a model that takes images."""
    return with_eyes(open_browser(alice).open("/"))


def with_eyes(chat):
    chat.by("combobox", "Model").select_option("meta-llama/llama-4-scout-17b-16e-instruct")
    return chat


def chips(chat):
    return chat.by("list", "Attachments").get_by_role("listitem")


def test_files_are_attached_kept_over_a_reload_and_sent(server, chat):
    server.upstream.says("I see")
    choose(chat, PHOTO, NOTES)
    expect(chips(chat)).to_have_count(2)
    chat.page.evaluate(PASTE, base64.b64encode(PIXEL).decode())
    expect(chips(chat)).to_have_count(3)
    chips(chat).filter(has_text="pasted.png").get_by_role("button", name="Remove pasted.png").click()
    expect(chips(chat)).to_have_count(2)
    chat.box.fill("What do you see?")
    chat.page.reload()
    expect(chips(chat)).to_have_count(2)
    expect(chat.box).to_have_value("What do you see?")
    with_eyes(chat).by("button", "Send").click()
    chat.answered("I see")
    expect(chips(chat)).to_have_count(0)
    parts = server.upstream.requests[-1].json["messages"][0]["content"]
    assert [part["type"] for part in parts] == ["text", "image_url", "document"]
    mine = chat.by("article", "User message")
    expect(mine.get_by_role("img", name="photo.png")).to_be_visible()
    assert mine.get_by_role("img", name="photo.png").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    chat.page.reload()
    expect(chips(chat)).to_have_count(0)


def test_a_large_image_says_so_and_is_made_smaller(server, chat):
    server.upstream.says("I see")
    chat.box.fill("Look")
    chat.page.evaluate(DRAW_LARGE)
    chip = chips(chat)
    expect(chip).to_contain_text("an image may have up to 3 MB", timeout=20000)
    chip.get_by_role("button", name="Make it smaller").click()
    expect(chip.get_by_role("button", name="Remove large.jpg")).to_be_visible(timeout=20000)
    chat.by("button", "Send").click()
    chat.answered("I see")
    [_, image] = server.upstream.requests[-1].json["messages"][0]["content"]
    assert image["image_url"]["url"].startswith("data:image/jpeg;base64,")


def test_what_cannot_be_attached_says_why(server, chat):
    chat.box.fill("My words")
    choose(chat, {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"%PDF\x00\xff"})
    expect(chat.page.get_by_role("alert")).to_contain_text("neither an image")
    expect(chips(chat)).to_contain_text("report.pdf was not attached.")
    chips(chat).get_by_role("button", name="Remove").click()
    expect(chat.box).to_have_value("My words")


def test_an_image_by_its_address(server, chat):
    server.upstream.says("I see")
    chat.by("button", "Attach").click()
    chat.by("button", "Image by address").click()
    dialog = chat.by("dialog", "Image by address")
    dialog.get_by_label("Address").fill("https://example.org/cat.png")
    dialog.get_by_role("button", name="Attach").click()
    expect(dialog).to_be_hidden()
    expect(chips(chat)).to_contain_text("cat.png")
    chat.send("Whose cat?")
    chat.answered("I see")
    assert server.upstream.requests[-1].json["messages"][0]["content"][1]["image_url"] == {"url": "https://example.org/cat.png"}


def test_messages_of_every_role_are_added_and_then_answered(server, chat):
    server.upstream.says("two")
    for role, text in [("System", "Be brief."), ("User", "Count"), ("Assistant", "One, ")]:
        chat.by("combobox", "Role").select_option(role)
        chat.box.fill(text)
        chat.by("button", "Add").click()
        expect(chat.by("article", f"{role} message")).to_contain_text(text.strip())
        expect(chat.by("combobox", "Role")).to_have_value("user")
    chat.by("button", "Send").click()
    chat.answered("One, two")
    # Each once, and the words of the answer in it, as a reload shows them.
    for _ in range(2):
        expect(chat.log.get_by_role("article")).to_have_count(3)
        expect(chat.answers).to_have_count(1)
        chat.page.reload()
    assert [m["content"] for m in server.upstream.requests[-1].json["messages"]] == ["Be brief.", "Count", "One, "]


def test_a_tool_result_by_hand(server, chat):
    call = {"id": "call_1", "name": "weather", "arguments": json.dumps({"city": "Bern"})}
    server.upstream.says("", tool_calls=[call], finish="tool_calls").says("It is 20 °C.")
    chat.send("The weather in Bern?")
    card = chat.by("article", "Assistant message").filter(has_text="weather")
    expect(card.get_by_label("Arguments of weather")).to_contain_text('"city": "Bern"')
    card.get_by_role("button", name="Send result").click()
    expect(chat.page.get_by_role("alert")).to_contain_text("Result of weather")
    card.get_by_label("Result of weather").fill('{"celsius": 20}')
    card.get_by_role("button", name="Send result").click()
    chat.answered("It is 20 °C.")
    expect(chat.by("article", "Tool message")).to_contain_text("celsius")
    last = server.upstream.requests[-1].json["messages"][-1]
    assert last == {"role": "tool", "content": '{"celsius": 20}', "tool_call_id": "call_1"}


@pytest.mark.parametrize("width", [360])
def test_the_composer_fits_a_narrow_window(server, open_browser, alice, width):
    chat = open_browser(alice, viewport={"width": width, "height": 700}).open("/")
    chat.by("combobox", "Role").select_option("Tool")
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= width
    for name in ("Send", "Add", "Attach"):
        box = chat.by("button", name).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_a_request_from_elsewhere_becomes_a_chat(server, chat):
    server.upstream.says("Two")
    chat.by("button", "Conversation menu").click()
    chat.by("button", "Import request").click()
    dialog = chat.by("dialog", "Import request")
    box = dialog.get_by_label("Request body")
    box.fill('{"model": "m"}')
    dialog.get_by_role("button", name="Import").click()
    expect(dialog).to_contain_text("It needs “messages”")
    body = {"model": "llama-3.1-8b-instant", "messages": [{"role": "user", "content": "One and one?"}], "max_tokens": 9}
    box.fill(json.dumps(body))
    dialog.get_by_role("button", name="Import").click()
    expect(chat.by("article", "User message")).to_contain_text("One and one?")
    expect(chat.page.get_by_label("Max completion tokens")).to_have_value("9")
    chat.by("button", "Send").click()
    chat.answered("Two")
    del body["max_tokens"]
    assert server.upstream.requests[-1].json == body | {"max_completion_tokens": 9, "stream": True}
