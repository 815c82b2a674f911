"""Formulas between dollars and TeX brackets: where they are in a text."""

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_CLOSERS = {"$$": "$$", "\\[": "\\]"}


def awaited(content: str) -> tuple[str | None, bool]:
    """What ends the display formula this line begins, if anything; and whether the line is a whole formula."""
    closer = _CLOSERS.get(content[:2])
    end = content.find(closer, 2) if closer else 0
    if end < 0:
        return closer, False
    return None, end > 2 and not content[end + 2 :].strip(" \t") and not content[2:end].isspace()


def display_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule for a formula on lines of its own, without blank lines or code fences in it."""
    if state.is_code_block(start):
        return False
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    closer, whole = awaited(first)
    line = start + 1 if whole else _closing_line(state, start, end, closer)
    if line is None:
        return False
    tex = state.getLines(start, line, state.blkIndent, False).strip()[2:-2].strip()
    if not silent:
        token = state.push("formula_block", "math", 0)
        token.content, token.map = tex, [start, line]
        state.line = line
    return True


def _closing_line(state, start, end, closer):
    """The number of the line after the formula; None when nothing ends it."""
    indent = min(state.blkIndent, state.sCount[start])
    for line in range(start + 1, end if closer else 0):
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip(" \t")
        if not text or state.sCount[line] < indent or text.startswith(("```", "~~~")):
            return None
        if text.endswith(closer):
            return line + 1
    return None


def inline_rule(state: StateInline, silent: bool) -> bool:
    """An inline rule for `$…$`, `$$…$$`, `\\(…\\)` and `\\[…\\]`."""
    opener = state.src[state.pos : state.pos + 2]
    if opener == "$$":
        closer = "$$"
    elif opener[:1] == "$":
        return _take(state, silent, 1, _closing_dollar(state), 1, "formula")
    elif opener in ("\\(", "\\["):
        closer = "\\)" if opener == "\\(" else "\\]"
    else:
        return False
    end = state.src.find(closer, state.pos + 2, state.posMax)
    return _take(state, silent, 2, end, 2, "formula" if opener == "\\(" else "formula_wide")


def _closing_dollar(state):
    """Where a single dollar ends a formula: sums of money must stay sums of money."""
    src, start = state.src, state.pos
    if start + 1 >= state.posMax or src[start + 1] in " \t\n" or src[start - 1 : start].isalnum():
        return -1
    end = src.find("$", start + 1, state.posMax)
    while end > 0 and src[end - 1] == "\\":
        end = src.find("$", end + 1, state.posMax)
    if end < 0 or src[end - 1] in " \t\n" or src[end + 1 : end + 2].isalnum():
        return -1
    return end


def _take(state, silent, opening, end, closing, kind):
    tex = state.src[state.pos + opening : end].strip() if end > 0 else ""
    if not tex:
        return False
    if not silent:
        state.push(kind, "math", 0).content = tex
    state.pos = end + closing
    return True
