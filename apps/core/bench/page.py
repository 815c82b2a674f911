"""``bench page``: what a reader of the product feels in a browser, beside a bare page that shows plain text."""

import contextlib
import os
import statistics
import time

from django.core.management.base import CommandError

from apps.core.bench import processes, report
from apps.core.bench.report import Aim
from apps.core.bench.script import Order
from apps.core.bench.tab import Tab
from playground.testing import find_chromium

RATE, COUNTS = 500, (1_000, 4_000)
FAST, SHORT, LONG = 10_000, 2_000, 200_000
BARE, APP = "bare page", "playground"


def run(quick=False):
    """{"machine", "results", "aims"}; raises CommandError when it cannot measure."""
    times = 1 if quick else 3
    with processes.World() as world, chromium() as browser:
        upstream = world.upstream()
        session = world.people(1)[0]
        bare = world.bare(upstream)[1]
        first_start, host, started = start(world, upstream, times)
        rest = statistics.median(process.memory for process in started)
        tabs = {BARE: lambda: Tab(browser, upstream, bare), APP: lambda: Tab(browser, upstream, host, session)}
        results = [opening(name, tab, times) for name, tab in tabs.items()]
        for count in COUNTS:
            results += side_by_side(tabs, count, times)
        results.append(grow(tabs[APP]))
    results.append({"system": APP, "first_start_s": first_start, "second_start_s": median(started, "seconds"), "rest_mb": rest})
    return {"machine": processes.machine(), "results": results, "aims": aims(results)}


class Started:
    def __init__(self, process):
        self.seconds, self.memory = process.started_in, process.memory()


def start(world, upstream, times):
    """(seconds of the first start, host, later starts); the last one keeps running."""
    process, host, _ = world.app(upstream)
    first, started = process.started_in, []
    for _ in range(times):
        process.end()
        process, host, _ = world.app(upstream)
        time.sleep(1)
        started.append(Started(process))
    return first, host, started


def opening(name, tab, times):
    """The first page, with nothing in the browser's cache: a third of a second, so that one is easily disturbed."""
    found = []
    for _ in range(3 * times + 1):
        with tab() as opened:
            found.append(opened.opening())
    # The first was the browser's first page ever: its own beginnings are not ours.
    found = found[1:]
    return {"system": name, **{key: statistics.median(one[key] for one in found) for key in found[0]}}


def side_by_side(tabs, count, times):
    found = {name: [] for name in tabs}
    for turn in range(times):
        for name, tab in tabs.items():
            with tab() as opened:
                found[name].append(opened.read(Order(f"p{count}t{turn}{name[0]}", "realistic", count, RATE)))
    work = {"tokens": count, "rate": RATE}
    return [
        {"system": name, **work, **{key: statistics.median(one[key] for one in all_) for key in all_[0]}}
        for name, all_ in found.items()
    ]


def grow(tab):
    """What the browser's main thread spends on a token of a long answer, over one of a short answer."""
    short = []
    for turn in range(3):
        with tab() as opened:
            short.append(opened.read(Order(f"short{turn}", "realistic", SHORT, FAST))["task_s"] / SHORT)
    with tab() as opened:
        long = opened.read(Order("long", "realistic", LONG, FAST), patience=120)["task_s"] / LONG
    costs = {"task_us_per_token_short": statistics.median(short) * 1e6, "task_us_per_token_long": long * 1e6}
    return {"system": APP, "growth": long / statistics.median(short), **costs}


@contextlib.contextmanager
def chromium():
    path = find_chromium()
    if path is None:
        raise CommandError("No Chromium found: install one or set PLAYGROUND_CHROMIUM.")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise CommandError("Playwright is not installed; python3 manage.py bench installs it when the network is there.") from error
    with sync_playwright() as playwright:
        # Chromium's sandbox refuses to run as root, as it is in containers.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


def median(found, name):
    return statistics.median(getattr(one, name) for one in found)


def aims(results):
    def figure(name, **where):
        return next(r[name] for r in results if r["system"] == APP and name in r and where.items() <= r.items())

    most = {"tokens": COUNTS[-1]}
    work = f"{RATE} tokens/s × {COUNTS[-1]:,}"
    return [
        Aim(4, f"{work}: last token visible after the upstream's end", figure("last_visible_ms", **most), 100, "ms"),
        Aim(4, f"{work}: long tasks", figure("long_tasks", **most), 0, ""),
        Aim(4, f"{work}: frame gaps over 50 ms", figure("frame_gaps", **most), 0, ""),
        Aim(5, "first page: script and style on the wire", figure("wire_kb"), 60, "KB"),
        Aim(5, "first page: input usable after", figure("usable_s"), 0.4, "s"),
        Aim(5, "second start of the server", figure("second_start_s"), 1.5, "s"),
        Aim(5, "memory at rest, without the engine", figure("rest_mb"), 110, "MB"),
        Aim(6, f"page: cost of a token in {LONG:,} over one in {SHORT:,}", figure("growth"), 1.1, "×"),
    ]


def table(found):
    reading = [r for r in found["results"] if "last_visible_ms" in r]
    rows = [
        [
            r["system"],
            f"{r['tokens']:,}",
            f"{r['last_visible_ms']:.0f}",
            f"{r['long_tasks']:g}",
            f"{r['long_task_ms']:.0f}",
            f"{r['frame_gaps']:g}",
        ]
        for r in reading
    ]
    titles = ["system", "tokens", "last visible after ms", "long tasks", "in them ms", "frame gaps over 50 ms"]
    opened = [[r["system"], f"{r['wire_kb']:.1f}", f"{r['usable_s']:.2f}"] for r in found["results"] if "wire_kb" in r]
    return [*report.table(titles, rows), "", *report.table(["system", "script and style KB", "input usable after s"], opened)]
