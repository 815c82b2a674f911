"""``bench audio``: a recording through the whole product, beside faster-whisper called directly on the same file."""

import json
import statistics
import wave

from apps.core.bench import passage, processes, report
from apps.core.bench.report import AtLeast
from apps.core.bench.visitor import Visitor

DIRECT, APP = "faster-whisper", "playground"
# Of the bundled engine, whose names do not depend on what a machine has.
HEARS, SPEAKS, VOICE = "whisper-base", "piper-en-us-joe", "joe"
RATE, PAUSE = 16_000, 1.0
MINUTES, HOUR = 10, 60


def run(quick=False):
    """{"machine", "results", "aims"}; raises CommandError when it cannot measure."""
    with processes.World() as world:
        session = world.people(1)[0]
        work, hour, short = (world.folder / f"{name}.wav" for name in ("work", "hour", "short"))
        rounds = {DIRECT: [], APP: []}
        with Visitor(world.whole()[1], session) as visitor:
            spoken = visitor.speak(passage.TEXT, SPEAKS, VOICE, RATE)
            seconds, said = write(work, spoken, MINUTES * 60)
            write(hour, spoken, HOUR * 60)
            write(short, spoken, 1)
            # Its model is loaded before the clock runs, as that of the other is.
            visitor.transcript(visitor.upload(short), HEARS)
            recording = visitor.upload(work)
            for _ in range(1 if quick else 3):
                rounds[DIRECT].append(listen(world, work))
                rounds[APP].append(visitor.transcript(recording, HEARS))
            first = visitor.first_text(visitor.upload(hour), HEARS)
    results = [row(name, found, seconds, said) for name, found in rounds.items()]
    results[-1]["first_text_of_an_hour_s"] = first
    return {"machine": processes.machine() | {"pinned": None}, "results": results, "aims": aims(results)}


def write(path, spoken, seconds):
    """The passage as often as it takes to fill so much time; (seconds, the words of it)."""
    once = len(spoken) / 2 / RATE + PAUSE
    times = max(1, round(seconds / once))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for _ in range(times):
            file.writeframes(spoken + bytes(int(PAUSE * RATE) * 2))
    return times * once, " ".join([passage.TEXT] * times)


def listen(world, path):
    process = world.start(["-m", "apps.core.bench.listener", str(path)], where=world.everywhere, ready="{", within=600)
    found = json.loads("{" + process.first)
    return found["seconds"], found["text"]


def row(name, found, seconds, said):
    taken = statistics.median(took for took, _ in found)
    wrong = statistics.median(passage.word_error_rate(said, heard) for _, heard in found)
    return {"system": name, "audio_s": seconds, "seconds": taken, "audio_per_second": seconds / taken, "word_error_rate": wrong}


def aims(results):
    direct, ours = (result["audio_per_second"] for result in results)
    return [AtLeast("audio", "Audio per second of work, end to end, over faster-whisper called directly", ours / direct, 0.9, "×")]


def table(found):
    rows = [
        [
            result["system"],
            f"{result['audio_s']:,.0f}",
            f"{result['seconds']:,.1f}",
            f"{result['audio_per_second']:,.1f}",
            f"{result['word_error_rate']:.1%}",
            report.show(result["first_text_of_an_hour_s"], "s") if "first_text_of_an_hour_s" in result else "",
        ]
        for result in found["results"]
    ]
    titles = ["system", "audio, s", "work, s", "audio s per second", "words misheard", "first text of an hour"]
    return report.table(titles, rows)
