"""Fewer points with the same look."""


def thinned(points, most):
    """At most ``most`` points of a line, those that stand out (largest triangle of three buckets)."""
    if len(points) <= most or most < 3:
        return points if len(points) <= most else points[:: max(1, len(points) // most)][:most]
    kept, size, last = [points[0]], (len(points) - 2) / (most - 2), points[0]
    for bucket in range(most - 2):
        start, end = int(bucket * size) + 1, int((bucket + 1) * size) + 1
        following = points[end : int((bucket + 2) * size) + 1] or [points[-1]]
        ahead_x = sum(x for x, _ in following) / len(following)
        ahead_y = sum(y for _, y in following) / len(following)
        x0, y0 = last
        last = max(points[start:end], key=lambda point: abs((x0 - ahead_x) * (point[1] - y0) - (x0 - point[0]) * (ahead_y - y0)))
        kept.append(last)
    return [*kept, points[-1]]


def spread(points, most):
    """At most about ``most`` points of a cloud: one of those that would cover each other, then one in so many."""
    if len(points) <= most:
        return points
    found = list({(round(x / 2), round(y / 2)): (x, y) for x, y in points}.values())
    return found[:: max(1, -(-len(found) // most))]
