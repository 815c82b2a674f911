"""The Markdown dialect: CommonMark, tables, strikethrough, task lists, formulas; HTML is text."""

import functools
import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from . import formulas, links
from .blocks import Block
from .limits import TooMuch, limits
from .renderer import Renderer

_INTERRUPTS = ["paragraph", "reference", "blockquote", "list"]
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def draw(block: Block, env: dict) -> str:
    """The block as HTML that is not sanitised yet."""
    markdown = parser()
    tokens = markdown.parse(block.source, env)
    env["deadline"].check()
    if block.start is not None:
        _go_on(tokens, block)
    return markdown.renderer.render(tokens, markdown.options, env)


def _go_on(tokens, block):
    """Let the list of a later part look like one with the list before it."""
    tokens[0].attrJoin("class", "continued")
    if block.start:
        tokens[0].attrSet("start", block.start)
    if block.loose:
        for token in tokens:
            if token.level == 2 and token.type in ("paragraph_open", "paragraph_close"):
                token.hidden = False


@functools.cache
def parser():
    markdown = MarkdownIt(
        "commonmark",
        {"html": False, "breaks": True, "tasklists": True, "inline_definitions": True, "xhtmlOut": False, "maxNesting": 100},
        renderer_cls=Renderer,
    )
    markdown.validateLink = links.is_live
    markdown.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    markdown.block.ruler.before("table", "guard", _guard_block, {"alt": _INTERRUPTS})
    markdown.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    markdown.block.ruler.before("fence", "formula", formulas.display_rule, {"alt": _INTERRUPTS})
    markdown.inline.ruler.after("text", "guard", _guard_inline)
    markdown.inline.ruler.before("escape", "formula", formulas.inline_rule)
    markdown.inline.ruler.before("autolink", "break", _break)
    markdown.core.ruler.at("inline", _inline)
    return markdown


def _guard_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Ends what takes too long, and what nests deeper than the parser would keep."""
    if state.level >= limits.nesting:
        raise TooMuch
    state.env["deadline"].tick()
    return False


def _guard_inline(state: StateInline, silent: bool) -> bool:
    state.env["deadline"].tick()
    return False


def _inline(state: StateCore) -> None:
    """As the parser's own, with a look at the clock: a table has thousands of cells without a rule to run."""
    for token in state.tokens:
        if token.type == "inline":
            state.env["deadline"].tick()
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _break(state: StateInline, silent: bool) -> bool:
    """`<br>` is how models break a line in a table cell; it is the one tag that means something."""
    match = _BREAK.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "<" else None
    if not match:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The parser's table, which drops cells that have no column: here they stay in the last one."""
    before = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    if silent:
        return True
    columns = sum(token.type == "th_open" for token in state.tokens[before:])
    if columns > limits.columns:
        raise TooMuch
    cell = None
    for token in state.tokens[before:]:
        if token.type == "inline":
            cell = token
        elif token.type == "tr_close" and cell:
            _keep_surplus(state, cell, columns)
    return True


def _keep_surplus(state, cell, columns):
    line = cell.map[0]
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
    if text.count("|") < columns:
        return
    cells = re.split(r"(?<!\\)\|", text.removeprefix("|"))
    if cells[-1] == "" and len(cells) > 1:
        cells.pop()
    if len(cells) > columns:
        cell.content = "|".join(cells[columns - 1 :]).strip()
