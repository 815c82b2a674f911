"""Code can be read in both themes, and every class the drawing writes has a look."""

import re

import pytest
from django.conf import settings

from apps.core.markdown import code, sanitise

COMPONENTS = settings.BASE_DIR / "static" / "css" / "components"
BACKGROUNDS = ("#f6f4f1", "#1e1c1a")
COLOURS = re.findall(r"(--code-\w+): light-dark\((#\w{6}), (#\w{6})\)", (COMPONENTS / "code.css").read_text())


def luminance(colour):
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("name", "light", "dark"), COLOURS)
def test_colours_of_code_can_be_read(name, light, dark):
    assert contrast(light, BACKGROUNDS[0]) >= 4.5
    assert contrast(dark, BACKGROUNDS[1]) >= 4.5


def test_every_class_has_a_look():
    styles = "".join((COMPONENTS / name).read_text() for name in ("code.css", "prose.css"))
    assert len(COLOURS) == len(code.CLASSES)
    for name in {name for names in sanitise.CLASSES.values() for name in names} | code.CLASSES:
        assert re.search(rf"\.{name}\b", styles), name


def test_styles_know_no_side_but_the_one_of_the_text():
    for name in ("code.css", "prose.css"):
        styles = (COMPONENTS / name).read_text()
        assert not re.search(r"(?:margin|padding|border)-(?:left|right|top|bottom)|[\s;{](?:left|right|width|height):", styles)
        assert "!important" not in styles
