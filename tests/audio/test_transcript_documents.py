"""Segments and words as plain data: what is edited keeps its times, what differs is found, what is doubtful is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audio.documents import aligning, diff, editing, flags, tokens
from tests.audio.spoken import documents, segment, spoken, texts

words = st.lists(st.sampled_from(["rain", "Rain,", "sun", "and", "wind", "日", "x"]), max_size=25)


def said(timed):
    return [word["word"].strip() for word in timed]


@given(words, words, st.floats(0, 100), st.floats(0, 100))
def test_any_rewriting_keeps_order_and_times_never_go_back(old, new, start, length):
    before = segment(1, " ".join(old), start, start + length)["words"]
    after = aligning.realign(before, " ".join(new), start, start + length)
    assert said(after) == tokens.words(" ".join(new))
    times = [time for word in after for time in (word["start"], word["end"])]
    assert [word["start"] for word in after] == sorted(word["start"] for word in after)
    assert all(word["start"] <= word["end"] for word in after)
    assert all(start - 0.001 <= time <= start + length + 0.001 for time in times)


@given(words.filter(bool), st.data())
def test_words_that_stay_keep_their_times(old, data):
    before = segment(1, " ".join(old), 0, 10)["words"]
    at = data.draw(st.integers(0, len(old)))
    after = aligning.realign(before, " ".join([*old[:at], "something", "new", *old[at:]]), 0, 10)
    kept = [(word["start"], word["end"]) for word in after if word["word"].strip() not in ("something", "new")]
    assert kept == [(round(word["start"], 3), round(word["end"], 3)) for word in before]


def test_a_word_that_is_written_otherwise_keeps_its_time_and_new_ones_share_the_gap():
    before = [
        {"word": "Hello", "start": 0, "end": 1},
        {"word": " wurld", "start": 1, "end": 2},
        {"word": " now", "start": 4, "end": 5},
    ]
    after = aligning.realign(before, "Hello, world and then now", 0, 5)
    assert [(word["word"], word["start"], word["end"]) for word in after][0::4] == [(" Hello,", 0, 1), (" now", 4, 5)]
    assert after[1]["start"] == 1
    assert after[3]["end"] == 2
    assert aligning.realign(before, "Hello world now", 0, 5)[1] == {"word": " world", "start": 1, "end": 2}


def test_words_without_punctuation_are_found_in_the_text():
    one = {
        "id": "s1",
        "start": 0,
        "end": 2,
        "text": "Yes, of course!",
        "words": [{"word": word, "start": n / 2, "end": n / 2 + 0.5} for n, word in enumerate(["yes", "of", "course"])],
    }
    assert aligning.placed(one) == [[0, 4, 0, 0.5], [5, 7, 0.5, 1], [8, 15, 1, 1.5]]


@given(documents(), st.data())
def test_any_edit_is_undone_exactly(segments, data):
    segments = [{**one, "words": aligning.timed(one)} for one in segments]
    ids = [one["id"] for one in segments]
    first = data.draw(st.integers(0, len(ids)))
    last = data.draw(st.integers(first, len(ids)))
    put = [{"id": f"n{n}", "text": text} for n, text in enumerate(data.draw(st.lists(texts, max_size=3)))]
    asked = editing.operations([{"after": ids[first - 1] if first else None, "remove": ids[first:last], "put": put}])
    after, undo = editing.apply(segments, asked)
    assert [one["text"] for one in after] == [
        *[one["text"] for one in segments[:first]],
        *[editing.clean(one["text"]) for one in put],
        *[one["text"] for one in segments[last:]],
    ]
    assert all(one["start"] <= one["end"] for one in after)
    back, _ = editing.apply(after, editing.operations(undo))
    assert back == segments


def test_a_split_divides_the_time_and_a_merge_joins_it():
    segments = spoken()
    split = [
        {"after": None, "remove": ["s1"], "put": [{"id": "s1", "text": "Good morning"}, {"id": "s1-b", "text": "and welcome."}]}
    ]
    after, undo = editing.apply(segments, editing.operations(split))
    assert [(one["id"], one["start"], one["end"]) for one in after[:2]] == [("s1", 0, 2), ("s1-b", 2, 4)]
    assert [word["start"] for word in after[1]["words"]] == [2, 3]
    merge = [{"after": None, "remove": ["s1", "s1-b"], "put": [{"id": "s1", "text": "Good morning and welcome."}]}]
    merged, _ = editing.apply(after, editing.operations(merge))
    assert (merged[0]["start"], merged[0]["end"], [word["start"] for word in merged[0]["words"]]) == (0, 4, [0, 1, 2, 3])
    assert editing.apply(after, editing.operations(undo))[0] == segments


def test_what_is_not_there_is_not_edited():
    for remove in (["s9"], ["s1", "s3"], ["s2", "s1"]):
        with pytest.raises(editing.Gone):
            editing.apply(spoken(), editing.operations([{"remove": remove, "put": []}]))
    with pytest.raises(editing.Wrong):
        editing.apply(spoken(), editing.operations([{"remove": ["s1"], "put": [{"id": "s2", "text": "Twice"}]}]))


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        [1],
        [{"remove": "s1", "put": []}],
        [{"remove": [1], "put": []}],
        [{"remove": [], "put": [{"id": "<b>", "text": ""}]}],
        [{"remove": [], "put": [{"id": "a", "text": 1}]}],
        [{"remove": [], "put": [{"id": "a", "text": "x" * 20_001}]}],
        [{"remove": [], "put": [{"id": "a", "text": "", "words": [], "start": 2, "end": 1}]}],
        [{"remove": [], "put": [{"id": "a", "text": "", "words": [], "start": -1, "end": 1}]}],
        [{"remove": [], "put": [{"id": "a", "text": "", "words": [], "start": True, "end": 1}]}],
        [{"remove": [], "put": [{"id": "a", "text": "", "words": [{"word": 1}], "start": 0, "end": 1}]}],
        [{"remove": [], "put": [], "after": 3}],
    ],
)
def test_what_is_no_edit_is_refused(told):
    with pytest.raises(editing.Wrong):
        editing.operations(told)


def test_a_speaker_is_named_without_touching_the_text():
    segments = spoken(avg_logprob=-2)
    after, _ = editing.apply(
        segments,
        editing.operations([{"remove": ["s2"], "put": [{"id": "s2", "text": segments[1]["text"], "speaker": " Ann  Lee "}]}]),
    )
    assert after[1] == {**segments[1], "speaker": "Ann Lee"}


def test_another_try_takes_the_place_of_the_segments_in_its_stretch():
    segments = spoken()
    tried = [segment(1, "Today we walk in rain.", 4.1, 8.2)]
    after, undo = editing.apply(segments, [editing.taken(segments, tried, 4, 8, "t2")])
    assert [(one["id"], one["text"]) for one in after] == [
        ("s1", segments[0]["text"]),
        ("t2-1", tried[0]["text"]),
        ("s3", segments[2]["text"]),
    ]
    assert editing.apply(after, editing.operations(undo))[0] == segments


@given(words, words)
def test_a_diff_leads_from_one_text_to_the_other(old, new):
    codes = diff.compare(old, new, key=str)
    assert [word for _, i, j, _, _ in codes for word in old[i:j]] == old
    assert [word for _, _, _, k, m in codes for word in new[k:m]] == new
    assert all(old[i:j] == new[k:m] for kind, i, j, k, m in codes if kind == diff.SAME)
    counted = diff.counts(codes)
    assert (counted["before"], counted["after"]) == (len(old), len(new))
    assert (counted["rate"] == 0) == (old == new)


def test_long_texts_are_compared_between_what_is_surely_the_same():
    old = [f"word{n % 997}x{n % 89}" if n % 3 else "the" for n in range(20_000)]
    new = list(old)
    new[10_000] = "changed"
    del new[5]
    counted = diff.counts(diff.compare(old, new))
    assert (counted["gone"], counted["other"], counted["new"]) == (1, 1, 0)


def test_rows_show_what_went_ahead_of_what_came():
    rows, counted = diff.lines(spoken(["Good morning.", "It rains today."]), spoken(["Good morning.", "It snows today."]))
    assert [row["changed"] for row in rows] == [False, True]
    assert rows[1]["both"] == [("same", "It"), ("gone", "rains"), ("new", "snows"), ("same", "today.")]
    assert (counted["other"], counted["rate"]) == (1, 0.2)


def test_what_whisper_says_of_itself_is_said_in_words():
    def of(text="Some words.", **measures):
        return flags.flags([segment(1, text, 0, 3, **measures)])[0]

    assert of(avg_logprob=-0.2, no_speech_prob=0.01, compression_ratio=1.3) == (flags.SURE, [])
    assert of() == (flags.SURE, [])
    assert of(avg_logprob=-0.8) == (flags.DOUBTFUL, ["Whisper was unsure"])
    assert of(avg_logprob=-1.4) == (flags.BAD, ["Whisper was very unsure"])
    assert of(no_speech_prob=0.9, avg_logprob=-0.1) == (flags.DOUBTFUL, ["may be silence"])
    assert of(compression_ratio=3) == (flags.BAD, ["repeats itself"])
    assert of("Thanks for watching!", no_speech_prob=0.4)[1] == ["a phrase that Whisper writes into silence"]
    assert of("Thanks for watching!", no_speech_prob=0.01, avg_logprob=-0.1) == (flags.SURE, [])
    assert of(avg_logprob=-1.4, edited=True) == (flags.SURE, [])


@pytest.mark.parametrize(
    ("text", "is_loop"),
    [("no no no", False), ("no " * 8, True), ("I think so. " * 4, True), ("very, very good", False), ("", False)],
)
def test_loops_are_found_within_a_segment(text, is_loop):
    assert flags.loops(text) is is_loop


def test_loops_are_found_across_segments():
    found = flags.flags(spoken(["Hello.", "And so on.", "And so on.", "and so on", "Bye."]))
    assert [level for level, _ in found] == [0, 2, 2, 2, 0]
    assert flags.repeated(spoken(["Yes.", "Yes.", "No."])) == set()
