"""Questions to the database, and new rows for it, that Django puts into words once.

Turning a query with two joins into SQL takes Django one to two milliseconds, the answer of the database a thirtieth of
that. What is asked with every message keeps its words and changes only its values.
"""

import copy
import functools
import itertools
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
        # They depend on the columns and the kind of database only.
        self.converters = self.compiler.get_converters([expression for expression, *_ in self.compiler.select])
        names = {example: name for name, example in examples.items()}
        self.names = [names.get(parameter) for parameter in self.parameters]
        if set(self.names) - {None} != set(examples):
            raise TypeError(f"Not every value has its place in: {self.sql}")

    def ask(self, values):
        connection = connections[DEFAULT_DB_ALIAS]
        filled = [values[name] if name else given for name, given in zip(self.names, self.parameters, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            rows = cursor.fetchall()
        if not rows:
            return []
        asked = copy.copy(self.compiler)
        # Connections belong to threads, words to everybody.
        asked.connection = connection
        asked.execute_sql = lambda *args, **kwargs: [rows]
        asked.get_converters = lambda expressions: self.converters
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


def update(model, values, /, **where):
    """Give the rows that fit ``where`` (columns and their values; a list for one of several) new values; how many they were."""
    meta, connection = model._meta, connections[DEFAULT_DB_ALIAS]
    wanted = {name: value if isinstance(value, list) else [value] for name, value in where.items()}
    sql = _words_of_change("UPDATE", model, tuple(values), tuple((name, len(found)) for name, found in wanted.items()))
    filled = [meta.get_field(name).get_db_prep_save(value, connection) for name, value in values.items()]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*filled, *itertools.chain.from_iterable(wanted.values())])
        return cursor.rowcount


def delete(model, /, **where):
    """Delete the rows that fit; only for tables to whose rows nothing else points."""
    sql = _words_of_change("DELETE", model, (), tuple((name, 1) for name in where))
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, list(where.values()))
        return cursor.rowcount


@functools.cache
def _words_of_change(verb, model, names, where):
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name

    def column(name):
        return quote(model._meta.get_field(name).column)

    table = quote(model._meta.db_table)
    wanted = " AND ".join(f"{column(name)} IN ({', '.join(['%s'] * count)})" for name, count in where)
    if verb == "DELETE":
        return f"DELETE FROM {table} WHERE {wanted}"
    return f"UPDATE {table} SET {', '.join(f'{column(name)} = %s' for name in names)} WHERE {wanted}"
