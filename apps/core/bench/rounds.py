"""One round: so many streams on one system, and the figures of what was seen; medians over rounds."""

import asyncio
import gc
import itertools
import json
import statistics
import time

from apps.core.bench import wire
from apps.core.bench.script import Order

# All streams of a round begin within so many seconds.
WITHIN = 1.0
PATIENCE = 60
MILLION = 1_000_000

_rounds = itertools.count(1)


def play(system, upstream, streams, tokens, rate):
    """The figures of one round."""
    return _runner().run(asyncio.wait_for(_play(system, upstream, streams, tokens, rate), PATIENCE + 30))


_kept = []


def _runner():
    """One loop for the whole bench: connections are cheap, loops are not."""
    if not _kept:
        import uvloop

        _kept.append(asyncio.Runner(loop_factory=uvloop.new_event_loop))
    return _kept[0]


async def _play(system, upstream, streams, tokens, rate):
    number = next(_rounds)
    clients = [system.stream(place, Order(f"r{number}s{place}", "numbered", tokens, rate)) for place in range(streams)]
    for client in clients:
        await client.prepare()
    for client in clients:
        # Last, because servers close connections over which nothing is asked.
        await client.connect()
    await asyncio.sleep(0.3)
    gc.collect()
    gc.disable()
    system.process.forget_peak()
    cpu = system.process.cpu()
    sends = [asyncio.create_task(_send(client, place * WITHIN / streams)) for place, client in enumerate(clients)]
    await asyncio.wait(sends, timeout=PATIENCE)
    cpu = system.process.cpu() - cpu
    memory = system.process.memory("VmHWM")
    gc.enable()
    for task in sends:
        task.cancel()
    records = await _records(upstream)
    answers = [(client.sent_at, records.get(client.order.name), await client.seen()) for client in clients]
    for client in clients:
        client.close()
    return figures(answers, tokens, cpu, memory)


async def _send(client, after):
    await asyncio.sleep(after)
    await client.send()


async def _records(upstream):
    return json.loads((await wire.get(upstream.removeprefix("http://"), "/records"))[1])["records"]


def figures(answers, tokens, cpu, memory):
    """Times in milliseconds; ``answers`` are (when it was sent, the upstream's record or None, Seen)."""
    asked, first, each = [], [], []
    begin, end = time.monotonic_ns(), 0
    for sent_at, record, seen in answers:
        if record is None:
            seen.fault = seen.fault or "the upstream was never asked"
            continue
        asked.append((record["asked"] - sent_at) / 1e6)
        added = [(now - then) / 1e6 for now, then in zip(seen.at, record["sent"], strict=False)]
        first += added[:1]
        each += added
        if len(seen.at) < tokens:
            seen.fault = seen.fault or f"{tokens - len(seen.at)} tokens never came"
        if seen.at and record["sent"]:
            begin, end = min(begin, record["sent"][0]), max(end, seen.at[-1])
    count = tokens * len(answers)
    faults = [seen.fault for _, _, seen in answers if seen.fault]
    return {
        "asked_p50": percentile(asked, 50),
        "asked_p99": percentile(asked, 99),
        "first_p50": percentile(first, 50),
        "first_p99": percentile(first, 99),
        "token_p50": percentile(each, 50),
        "token_p99": percentile(each, 99),
        "tokens_per_second": count / ((end - begin) / 1e9) if end > begin else 0.0,
        "cpu_s_per_million": cpu / count * MILLION,
        "peak_mb": memory,
        "failed": len(faults),
        "lost": sum(seen.lost for _, _, seen in answers),
        "doubled": sum(seen.doubled for _, _, seen in answers),
        "faults": sorted(set(faults))[:3],
    }


def percentile(values, percent):
    """By nearest rank; infinity where nothing was seen."""
    if not values:
        return float("inf")
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def median(found):
    """The median of each figure over rounds; what must never happen is summed."""
    summed = ("failed", "lost", "doubled")
    merged = {name: statistics.median(one[name] for one in found) for name in found[0] if name not in (*summed, "faults")}
    merged |= {name: sum(one[name] for one in found) for name in summed}
    return merged | {"faults": sorted({fault for one in found for fault in one["faults"]})}
