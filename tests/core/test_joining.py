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


def test_a_second_script_takes_from_the_first_what_both_import():
    second = 'import "./parts/c.js"\nimport { twice } from "./lib/b.js"\nheard.push(twice(4))'
    more = {"js/more.js": second, "js/parts/c.js": 'import "../lib/b.js"\nheard.push("c")'}
    text = joining.script({**MODULES, **more}.get, "js/more.js", after="js/app.js")
    assert "heard.push('b')" not in text and text.count('heard.push("c")') == 1
    assert 'const { twice } = globalThis.sharedModules["js/lib/b.js"]' in text
    assert '"js/lib/b.js": module' in joining.script(MODULES.get, "js/app.js")


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


def test_a_page_loads_one_style_and_one_script_of_ours_and_those_of_audio_one_more(server, alice):
    texts = {}
    for address, number in (("/", 1), ("/audio/", 2), ("/speech/", 2)):
        page = alice.get(address).text
        styles, scripts = re.findall(r'href="(/static/css/[^"]+)"', page), re.findall(r'src="(/static/js/[^"]+)"', page)
        assert (len(styles), len(scripts)) == (number, number)
        assert not any("@import" in alice.get(style).text for style in styles)
        texts |= {script: alice.get(script).text for script in scripts}
    text = "\n".join(texts.values())
    assert len(texts) == 2
    assert re.search(r"^(import|export)\b", text, re.MULTILINE) is None
    for file in (settings.BASE_DIR / "static" / "js").rglob("*.js"):
        longest = max(file.read_text().splitlines(), key=len)
        assert longest.removeprefix("export ") in text or longest.startswith("import "), file.name
