"""Text of a model is hostile: whatever it says, only known tags, attributes and schemes come out."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.markdown import Live, code, mathml, render, sanitise
from tests.core.markdown_payloads import LINKS, MARKUP, PLACES, URLS, places
from tests.core.markdown_reader import Reading, patient, read  # noqa: F401

ATTRIBUTES = {
    **{tag: {"dir"} for tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "div")},
    "a": {"href", "title", "target", "rel"},
    "ol": {"dir", "start"},
    "figure": {"data-language"},
    "pre": {"dir", "tabindex"},
    "div": {"dir", "tabindex", "role", "aria-label"},
    "button": {"type", "aria-label"},
    "span": {"role", "aria-label", "title"},
    **{tag: {*mathml.WORDS, *mathml.LISTS, *mathml.SIZES} for tag in mathml.ELEMENTS},
    "math": {"display", "alttext"},
}
CLASSES = {name for names in sanitise.CLASSES.values() for name in names} | code.CLASSES
PLAIN = {"p", "li", "strong", "em", "s", "br", "hr", "code", "figcaption", "copy-button"}
PLAIN |= {"table", "thead", "tbody", "tr", "th", "td"}

BLANKS = dict.fromkeys(b"\t\n\r")  # A browser leaves them out of an address.
SAFE_URL = re.compile(
    r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?(?:[/?#][!-~]*)?|mailto:[!-~]+@[a-z0-9.-]+(?:\?[!-~]*)?", re.IGNORECASE
)


def check(html):
    """Everything that must hold for the HTML of any text."""
    reading = Reading(html)
    assert not reading.problems, html
    for tag, attributes in reading.tags:
        assert tag in PLAIN or tag in ATTRIBUTES, (tag, html)
        classes = (attributes.pop("class", None) or "").split()
        assert CLASSES.issuperset(classes), (classes, html)
        assert ATTRIBUTES.get(tag, set()).issuperset(attributes), (tag, attributes, html)
        if "href" in attributes:
            assert SAFE_URL.fullmatch(attributes["href"]), attributes
            assert attributes["rel"] == "noopener noreferrer nofollow"
            assert attributes["target"] == "_blank"
            assert attributes["title"].startswith(attributes["href"])
    return reading


def test_there_are_enough_payloads():
    assert len(set(MARKUP + URLS)) >= 150


@pytest.mark.parametrize("place", places(PLACES))
def test_markup_is_text(place):
    for payload in MARKUP:
        reading = check(render(place.replace("{}", payload)))
        assert "alert" not in payload or "alert" in reading.words


@pytest.mark.parametrize("place", places(LINKS))
def test_links_lead_where_they_may(place):
    for url in URLS:
        check(render(place.replace("{}", url)))


@pytest.mark.parametrize("url", URLS)
def test_a_link_that_may_not_live_stays_text(url):
    reading = check(render(f"[seen](<{url}>)"))
    assert "seen" in reading.text
    hosts = {re.split(r"[/?#]", link["href"])[2] for link in reading.all("a") if link["href"].startswith("http")}
    assert not hosts


def test_a_tag_in_pieces_is_text_at_every_moment():
    live, seen = Live(), []
    for delta in ["<im", "g src=x one", "rror=alert(1)>\n\n", "<scr", "ipt>", "\n\n- <b"]:
        seen += live.feed(delta)
        check(live.html)
        assert isinstance(live.tail, str)
    seen += live.finish()
    assert not check("".join(seen)).all("img")
    assert "<img src=x onerror=alert(1)>" in Reading(live.html).text


def test_info_strings_and_titles_are_quoted():
    assert read('[a](https://u.example/ "t\\" onmouseover=\\"x")').all("a")[0]["title"].endswith('t" onmouseover="x')
    figure = read('```"><img src=x onerror=alert(1)>\nx\n```').all("figure")[0]
    assert set(figure) == {"class", "data-language"}


def test_the_second_layer_alone_lets_nothing_through():
    for payload in [*MARKUP, *(f'<a href="{url}">x</a>' for url in URLS)]:
        html = sanitise.clean(payload)
        for tag, attributes in Reading(html).tags:
            assert tag in sanitise.TAGS
            assert not [name for name in attributes if name.startswith(("on", "hx", "data-hx", "style", "id", "name", "src"))]
            if "href" in attributes:
                assert attributes["href"].translate(BLANKS).lower().startswith(("https:", "http:", "mailto:"))


def test_terminal_sequences_are_gone():
    text = "a\x1b[2Jb\x1b]8;;https://evil.tld\x07c\x1b]8;;\x1b\\d\x9b31me\x00\x07\x7ff\x1b"
    assert render(text) == '<p dir="auto">abcdef</p>\n'
    assert Live().tail == ""
    live = Live()
    live.feed(text)
    assert live.tail == "abcdef"


def test_an_open_terminal_sequence_takes_nothing_with_it():
    assert "important" in read("\x1b]8;;https important").text


def test_invisible_characters_in_code_are_marked():
    assert read("```\nif \u202eadmin\u2066:\n```").text.endswith("if [U+202E]admin[U+2066]:\n")
    assert read("`a\u200bb`").text == "a[U+200B]b\n"


def test_tags_smuggle_nothing_but_make_flags():
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert read(f"a\U000e0041b {flag}").text == f"ab {flag}\n"


def test_half_characters_are_replaced():
    assert read("a\ud800b \ud83d\ude00").text == "a\ufffdb 😀\n"


SIGNS = [*"*_~`$|<>[]()!#-+=&;:\\\"'{}a \n\t\u202e", "**", "~~", "```", "\n```js\n", "$$", r"\(", r"\)", r"\[", r"\]", "]("]
SIGNS += [
    "![",
    "[a]: ",
    "[x]()",
    "\n\n",
    "\n- ",
    "\n> ",
    "\n1. ",
    "\n    ",
    "|---|\n",
    "<https://",
    "\x1b[",
    "&#",
    "bank.com",
    "[x](https://a.example)",
]


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(MARKUP + URLS + SIGNS * 3), max_size=30).map("".join))
def test_whatever_fragments_say(text):
    check(render(text))


@settings(max_examples=150)
@given(st.text(max_size=200))
def test_whatever_characters_say(text):
    check(render(text))
