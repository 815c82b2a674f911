"""Questions to the database, and new rows for it, that Django puts into words once.

Turning a query with two joins into SQL takes Django one to two milliseconds, the answer of the database a thirtieth of
that. What is asked with every message keeps its words and changes only its values.
"""

import copy
import functools
from types import SimpleNamespace
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import AutoField


class Whoever(NamedTuple):
    """Stands for a person in a prepared question: ``Noun.objects.visible_to(Whoever(user))``."""

    pk: int


class Prepared:
    """A query set with places for values: ``Prepared(lambda pk: Noun.objects.filter(pk=pk), pk="?")``.

    ``make`` is called once with the examples, which have the type of what comes later and stand nowhere else in the
    query; ``first(pk=…)`` and ``all(pk=…)`` give the objects as the query set would.
    """

    def __init__(self, make, **examples):
        self.make, self.examples = make, examples
        self.words = None

    def first(self, **values):
        """The first object, or None."""
        found = self.all(**values)
        return found[0] if found else None

    def all(self, **values):
        words = self.words = self.words or Words(self.make(**self.examples), self.examples)
        return words.ask(values)


class Words:
    """The SQL of a query set, and which of its parameters are values."""

    def __init__(self, queryset, examples):
        self.iterable = queryset._iterable_class
        self.compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = self.compiler.as_sql()
        names = {example: name for name, example in examples.items()}
        self.names = [names.get(parameter) for parameter in self.parameters]
        if set(self.names) - {None} != set(examples):
            raise TypeError(f"Not every value has its place in: {self.sql}")

    def ask(self, values):
        asked = copy.copy(self.compiler)
        # Connections belong to threads, words to everybody.
        asked.connection = connections[DEFAULT_DB_ALIAS]
        filled = [values[name] if name else given for name, given in zip(self.names, self.parameters, strict=True)]
        asked.as_sql = lambda *args, **kwargs: (self.sql, tuple(filled))
        query = SimpleNamespace(get_compiler=lambda using: asked)
        return list(self.iterable(SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})))


def insert(*objects):
    """Save new objects of one model as they are, with words made once; for tables that nobody listens to by signals.

    An id that the database gives is not read back. Raises what saving raises.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    sql, fields = _words_of_insert(type(objects[0]))
    rows = [[field.get_db_prep_save(field.pre_save(one, add=True), connection) for field in fields] for one in objects]
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
    for one in objects:
        one._state.adding, one._state.db = False, DEFAULT_DB_ALIAS


@functools.cache
def _words_of_insert(model):
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, AutoField)]
    columns = ", ".join(quote(field.column) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})", fields
