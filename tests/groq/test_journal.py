"""The record of an answer grows no further than its limit, however it was cut."""

from apps.groq import journal


def test_many_small_reads_take_no_more_room_than_few_large_ones():
    kept = journal.Journal()
    for _ in range(200_000):
        kept.add(b"x")
    assert len(kept._reads) == journal.LIMIT // journal.LEAST
    assert kept.dropped + len(kept._reads) == 200_000
    assert journal.body(kept.packed(0)) == "x" * len(kept._reads)
