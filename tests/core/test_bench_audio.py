"""``bench audio`` on a sentence instead of an hour: that it runs through, and what its figures say."""

import json

import pytest

from apps.core.bench import audio, passage, report

pytestmark = pytest.mark.model


def test_a_short_one_runs_through(monkeypatch):
    monkeypatch.setattr(passage, "TEXT", passage.TEXT.partition(" The council")[0])
    monkeypatch.setattr(audio, "MINUTES", 0.1)
    monkeypatch.setattr(audio, "HOUR", 0.1)
    found = audio.run(quick=True)
    told = json.loads(report.to_json(found))
    direct, ours = told["results"]
    assert (direct["system"], ours["system"]) == (audio.DIRECT, audio.APP)
    for result in (direct, ours):
        assert 5 < result["audio_s"] < 30 and result["seconds"] > 0
        assert result["word_error_rate"] < 0.2
    assert ours["first_text_of_an_hour_s"] > 0
    (aim,) = told["aims"]
    assert (aim["aim"], aim["target"]) == ("audio", 0.9)
    assert aim["figure"] == pytest.approx(ours["audio_per_second"] / direct["audio_per_second"], rel=0.01)
    assert "| playground " in report.to_text(found, audio.table(found))
