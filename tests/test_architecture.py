"""Who may import whom. The table is the one the product was agreed on; what stands beside it says why."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# app → what it may import of ours; each also of itself.
MAY_IMPORT = {
    "groq": set(),
    "engine": {"groq"},
    "core": {"groq"},
    "accounts": {"groq", "core"},
    "live": {"groq", "core", "accounts"},
    "usage": {"groq", "core", "accounts"},
    "catalog": {"groq", "core", "accounts"},
    "parameters": {"groq", "core", "accounts", "catalog"},
    "conversations": {"groq", "core", "accounts", "live", "usage", "catalog", "parameters"},
    "audio": {"groq", "core", "accounts", "live", "usage", "catalog", "parameters"},
}
# `up` and `bench` put the whole together, as playground/ does: they are where the parts meet.
MEETING_PLACES = {
    "apps/core/management/commands/up.py": {"accounts", "engine"},
    "apps/core/management/commands/bench.py": set(MAY_IMPORT),
    "apps/core/bench": set(MAY_IMPORT),
}
# Inside an app, downwards: who stands higher in this list may import what stands lower, never the other way round.
LAYERS = ["urls", "views", "consumers", "topics", "runs", "forms", "evidence", "formats", "models"]
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "apps").rglob("*.py") if "migrations" not in path.parts)


def imports(path):
    """Names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(path.with_suffix("").parts[: -node.level]) if node.level else ""
            module = ".".join(part for part in (package, node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def ours(path):
    return {name.split(".")[1] for name in imports(path) if name.startswith("apps.") and name.count(".")}


def test_every_app_has_its_place_in_the_table():
    assert {path.parts[1] for path in FILES if len(path.parts) > 2} <= set(MAY_IMPORT)


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_an_app_imports_only_what_stands_below_it(app):
    for path in FILES:
        if path.parts[1] != app:
            continue
        here = next((more for place, more in MEETING_PLACES.items() if str(path).startswith(place)), set())
        assert ours(path) - {app} - MAY_IMPORT[app] - here == set(), path


def test_the_api_client_knows_no_framework():
    for path in FILES:
        if path.parts[1] == "groq":
            assert not {name for name in imports(path) if name.split(".")[0] in ("django", "channels", "playground")}, path


def test_one_module_speaks_http():
    for path in FILES:
        if {name.split(".")[0] for name in imports(path)} & {"httpx", "requests", "urllib3"}:
            assert str(path) == "apps/groq/client.py" or str(path).startswith("apps/core/bench"), path


# Not settings of ours, but what the desktop says of itself and what a process gives its children.
ENVIRONMENTS = {
    "playground/settings.py": "every setting",
    "playground/bootstrap.py": "before there is Django",
    "playground/testing.py": "hides what is set here from the tests",
    "playground/asgi.py": "names the settings",
    "apps/core/up/browser.py": "whether there is a screen",
    "apps/core/bench/people.py": "a process of its own: names the settings",
    "apps/core/bench/processes.py": "what the processes of a bench are given",
    "apps/parameters/samples.py": "writes code for others, who read their key from it",
    "apps/audio/samples.py": "the same, of recordings",
    "apps/engine/management/commands/engine.py": "a setting of a library that has no other way",
}


def test_one_module_reads_the_environment():
    found = set()
    for path in [*FILES, *(path.relative_to(ROOT) for path in (ROOT / "playground").glob("*.py"))]:
        text = (ROOT / path).read_text()
        if "os.environ" in text or "getenv" in text:
            found.add(str(path))
    assert found == set(ENVIRONMENTS)


def layer_of(name):
    """``preset_views`` are views, too."""
    return name.rpartition("_")[2]


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_inside_an_app_imports_go_down(app):
    for path in FILES:
        if path.parts[1] != app or len(path.parts) < 3:
            continue
        layer = layer_of(path.parts[2].removesuffix(".py"))
        if layer not in LAYERS:
            continue
        above = LAYERS[: LAYERS.index(layer)]
        used = {layer_of(name.split(".")[2]) for name in imports(path) if name.startswith(f"apps.{app}.") and name.count(".") > 1}
        assert used & set(above) == set(), f"{path} imports {used & set(above)}"


def test_models_know_no_network_and_runs_are_where_both_meet():
    for path in (path for path in FILES if len(path.parts) > 2):
        if path.parts[1] != "groq" and path.parts[2].removesuffix(".py") == "models":
            known = set(imports(path))
            assert not {name for name in known if name.startswith(("apps.core.connection", "apps.core.serving", "apps.live"))}, path
            assert not {name for name in known if name.startswith("apps.groq") and "client" in name}, path
