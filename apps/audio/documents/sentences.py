"""A long text cut into pieces that can be spoken one after another: at sentences, else at clauses, else at words.

The first piece is short, so that something is heard soon. Joined, the pieces are the text.
"""

import re
import unicodedata

# A text that is no longer than this is one piece: it is heard soon enough.
WHOLE = 300
FIRST = 200

_LATIN = ".!?…‼⁇⁈⁉"
# Of scripts that write no blank after a sentence, and of those that have a sign of their own.
_WIDE = "。！？｡．"
_OTHER = "؟۔।॥։።᙮"
_CLOSERS = "\"'”’»›)\\]}」』）】〉》"
_END = re.compile(rf"(?:(?<![{_LATIN}{_OTHER}])[{_LATIN}{_OTHER}]++[{_CLOSERS}]*+(?=\s)|[{_WIDE}]+[{_CLOSERS}]*)\s*|\n\s*")
_CLAUSE = re.compile(rf"[,;:،؛、，；：–—][{_CLOSERS}]*(?:\s+|(?<=[、，；：])[{_CLOSERS}]*)")
_INSIDE_NUMBERS = ".,' \u00a0\u202f"
_BLANK = re.compile(r"\s+")
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘„«]+$")
# Words that end with a full stop in the middle of a sentence, in the languages that are read aloud most.
_SHORT = frozenset(
    re.findall(
        r"\w+",
        """mr mrs ms dr prof sr jr st vs etc eg ie cf nos vol fig approx dept inc ltd co corp gen col sgt rev hon gov rep mt ave
        blvd jan feb mar apr jun jul aug sep sept oct nov dec al ca bzw usw ggf evtl inkl exkl nr str hr fr frl abs art bd hrsg ing
        mio mrd tel vgl ua zb dh uä oä bspw sog m mm mme mlle av env sra srta ud uds pág núm ecc dott sig""",
    )
)


def split(text, most, whole=WHOLE, first=FIRST):
    """Pieces of up to ``most`` characters, whose join is the text; ``whole`` and ``first`` are never more than that."""
    whole, first = min(whole, most), min(first, most)
    if len(text) <= whole:
        return [text] if text else []
    pieces, piece = [], ""
    for sentence in sentences(text):
        for part in _parts(sentence, most if pieces or piece else first):
            room = most if pieces else first
            if piece and len(piece) + len(part) > room:
                pieces.append(piece)
                piece = ""
            piece += part
    return [*pieces, piece] if piece else pieces


def speakable(text):
    """Whether there is anything to say: a line of dashes is silence."""
    return any(character.isalnum() for character in text)


def sentences(text):
    """The sentences of a text with the blanks behind them; their join is the text."""
    begin = 0
    for found in _END.finditer(text):
        if found.end() > begin and _ends(text, found):
            yield text[begin : found.end()]
            begin = found.end()
    if begin < len(text):
        yield text[begin:]


def _ends(text, found):
    """Whether a sentence ends here: not after a shortened word, an initial or a number of an order."""
    if "\n" in found[0] or not found[0].startswith(".") or found[0].startswith(".."):
        return True
    following = text[found.end() : found.end() + 1]
    if following.islower():
        return False
    word = _LAST_WORD.search(text, max(0, found.start() - 40), found.start())
    if word is None:
        return True
    bare = word[0].replace(".", "").casefold()
    if bare.isdigit():
        return len(bare) > 2
    return bare not in _SHORT and not ("." in word[0] and len(bare) <= 4) and not (len(bare) == 1 and word[0].isupper())


def _parts(sentence, most):
    """A sentence that is too long for one piece, in several: at a clause, at a blank, anywhere but inside a number."""
    while len(sentence) > most:
        cut = _last(_CLAUSE, sentence, most) or _last(_BLANK, sentence, most)
        # Rows of numbers look like one number with blanks in it; better cut there than in the middle of digits.
        cut = cut or _last(_BLANK, sentence, most, anyhow=True) or _anywhere(sentence, most)
        yield sentence[:cut]
        sentence = sentence[cut:]
    if sentence:
        yield sentence


def _last(pattern, text, most, anyhow=False):
    """Where the last match within ``most`` characters ends, as long as that leaves no mere scrap; 0 where there is none."""
    ends = [found.end() for found in pattern.finditer(text, 0, most) if anyhow or _divides(text, found.end())]
    return ends[-1] if ends and ends[-1] >= most // 4 else 0


def _anywhere(text, most):
    for cut in range(most, most // 2, -1):
        if _divides(text, cut):
            return cut
    return most


def _divides(text, cut):
    """False within a number (1,000 and 1 000 too), and between a sign and the marks that belong to it."""
    if cut >= len(text):
        return True
    before, after = text[:cut][-2:], text[cut]
    if unicodedata.combining(after) or after in "\u200d\ufe0f\u200c" or before[-1:] == "\u200d":
        return False
    if after in ".,'" and before[-1:].isdigit() and text[cut + 1 : cut + 2].isdigit():
        return False
    if not after.isdigit():
        return True
    return not (before[-1:].isdigit() or (len(before) == 2 and before[0].isdigit() and before[1] in _INSIDE_NUMBERS))
