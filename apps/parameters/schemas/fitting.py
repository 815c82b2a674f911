"""Whether a value fits a schema, in bounded time, with what it breaks in words."""

import functools
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from apps.parameters.schemas import patterns, places


@dataclass
class Limits:
    """Tests replace single values."""

    seconds: float = 0.25
    """Processor time for one value. Alternatives in alternatives can multiply without end."""
    violations: int = 100
    """More than so many help nobody."""
    depth: int = 150
    """Keywords in keywords. Well before the interpreter's own end: reached inside the library's compiled parts, that is a panic
    which no ``except RecursionError`` catches."""
    clock: Callable[[], float] = time.thread_time


limits = Limits()


class Violation(NamedTuple):
    """``steps`` lead to what is wrong, ``words`` say why."""

    steps: tuple
    words: str

    @property
    def path(self):
        return places.written(self.steps)


class Verdict(NamedTuple):
    """``unchecked`` says in words what was left out; with it, no violations means nothing."""

    violations: list
    unchecked: list


class TooMuch(Exception):
    """The time is over."""


class TooDeep(Exception):
    """Keywords lead into keywords beyond the limit."""


class Meter:
    """The time that is left for one value, how deep its check stands, and what could not be checked of it."""

    def __init__(self, seconds):
        self.until = limits.clock() + seconds
        self.ticks, self.depth, self.unchecked = 0, 0, {}

    def tick(self):
        self.ticks += 1
        if not self.ticks & 7 and limits.clock() > self.until:
            raise TooMuch

    @contextmanager
    def deeper(self):
        if self.depth >= limits.depth:
            raise TooDeep
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def leave_out(self, words):
        self.unchecked[words] = True


_now = threading.local()


def verdict(value, schema, seconds=None):
    """What ``value`` breaks of ``schema``, which people wrote: anything may be wrong with it. Never raises."""
    return _judge(value, schema, _nothing_remote(), limits.seconds if seconds is None else seconds)


def of_metaschema(schema, seconds):
    """The same for a schema itself, held against the description of 2020-12."""
    from jsonschema import Draft202012Validator
    from jsonschema_specifications import REGISTRY

    return _judge(schema, Draft202012Validator.META_SCHEMA, REGISTRY, seconds)


def _judge(value, schema, registry, seconds):
    from jsonschema.exceptions import UnknownType
    from referencing.exceptions import Unresolvable

    from apps.parameters.schemas.words import of

    _now.meter = meter = Meter(seconds)
    # The same may come by several ways.
    violations = {}
    try:
        for error in _validator()(schema, registry=registry).iter_errors(value):
            violations[Violation(tuple(error.absolute_path), of(error))] = True
            if len(violations) == limits.violations:
                meter.leave_out(f"Only the first {limits.violations} violations are shown.")
                break
    except TooMuch:
        meter.leave_out("Checking all of it would take too long.")
    except Unresolvable as error:
        meter.leave_out(f"The schema refers to {str(error.ref)[:100]}, which is not in it.")
    except (TooDeep, RecursionError):
        meter.leave_out("The schema leads too deep.")
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, UnknownType) as error:
        # The library trusts schemas; in those of people anything may stand at any place.
        meter.leave_out(f"The schema cannot be followed ({type(error).__name__}).")
    finally:
        _now.meter = None
    return Verdict(list(violations), list(meter.unchecked))


@functools.cache
def _nothing_remote():
    """Without it the library would fetch a foreign $ref from the network."""
    from referencing import Registry

    return Registry()


@functools.cache
def _validator():
    """The library's validator with a meter in every keyword. Imported when it is first needed: it takes a tenth of a second."""
    import attrs
    from jsonschema import Draft202012Validator, validators

    changed = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "unevaluatedProperties": _unevaluated_properties(Draft202012Validator.VALIDATORS["unevaluatedProperties"]),
        "uniqueItems": _unique_items,
    }
    keywords = {name: _metered(function) for name, function in (Draft202012Validator.VALIDATORS | changed).items()}
    ours = validators.extend(Draft202012Validator, keywords)
    # The library's own hands each part that names its dialect ("$schema") to a validator of the library, without meters.
    ours.evolve = attrs.evolve
    return ours


def _metered(function):
    def keyword(validator, value, instance, schema):
        meter = _now.meter
        meter.tick()
        with meter.deeper():
            yield from function(validator, value, instance, schema) or ()

    return keyword


def _error(words, **more):
    from jsonschema import ValidationError

    return ValidationError(words, **more)


def _searcher(pattern):
    found = patterns.searcher(pattern) if isinstance(pattern, str) else None
    if found is None:
        _now.meter.leave_out(f"The pattern {str(pattern)[:100]} is none that can be tried safely.")
    return found


def _pattern(validator, pattern, instance, schema):
    if isinstance(instance, str) and (found := _searcher(pattern)) and not found(instance):
        yield _error("pattern")


def _pattern_properties(validator, given, instance, schema):
    if not isinstance(instance, dict):
        return
    for pattern, part in given.items():
        if found := _searcher(pattern):
            for name, value in instance.items():
                _now.meter.tick()
                if found(name):
                    yield from validator.descend(value, part, path=name, schema_path=pattern)


def _additional_properties(validator, part, instance, schema):
    if not isinstance(instance, dict):
        return
    searchers = [_searcher(pattern) for pattern in schema.get("patternProperties", {})]
    # A pattern that cannot be tried may have meant any name.
    if None in searchers:
        return
    known = schema.get("properties", {})
    for name, value in instance.items():
        _now.meter.tick()
        if name in known or any(found(name) for found in searchers):
            continue
        if part is False:
            yield _error("additionalProperties", path=[name])
        elif part is not True:
            yield from validator.descend(value, part, path=name)


def _unevaluated_properties(function):
    """The library's own, except where it would try patterns."""

    def keyword(validator, part, instance, schema):
        if not isinstance(instance, dict):
            return ()
        if any("patternProperties" in node for _, node in places.every(schema)) or _refers(schema):
            _now.meter.leave_out("“unevaluatedProperties” is not checked beside references or patterns of names.")
            return ()
        return function(validator, part, instance, schema)

    return keyword


def _refers(schema):
    return any("$ref" in node or "$dynamicRef" in node for _, node in places.every(schema))


def _unique_items(validator, wanted, instance, schema):
    """The library compares every two of them."""
    if wanted and isinstance(instance, list):
        seen = set()
        for place, item in enumerate(instance):
            _now.meter.tick()
            key = _key(item)
            if key in seen:
                yield _error("uniqueItems", path=[place])
            seen.add(key)


def _key(value):
    """Equal for values that are equal in JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, list):
        return ("list", *map(_key, value))
    if isinstance(value, dict):
        return frozenset((name, _key(inner)) for name, inner in value.items())
    return (isinstance(value, bool), value)
