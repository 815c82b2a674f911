"""Styles and scripts in one file each: thirty small files cost a browser more than all it does with them.

In development every file is served as it was written; what is joined is made when static files are collected.
"""

import json
import posixpath
import re

_STYLE = re.compile(r'@import url\("([^"]+)"\)(?: layer\((\w+)\))?;')
_IMPORT = re.compile(r'^import (?:\{ ([\w, ]+) \} from )?"(\.[^"]+)"$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class|function|async function) (\w+))", re.MULTILINE)
_SHARED = "globalThis.sharedModules"
_OTHER = re.compile(r"^(?:import|export)\b.*$|\bimport\(|\bimport\.meta\b", re.MULTILINE)


def style(read, name):
    """The style sheet with what it imports in place; ``read(name)`` gives a file's text."""

    def place(match):
        inner = read(_beside(name, match[1]))
        if "url(" in inner:
            raise ValueError(f"{match[1]}: an address in it would mean something else in {name}.")
        return f"@layer {match[2]} {{\n{inner}\n}}" if match[2] else inner

    text = _STYLE.sub(place, read(name))
    if "@import" in text:
        raise ValueError(f"{name}: only imports of whole files with a layer or none are understood.")
    return text


def script(read, name, after=""):
    """The module with everything it imports, each in a function of its own, so that no two names meet.

    A page may load a second one, which then names the first as ``after`` and takes from it what both import: a module that
    holds a socket or a list must not be there twice. Understood are imports of names or of nothing but the module, one a line,
    and exports of declarations; anything else raises ValueError.
    """
    places, parts = {}, []
    before = {module: f"{_SHARED}[{json.dumps(module)}]" for module in _modules(read, after)} if after else {}

    def add(module, above):
        if module in above:
            raise ValueError(f"{module} imports itself: {' → '.join(above)}.")
        if module in places or module in before:
            return
        text, heads = read(module), []
        for names, path in _IMPORT.findall(text):
            other = _beside(module, path)
            add(other, [*above, module])
            if names:
                heads.append(f"const {{ {names} }} = {before.get(other) or places[other]}\n")
        text, exports = _EXPORT.sub("", _IMPORT.sub("", text)), _EXPORT.findall(text)
        if found := _OTHER.search(text):
            raise ValueError(f"{module}: {found[0]!r} is not understood.")
        places[module] = f"module{len(places)}"
        parts.append(f"const {places[module]} = (() => {{\n{''.join(heads)}{text}\nreturn {{ {', '.join(exports)} }}\n}})()\n")

    add(name, [])
    if not after:
        parts.append(f"{_SHARED} = {{ {', '.join(f'{json.dumps(module)}: {place}' for module, place in places.items())} }}\n")
    return "".join(parts)


def _modules(read, name):
    """The module and all that it imports, however far away."""
    found, left = set(), [name]
    while left:
        module = left.pop()
        if module not in found:
            found.add(module)
            left += [_beside(module, path) for _, path in _IMPORT.findall(read(module))]
    return found


def _beside(name, path):
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
