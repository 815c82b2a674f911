"""What is joined means what its parts meant."""

import re

import pytest
from django.conf import settings

from apps.core import joining


def test_styles_keep_their_layers():
    files = {
        "css/app.css": '@layer a, b;\n@import url("one.css") layer(a);\n@import url("parts/two.css");',
        "css/one.css": "p { color: red }",
        "css/parts/two.css": "q { color: blue }",
    }
    assert joining.style(files.get, "css/app.css") == "@layer a, b;\n@layer a {\np { color: red }\n}\nq { color: blue }"


@pytest.mark.parametrize("part", ["p { background: url(x.svg) }", '@import "x.css";'])
def test_what_would_change_its_meaning_is_refused(part):
    with pytest.raises(ValueError):
        joining.style({"app.css": '@import url("part.css");', "part.css": part}.get, "app.css")


MODULES = {
    "js/app.js": 'import "./parts/a.js"\nimport { twice } from "./lib/b.js"\nheard.push(twice(21))',
    "js/parts/a.js": 'import { twice } from "../lib/b.js"\nconst own = twice(1)\nheard.push(own)',
    "js/lib/b.js": "const own = 2\nheard.push('b')\nexport const twice = n => n * own\nexport function never() {}",
}


def test_modules_run_once_in_their_order_and_share_no_names():
    text = joining.script(MODULES.get, "js/app.js")
    assert text.count("heard.push('b')") == 1
    assert [text.index(part) for part in ("heard.push('b')", "heard.push(own)", "twice(21)")] == sorted(
        text.index(part) for part in ("heard.push('b')", "heard.push(own)", "twice(21)")
    )
    assert re.search(r"^(import|export)\b", text, re.MULTILINE) is None


@pytest.mark.parametrize(
    "text",
    [
        'import everything from "./lib/b.js"',
        'import * as b from "./lib/b.js"',
        'import { twice as double } from "./lib/b.js"\nexport default 1',
        "export { twice }",
        'const b = await import("./lib/b.js")',
        "console.log(import.meta.url)",
        'import "./app.js"',
    ],
)
def test_what_is_not_understood_is_refused(text):
    with pytest.raises(ValueError):
        joining.script({**MODULES, "js/app.js": text}.get, "js/app.js")


def test_a_page_loads_one_style_and_one_script_of_ours(server, alice):
    page = alice.get("/").text
    style, script = re.findall(r'href="(/static/css/[^"]+)"', page), re.findall(r'src="(/static/js/[^"]+)"', page)
    assert (len(style), len(script)) == (1, 1)
    assert "@import" not in alice.get(style[0]).text
    text = alice.get(script[0]).text
    assert re.search(r"^(import|export)\b", text, re.MULTILINE) is None
    for file in (settings.BASE_DIR / "static" / "js").rglob("*.js"):
        longest = max(file.read_text().splitlines(), key=len)
        assert longest.removeprefix("export ") in text or longest.startswith("import "), file.name
