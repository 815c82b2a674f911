"""Small checks that compose into the shape of a request.

A check takes a value and the path of where it stands, and gives the value back or raises ``Refusal`` (status 400,
``param`` is the path).
"""

from apps.engine.refusal import wrong


def text(value, where):
    if not isinstance(value, str):
        raise wrong(where, "must be a string")
    return value


def filled(value, where):
    if not text(value, where):
        raise wrong(where, "must not be empty")
    return value


def flag(value, where):
    if not isinstance(value, bool):
        raise wrong(where, "must be true or false")
    return value


def number(low, high):
    def check(value, where):
        # To Python True is a number, to JSON it is not.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong(where, "must be a number")
        if not low <= value <= high:
            raise wrong(where, f"must be between {low} and {high}")
        return value

    return check


def integer(low=None, high=None):
    def check(value, where):
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise wrong(where, "must be an integer")
        if low is not None and value < low:
            raise wrong(where, f"must be at least {low}")
        if high is not None and value > high:
            raise wrong(where, f"must be at most {high}")
        return int(value)

    return check


def one_of(*values):
    def check(value, where):
        if not isinstance(value, str) or value not in values:
            raise wrong(where, f"must be one of {', '.join(values)}")
        return value

    return check


def nullable(check):
    return lambda value, where: None if value is None else check(value, where)


def array(item, least=0, most=None):
    def check(value, where):
        if not isinstance(value, list):
            raise wrong(where, "must be an array")
        if len(value) < least:
            raise wrong(where, f"must have at least {least} item{'s' * (least != 1)}")
        if most is not None and len(value) > most:
            raise wrong(where, f"must have at most {most} items")
        return [item(each, f"{where}.{index}") for index, each in enumerate(value)]

    return check


def mapping(item):
    def check(value, where):
        if not isinstance(value, dict):
            raise wrong(where, "must be an object")
        return {name: item(each, f"{where}.{name}") for name, each in value.items()}

    return check


def anything(value, where):
    return value


def record(required=(), **members):
    """An object that has the required members, and no others than those named."""

    def check(value, where=""):
        at = f"{where}." if where else ""
        if not isinstance(value, dict):
            raise wrong(where, "must be an object")
        for name in required:
            if name not in value:
                raise wrong(f"{at}{name}", "is required")
        for name in value:
            if name not in members:
                raise wrong(f"{at}{name}", f"property '{name}' is unsupported")
        return {name: members[name](each, f"{at}{name}") for name, each in value.items()}

    return check
