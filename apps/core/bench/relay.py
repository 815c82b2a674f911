"""``bench relay``: the bare relay and the product side by side, round by round, on the same work."""

import sys

from apps.core.bench import processes, report, rounds
from apps.core.bench.report import Aim
from apps.core.bench.systems import App, Bare

COUNTS = (1, 10, 50, 100)
TOKENS, RATE = 300, 100
FAST = 5_000
SHORT, LONG = 2_000, 200_000
BARE, PLAIN, APP = "bare relay", "bare relay, no deflate", "playground"


def run(quick=False, counts=COUNTS):
    """{"machine", "results", "aims"}; raises CommandError when it cannot measure."""
    times = 1 if quick else 3
    with processes.World() as world:
        upstream = world.upstream()
        sessions = world.people(max(counts))
        bare, plain = Bare(BARE, *world.bare(upstream)), Bare(PLAIN, *world.bare(upstream, "--plain"))
        app = App(APP, *world.app(upstream)[:2], sessions)
        for system in (bare, plain, app):
            # What is done once in the life of a process is not the price of a stream.
            rounds.play(system, upstream, 2, 50, RATE)
        results = []
        for count in counts:
            systems = (bare, plain, app) if count == max(counts) else (bare, app)
            results += side_by_side(systems, upstream, count, TOKENS, RATE, times)
        results += side_by_side((bare, app), upstream, 1, FAST, 0, times)
        growth = grow(app, upstream, times)
    return {"machine": processes.machine(), "results": results + [growth], "aims": aims(results, max(counts), growth)}


def side_by_side(systems, upstream, count, tokens, rate, times):
    """A row for each system, with medians over the rounds; the systems take turns."""
    found = {system.name: [] for system in systems}
    for turn in range(times):
        for system in systems:
            say(f"{count} × {tokens} tokens at {rate or 'full speed'}: {system.name}, round {turn + 1} of {times}")
            found[system.name].append(rounds.play(system, upstream, count, tokens, rate))
    work = {"streams": count, "tokens": tokens, "rate": rate}
    return [{"system": name, **work, **rounds.median(all_rounds)} for name, all_rounds in found.items()]


def grow(app, upstream, times):
    """What a token of a long answer costs, over what one of a short answer costs."""
    say(f"one answer of {LONG:,} tokens")
    short = [rounds.play(app, upstream, 1, SHORT, 0) for _ in range(times * 3)]
    long = rounds.play(app, upstream, 1, LONG, 0)
    costs = rounds.median(short)["cpu_s_per_million"], long["cpu_s_per_million"]
    faults = rounds.median([*short, long])
    return {
        "system": APP,
        "growth": costs[1] / costs[0],
        "cpu_s_per_million_short": costs[0],
        "cpu_s_per_million_long": costs[1],
        "peak_mb": long["peak_mb"],
        **{name: faults[name] for name in ("failed", "lost", "doubled", "faults")},
    }


def aims(results, most, growth):
    row = {(r["system"], r["streams"], r["tokens"]): r for r in results}
    app, bare = row[APP, most, TOKENS], row[BARE, most, TOKENS]
    fast, fast_bare = row[APP, 1, FAST], row[BARE, 1, FAST]
    wrong = sum(r[name] for r in [*results, growth] if r["system"] == APP for name in ("failed", "lost", "doubled"))
    return [
        Aim(1, f"{most} streams: Send to upstream asked, p50", app["asked_p50"], 10, "ms"),
        Aim(1, f"{most} streams: Send to upstream asked, p99", app["asked_p99"], 60, "ms"),
        Aim(1, f"{most} streams: first token added, p50", app["first_p50"], 5, "ms"),
        Aim(1, f"{most} streams: first token added, p99", app["first_p99"], 50, "ms"),
        Aim(1, f"{most} streams: each token added, p99", app["token_p99"], 40, "ms"),
        Aim(1, "turns failed, tokens lost or doubled, in all rounds", wrong, 0, ""),
        Aim(
            2,
            f"{most} streams: CPU per million tokens; the bare relay's is the target",
            app["cpu_s_per_million"],
            bare["cpu_s_per_million"],
            "s",
        ),
        Aim(
            3,
            f"{FAST:,} tokens at full speed, time over the bare relay's",
            fast_bare["tokens_per_second"] / fast["tokens_per_second"],
            1.5,
            "×",
        ),
        Aim(6, f"server: cost of a token in {LONG:,} over one in {SHORT:,}", growth["growth"], 1.1, "×"),
    ]


COLUMNS = [
    ("system", "system", "{}"),
    ("streams", "streams", "{}"),
    ("work", "work", "{}"),
    ("asked p50 / p99", "asked", "{:.1f} / {:.1f}"),
    ("first p50 / p99", "first", "{:.1f} / {:.1f}"),
    ("token p50 / p99", "token", "{:.1f} / {:.1f}"),
    ("tokens/s", "tokens_per_second", "{:,.0f}"),
    ("CPU s/M", "cpu_s_per_million", "{:.0f}"),
    ("peak MB", "peak_mb", "{:.0f}"),
    ("failed", "failed", "{}"),
    ("lost", "lost", "{}"),
]


def table(found):
    """The results as lines of a Markdown table; times in milliseconds."""
    rows = []
    for r in found["results"]:
        if "growth" in r:
            continue
        row = {**r, "work": f"{r['tokens']:,} at {r['rate'] or 'full speed'}"}
        pairs = {name: (r[f"{name}_p50"], r[f"{name}_p99"]) for name in ("asked", "first", "token")}
        rows.append([form.format(*pairs.get(key, (row.get(key),))) for _, key, form in COLUMNS])
    return report.table([title for title, _, _ in COLUMNS], rows)


def say(text):
    if sys.stderr.isatty():
        print(f"\r\033[K  {text}", end="", file=sys.stderr, flush=True)
