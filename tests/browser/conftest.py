"""A real Chromium in front of the running server."""

import os
from contextlib import suppress

import pytest
from playwright.sync_api import Error, sync_playwright

from tests import browsers
from tests.browser.page import ChatPage, sign_in
from tests.waiting import until

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
# A microphone that beeps, for whom the page was allowed to hear.
ARGUMENTS += ["--use-fake-device-for-media-stream"]


@pytest.fixture(scope="module")
def chromium():
    """Not for the session: where Playwright's loop stays, no asynchronous test of another file can run in this process."""
    # Playwright's own loop runs in this thread; Django's guard against that means views, not tests.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    assert browsers.find(), "browser tests are required and no Chromium was found"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.find(), args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_browser(chromium, server):
    """``open_browser(person, **context)``: a page of that person; what it complained about fails the test."""
    contexts, pages = [], []

    def open_for(person, **how):
        context = chromium.new_context(base_url=server.url, **({"viewport": {"width": 1360, "height": 860}} | how))
        contexts.append(context)
        context.set_default_timeout(8000)
        sign_in(context, server, person)
        page = context.new_page()
        heard = []
        chat = ChatPage(page, heard)
        pages.append(chat)
        own = (server.url, f"ws://{server.host}", "data:", "blob:")
        page.on("pageerror", lambda error: heard.append(f"page error: {error}"))
        page.on("console", lambda said: "Security Policy" in said.text and not chat.examined and heard.append(said.text))
        page.on("request", lambda request: request.url.startswith(own) or heard.append(f"asked elsewhere: {request.url}"))
        return chat

    yield open_for
    for context in contexts:
        for page in context.pages:
            leave(page)
        context.close()
    assert [page.heard for page in pages if page.heard] == []


def leave(page):
    """Have the page nothing under way: Chromium never answers who closes it just as it arrives at its next address."""

    def agree(dialog):
        # The test may have answered it already.
        with suppress(Error):
            dialog.accept()

    def left():
        # Where it was about to go elsewhere, it first arrives there.
        with suppress(Error):
            page.goto("about:blank")
        return page.url == "about:blank"

    page.on("dialog", agree)
    until(left)


@pytest.fixture
def chat(open_browser, alice):
    """Alice's browser on a new chat."""
    page = open_browser(alice)
    page.open("/")
    return page
