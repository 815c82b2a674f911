"""What can be gone to by name. An app registers what it finds of its own here; core itself knows no noun."""

_finders = []


def register(find):
    """``find(request, query)`` gives ``{"name", "kind", "url"}`` for what the person may see and what has the words in its name."""
    _finders.append(find)


def found(request, query):
    return [entry for find in _finders for entry in find(request, query)]
