"""The second layer: whatever the first one wrote, only these tags, attributes and schemes get through."""

import functools
import re

import nh3

from . import code

TAGS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr", "br", "pre", "code"),
    *("strong", "em", "s", "a", "table", "thead", "tbody", "tr", "th", "td", "div", "span", "bdi"),
    *("figure", "figcaption", "copy-button", "button", "data"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "span": {"title"},
    "figure": {"data-language"},
    "data": {"value"},
}
VALUES = {
    **{tag: {"dir": {"auto"}} for tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote")},
    "pre": {"dir": {"auto", "ltr"}, "tabindex": {"0"}},
    "button": {"type": {"button"}, "aria-label": {"Copy code"}},
    "div": {"dir": {"auto"}, "tabindex": {"0"}, "role": {"group", "region"}, "aria-label": {"Table", "Formula"}},
    "span": {"role": {"img"}, "aria-label": {"Done", "To do"}},
}
CLASSES = {
    "figure": {"code-block"},
    "code": {"highlight"},
    "pre": {"plain-text"},
    "div": {"table-scroll", "formula"},
    "p": {"link-definition"},
    "ul": {"continued", "contains-task-list"},
    "ol": {"continued", "contains-task-list"},
    "li": {"task-list-item"},
    "th": {"align-left", "align-center", "align-right"},
    "td": {"align-left", "align-center", "align-right"},
    "span": {"link-host", "remote-image", "task"},
}
_SLOT = re.compile('<data value="(\\d+)"></data>')


@functools.cache
def cleaner():
    return nh3.Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        tag_attribute_values=VALUES,
        allowed_classes={**CLASSES, "span": CLASSES["span"] | code.CLASSES},
        clean_content_tags=set(),
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        strip_comments=True,
    )


def clean(html: str) -> str:
    return cleaner().clean(html)


def slot(number: int) -> str:
    """Holds the place of a formula: the sanitiser knows HTML only, formulas pass a list of their own."""
    return f'<data value="{number}"></data>'


def insert_formulas(html: str, formulas: list[str]) -> str:
    return _SLOT.sub(lambda match: formulas[int(match[1])], html) if formulas else html
