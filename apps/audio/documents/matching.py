"""What two lists of words have in common, as difflib finds it, in a time that nobody's text can make long.

difflib pairs every word with every other that is like it, again for each stretch that it finds: a text that says one word a
thousand times, against another that does so, takes minutes.
"""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

# Pairs of like words: prose of 4,000 words against prose has half as many.
MOST = 300_000
# Pairs times the stretches that they may be found in, at the worst.
WORK = 200_000_000

Opcode = tuple[str, int, int, int, int]


class Effort:
    """How much may be compared on one occasion, however many texts that are."""

    def __init__(self, work: int = WORK) -> None:
        self.left = work

    def allows(self, a: Sequence[str], b: Sequence[str]) -> bool:
        there = Counter(b)
        repeated = [(count, there[word]) for word, count in Counter(a).items() if word in there]
        pairs = sum(one * other for one, other in repeated)
        # What stands once on either side divides the rest; only what repeats is looked for over and over.
        work = pairs + sum(min(one, other) * (one * other - 1) for one, other in repeated)
        if pairs > MOST or work > self.left:
            return False
        self.left -= work
        return True


def opcodes(a: Sequence[str], b: Sequence[str], effort: Effort | None = None) -> list[Opcode]:
    """As SequenceMatcher has them; what both begin and end with is the same, and of the rest what is too much is replaced."""
    least = min(len(a), len(b))
    first = next((n for n in range(least) if a[n] != b[n]), least)
    last = next((n for n in range(least - first) if a[-1 - n] != b[-1 - n]), least - first)
    i, j, k, m = first, len(a) - last, first, len(b) - last
    found: list[Opcode] = [("equal", 0, first, 0, first)] if first else []
    if i == j or k == m:
        if i < j or k < m:
            found.append(("delete" if i < j else "insert", i, j, k, m))
    elif (effort or Effort()).allows(a[i:j], b[k:m]):
        between = SequenceMatcher(None, a[i:j], b[k:m], autojunk=False).get_opcodes()
        found += [(tag, i + w, i + x, k + y, k + z) for tag, w, x, y, z in between]
    else:
        found.append(("replace", i, j, k, m))
    return [*found, ("equal", j, len(a), m, len(b))] if last else found
