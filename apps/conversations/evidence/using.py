"""What the API does with its own tools, said in a line each while it happens and as the head of a card afterwards."""

from apps.core.reading import line, member, parsed

# (while it runs, when it is done) by what the kind of a tool has in its name; the first that fits.
VERBS = [
    (("browser.open", "visit"), "Opening", "Opened"),
    (("browser.find",), "Looking on the page for", "Looked on the page for"),
    (("search",), "Searching the web for", "Searched the web for"),
    (("python", "code"), "Running code", "Ran code"),
    (("wolfram",), "Asking Wolfram Alpha", "Asked Wolfram Alpha"),
    (("browser",), "Using a browser", "Used a browser"),
    (("mcp", "function"), "Calling", "Called"),
]
OBJECTS = ("query", "q", "url", "pattern", "search_query", "task", "name", "id")
# Of many tools the last ones are what happens now.
LINES = 6


def lines(executed):
    """[words], the last few tools in their order; for frames, so the whole is short."""
    return [words_of(tool) for tool in executed[-LINES:]]


def words_of(tool):
    """What one executed tool does, or did when it has brought something."""
    kind = " ".join(value for name in ("name", "type") if isinstance(value := tool.get(name), str))
    during, done = next((verbs for names, *verbs in VERBS if any(name in kind.lower() for name in names)), ("Using", "Used"))
    verb = done if is_done(tool) else during
    if "code" in verb:
        return verb
    what = object_of(tool.get("arguments"))
    if verb in ("Using", "Used", "Calling", "Called"):
        what = line(tool.get("name"), 120) or line(tool.get("type"), 120) or what
        return f"{verb} {what or 'a tool'}"
    quoted = what if what.startswith(("http://", "https://")) else f"“{what}”"
    return f"{verb} {quoted}" if what else verb.removesuffix(" for")


def is_done(tool):
    return any(tool.get(name) for name in ("output", "search_results", "code_results", "browser_results"))


def object_of(arguments):
    """What a call is about, in a few words; an empty string when that cannot be told."""
    given = parsed(arguments) if isinstance(arguments, str) else arguments
    for name in OBJECTS:
        if what := line(member(given, name), 120):
            return what
    return ""


def code_of(arguments):
    """The program in the arguments of a code tool; an empty string when there is none."""
    given = parsed(arguments) if isinstance(arguments, str) else arguments
    found = member(given, "code")
    return found if isinstance(found, str) else ""
