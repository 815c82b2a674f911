"""TeX to MathML, element by element from an allowlist."""

import functools
import re
from html import escape
from xml.etree.ElementTree import Element

from .limits import limits

ELEMENTS = {
    *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "mpadded", "mphantom"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "none"),
    *("menclose", "merror", "mtable", "mtr", "mtd"),
}
WORDS = {
    "display": {"block", "inline"},
    "notation": {"actuarial", "box", "circle", "updiagonalstrike", "downdiagonalstrike", "longdiv", "roundedbox"},
    **{name: {"true", "false"} for name in ("displaystyle", "stretchy", "fence", "separator", "accent", "accentunder")},
    **{name: {"true", "false"} for name in ("movablelimits", "largeop", "symmetric")},
    "form": {"prefix", "infix", "postfix"},
    "scriptlevel": {"0", "1", "2", "+1", "-1"},
}
LISTS = {
    "columnalign": re.compile(r"(?:left|right|center)(?: (?:left|right|center)){0,63}"),
    "rowlines": re.compile(r"(?:none|solid|dashed)(?: (?:none|solid|dashed)){0,63}"),
    "columnlines": re.compile(r"(?:none|solid|dashed)(?: (?:none|solid|dashed)){0,63}"),
    "mathvariant": re.compile(r"[a-z-]{1,30}"),
}
SIZES = {"width", "height", "depth", "voffset", "lspace", "rspace", "linethickness", "minsize", "maxsize"}
_SIZE = re.compile(r"-?0?\.[0-9]{1,6}(?:em|ex)|[0-9](?:\.[0-9]{1,6})?(?:em|ex)?")
# Definitions can make a page of a line; nothing else in TeX can.
_DEFINITIONS = re.compile(r"\\(?:def|gdef|edef|xdef|let|new|renew|provide|DeclareMath)")
_PAIRS = {"{": "}", "\\left": "\\right", "\\begin": "\\end"}
_BRACES = re.compile(r"\\(?:(?:left|right|begin|end)(?![a-zA-Z])|[\\{}])|[{}]")
_REFERENCE = re.compile(r"&#x([0-9A-Fa-f]{1,6});")


@functools.lru_cache(maxsize=256)
def convert(tex: str, display: str) -> str | None:
    """The formula as a `<math>` element; None when it is broken, too long or not a formula."""
    if len(tex) > limits.formula or _DEFINITIONS.search(tex) or not _is_balanced(tex):
        return None
    from latex2mathml.converter import Converter  # Reads a table of symbols: not before it is needed.

    try:
        tree = Converter(display=display).convert_to_element(tex)
        return _write(tree, f' alttext="{escape(tex)}"')
    except Exception:  # The converter raises whatever broken TeX leads it to; a reader gets the TeX.
        return None


def _is_balanced(tex):
    """The converter guesses at what is missing, and drops the rest."""
    awaited = []
    for token in _BRACES.findall(tex):
        if token in _PAIRS:
            awaited.append(_PAIRS[token])
        elif token in _PAIRS.values() and (not awaited or awaited.pop() != token):
            return False
    return not awaited


def _write(element: Element, extra="") -> str:
    if element.tag not in ELEMENTS:
        raise ValueError(element.tag)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attrib.items() if _allowed(name, value))
    children = "".join(_write(child) + _text(child.tail) for child in element)
    return f"<{element.tag}{attributes}{extra}>{_text(element.text)}{children}</{element.tag}>"


def _allowed(name, value):
    if name in WORDS:
        return value in WORDS[name]
    if name in SIZES:
        return bool(_SIZE.fullmatch(value))
    return name in LISTS and bool(LISTS[name].fullmatch(value))


def _text(text):
    """The converter leaves its symbols as character references."""
    return escape(_REFERENCE.sub(lambda match: chr(int(match[1], 16)), text)) if text else ""
