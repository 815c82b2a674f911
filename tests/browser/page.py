"""The chat as a person meets it: by roles and accessible names only."""

from playwright.sync_api import expect

from tests.waiting import until


def sign_in(context, server, person):
    """The browser is this person's from here on."""
    context.add_cookies(
        [
            {"name": name, "value": value, "url": server.url, "httpOnly": True, "sameSite": "Lax"}
            for name, value in (("session", person.session), ("csrf", person.csrf))
        ]
    )


class ChatPage:
    def __init__(self, page, heard):
        # What the browser complained of so far.
        self.page, self.heard = page, heard
        # Set where a tool of the test breaks the policy itself.
        self.examined = False

    def open(self, path):
        self.page.goto(path)
        return self

    def until(self, expression, arg=None):
        """Wait until it is true in the page. Playwright's own waiting would evaluate a string there, which our policy forbids."""
        return until(lambda: self.page.evaluate(expression, arg))

    def by(self, role, name=None, **how):
        return self.page.get_by_role(role, **({"name": name, "exact": True} if name else {}), **how)

    @property
    def box(self):
        return self.by("textbox", "Message")

    @property
    def log(self):
        return self.by("log", "Conversation")

    @property
    def answers(self):
        return self.by("article", "Assistant message")

    def send(self, text):
        self.box.fill(text)
        self.by("button", "Send").click()

    def answered(self, text, nth=-1):
        """Wait until the answer is whole and says so."""
        article = self.answers.nth(nth)
        expect(article).to_contain_text(text)
        expect(article).not_to_have_attribute("aria-busy", "true")
        return article

    def option(self, name):
        return self.by("option", name)
