"""Words sought in a column."""

from functools import reduce
from operator import or_

from django.db.models import Q


def containing(field, words):
    """The Q of rows whose field has the words in it, in any case.

    SQLite folds ASCII only, so that other letters are asked for in the ways people write them: as they stand, all small,
    all capital, and with capitals at the beginning or at each word.
    """
    ways = {words} if words.isascii() else {words, words.lower(), words.upper(), words.capitalize(), words.title()}
    return reduce(or_, (Q(**{f"{field}__icontains": way}) for way in sorted(ways)))
