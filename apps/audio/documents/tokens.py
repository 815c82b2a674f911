"""Words of a text, as they are timed, compared and counted: what stands between blanks; in scripts without blanks, each sign."""

import re

# Thai to Lao, Burmese, Khmer, kana, Chinese.
_SIGN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SIGN}]|[^\s{_SIGN}]+")
_LETTERS = re.compile(r"\W+")


def words(text):
    """The words in order, without the blanks around them."""
    return _WORD.findall(text)


def places(text):
    """(from, to) of each of them."""
    return [match.span() for match in _WORD.finditer(text)]


def key(word):
    """What two writings of one word have in common: neither case nor punctuation; the word itself where it is nothing else."""
    return _LETTERS.sub("", word).casefold() or word
