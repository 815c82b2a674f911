"""Where links lead, and that a reader can see it."""

import pytest

from tests.core.markdown_reader import patient, read  # noqa: F401


def only_link(text):
    [link] = read(text).all("a")
    return link


def test_a_link_opens_elsewhere_and_tells_nobody():
    assert only_link("[a](https://a.example/b?c=d#e 'Title')") == {
        "href": "https://a.example/b?c=d#e",
        "title": "https://a.example/b?c=d#e\nTitle",
        "target": "_blank",
        "rel": "noopener noreferrer nofollow",
    }


@pytest.mark.parametrize(
    "text", ["<https://a.example/b>", "[a](HTTPS://a.example/b)", "[a](<https://a.example/b>)", "[a](http://[::1]:80/)"]
)
def test_web_links_live(text):
    assert only_link(text)["href"].lower().startswith("http")


@pytest.mark.parametrize("text", ["<me@a.example>", "[me](mailto:me@a.example)", "[me](mailto:me@a.example?subject=x)"])
def test_mail_links_live(text):
    assert only_link(text)["href"].startswith("mailto:me@a.example")


@pytest.mark.parametrize(
    "text", ["[a](b.md)", "[a](/b)", "[a](#b)", "[a](//b.example)", "[a](ftp://b.example)", "[a](https://http://b.example)"]
)
def test_other_links_stay_text(text):
    reading = read(text)
    assert not reading.all("a")
    assert text in reading.text


@pytest.mark.parametrize("text", ["[a]()", "![a]()", "[![a]()]()"])
def test_links_to_nowhere_are_only_their_text(text):
    assert (read(text).text, read(text).names) == ("a\n", {"p": 1})


@pytest.mark.parametrize(
    "text",
    [
        "bank.com",
        "https://bank.com/login",
        "www.bank.com",
        "see bank.com for more",
        "**bank**.com",
        "`bank.com`",
        "bank。com",
        "bаnk.com",
        "ba\u200bnk.com",
        "\u202ebank.com",
        "service@bank.com",
        "(bank.com)",
        "ΒΑΝΚ.com",
    ],
)
def test_a_link_that_names_another_host_shows_its_own(text):
    reading = read(f"[{text}](https://evil.tld/x?y=bank.com)")
    assert reading.text.endswith(" (evil.tld)\n")
    assert {"class": "link-host"} in reading.all("span")


@pytest.mark.parametrize("text", ["the article", "a.example", "www.a.example", "https://a.example/b/c.html", "A.Example", "v1.2"])
def test_a_link_that_names_no_other_host_shows_nothing(text):
    assert not read(f"[{text}](https://a.example/b)").all("span")


def test_an_address_is_no_disguise_of_its_own_host():
    assert not read("<first.last@a.example> [first.last@a.example](mailto:first.last@a.example)").all("span")
    assert read("[me@bank.com](mailto:me@evil.tld)").text == "me@bank.com (evil.tld)\n"


def test_a_foreign_alphabet_is_shown_as_the_browser_reads_it():
    assert read("<https://bаnk.com/>").text.endswith(" (xn--bnk-6cd.com)\n")


IMAGES = [
    "![alt](https://evil.tld/?q=SECRET)",
    "[a]: https://evil.tld/?q=SECRET\n\n![alt][a]",
    "[alt]: https://evil.tld/?q=SECRET\n\n![alt]",
]


@pytest.mark.parametrize("text", IMAGES)
def test_an_image_becomes_a_link_to_open(text):
    reading = read(text)
    assert not reading.all("img")
    assert reading.text.endswith("Remote image blocked: evil.tld Open image: alt\n")
    assert reading.all("a")[-1]["href"] == "https://evil.tld/?q=SECRET"


def test_an_image_in_a_link_leaves_the_link_whole():
    reading = read("[![alt **text**](https://evil.tld/x 'Title')](https://a.example/)")
    assert [link["href"] for link in reading.all("a")] == ["https://a.example/"]
    assert reading.all("span")[0] == {"class": "remote-image", "title": "https://evil.tld/x\nTitle"}
    assert reading.text == "Remote image blocked: evil.tld – alt text\n"


@pytest.mark.parametrize("url", ["data:image/png;base64,AA==", "/static/x.png", "javascript:x", "//evil.tld/x"])
def test_an_image_from_nowhere_stays_text(url):
    assert read(f"![alt]({url})").text == f"![alt]({url})\n"
