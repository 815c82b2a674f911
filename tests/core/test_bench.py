"""The parts of the bench that decide what its figures mean."""

import json
import math

import pytest

from apps.core import markdown
from apps.core.bench import report, rounds, script
from apps.core.bench.report import Aim
from apps.core.bench.systems import Seen


@pytest.mark.parametrize("count", [1, 299, 300, 650])
def test_every_token_has_its_number_in_the_text_and_in_its_html(count):
    text = "".join(script.tokens("numbered", count))
    assert script.numbers(text) == list(range(count))
    assert script.numbers_of_html(markdown.render(text)) == list(range(count))


@pytest.mark.parametrize("count", [100, 1000, 4000])
def test_a_realistic_text_has_so_many_tokens_and_ends_with_its_mark(count):
    tokens = script.tokens("realistic", count)
    assert len(tokens) == count
    assert "".join(tokens).endswith(script.END) and "".join(tokens).count(script.END) == 1


def test_an_order_is_read_back_from_its_prompt():
    order = script.Order("r1s7", "numbered", 300, 100)
    assert script.read(order.prompt) == order
    with pytest.raises(ValueError):
        script.read("Hello?")


@pytest.mark.parametrize(
    ("numbers", "lost", "doubled"), [([0, 1, 2], 0, 0), ([0, 2], 1, 0), ([0, 1, 1, 2], 0, 1), ([1, 0, 2], 0, 0), ([], 3, 0)]
)
def test_lost_and_doubled_tokens_are_counted(numbers, lost, doubled):
    seen = Seen()
    seen.check(numbers, 3)
    assert (seen.lost, seen.doubled) == (lost, doubled)
    assert bool(seen.fault) == (numbers != [0, 1, 2])


def test_figures_say_what_was_added():
    seen = Seen()
    seen.upto(0, 12_000_000)
    seen.upto(2, 45_000_000)
    record = {"asked": 3_000_000, "sent": [10_000_000, 20_000_000, 40_000_000]}
    found = rounds.figures([(1_000_000, record, seen)], 3, cpu=0.0003, memory=50.0)
    assert (found["asked_p50"], found["first_p50"], found["token_p50"], found["token_p99"]) == (2.0, 2.0, 5.0, 25.0)
    assert found["cpu_s_per_million"] == pytest.approx(100)
    assert (found["failed"], found["lost"]) == (0, 0)


def test_an_answer_that_never_came_is_a_failed_turn():
    found = rounds.figures([(1, None, Seen())], 3, cpu=0.1, memory=1.0)
    assert found["failed"] == 1 and math.isinf(found["asked_p50"])


def test_medians_keep_every_failure():
    found = [
        {"token_p50": value, "failed": failed, "lost": 0, "doubled": 0, "faults": []} for value, failed in [(3, 0), (9, 1), (4, 0)]
    ]
    assert rounds.median(found) == {"token_p50": 4, "failed": 1, "lost": 0, "doubled": 0, "faults": []}


def test_the_json_names_each_aim_with_its_figure_its_target_and_whether_it_holds():
    found = {
        "machine": {},
        "results": [{"asked_p50": math.inf}],
        "aims": [Aim(1, "what", 4.00049, 5, "ms"), Aim(2, "more", 7.0, 5, "s")],
    }
    read = json.loads(report.to_json(found))
    assert read["aims"] == [
        {"aim": 1, "what": "what", "figure": 4.0, "target": 5, "unit": "ms", "holds": True},
        {"aim": 2, "what": "more", "figure": 7.0, "target": 5, "unit": "s", "holds": False},
    ]
    assert read["results"] == [{"asked_p50": None}]
