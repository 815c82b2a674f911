"""References of a schema: where they lead, and whether they ever arrive."""

from urllib.parse import unquote

from apps.parameters.schemas import places

REFERENCES = ("$ref", "$dynamicRef")
ANCHORS = ("$anchor", "$dynamicAnchor")


class Lost(ValueError):
    """The reference leads to nothing in this schema; the words say which."""


def faults(root):
    """[(steps, words)]: references that lead nowhere, and one circle of those that lead only to one another."""
    anchors, found = anchors_of(root), []
    for steps, node in places.every(root):
        for name in REFERENCES:
            if isinstance(reference := node.get(name), str):
                try:
                    resolve(root, reference, anchors)
                except Lost as error:
                    found.append(((*steps, name), str(error)))
    if turns := circle(root, anchors):
        found.append(((), f"The schema turns in a circle: {' → '.join([*turns, turns[0]])}."))
    return found


def resolve(root, reference, anchors):
    """What a reference inside the schema names; raises Lost."""
    if not reference.startswith("#"):
        raise Lost(f"The schema refers to {short(reference)}, which lies outside of it; nothing is fetched.")
    pointer = unquote(reference[1:])
    if pointer and not pointer.startswith("/"):
        if pointer in anchors:
            return anchors[pointer]
        raise Lost(f"The schema refers to {short(reference)}, which is not in it.")
    node = root
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and step in node:
            node = node[step]
        elif isinstance(node, list) and step.isdecimal() and step.isascii() and len(step) < 7 and int(step) < len(node):
            node = node[int(step)]
        else:
            raise Lost(f"The schema refers to {short(reference)}, which is not in it.")
    return node


def anchors_of(root):
    return {
        anchor: node for _, node in places.every(root) for name in ANCHORS if isinstance(anchor := node.get(name), str) and anchor
    }


def circle(root, anchors):
    """The references of one circle in which a value would be checked for ever, in order; none where there is no such."""

    def ways(node):
        for name in REFERENCES:
            if isinstance(reference := node.get(name), str):
                try:
                    target = resolve(root, reference, anchors)
                except Lost:
                    continue
                if isinstance(target, dict):
                    yield short(reference), target
        yield from (("", part) for _, part in places.same(node))

    finished = set()
    for _, start in places.every(root):
        trail, on_it = [("", start, ways(start))], {id(start)}
        while trail:
            _, node, onward = trail[-1]
            for label, target in onward:
                if id(target) in on_it:
                    labels = [label for label, *_ in trail] + [label]
                    since = next(place for place, (_, passed, _) in enumerate(trail) if passed is target)
                    return [label for label in labels[since + 1 :] if label]
                if id(target) not in finished:
                    trail.append((label, target, ways(target)))
                    on_it.add(id(target))
                    break
            else:
                trail.pop()
                on_it.discard(id(node))
                finished.add(id(node))
    return []


def short(reference):
    return reference if len(reference) <= 100 else f"{reference[:100]}…"
