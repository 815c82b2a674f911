"""What a person is told whose job waits: how many are begun before it, as far as the rule of ``fairness`` lets one say.

That rule also goes by what each worker remembers, and jobs end whenever they end: it is the turn that would come now, no promise.
"""

from collections import Counter

from apps.audio.models import LIVE, Speech, State, Transcript


def words(ahead):
    return f"Waiting for a worker, {ahead} ahead" if ahead else "Waiting for a worker"


def tell(speeches):
    """Give each of these that waits its words, as ``waits``; one query, or none."""
    found = ahead([speech.pk for speech in speeches if speech.state == State.QUEUED])
    for speech in speeches:
        speech.waits = words(found[speech.pk]) if speech.pk in found else ""
    return speeches


def ahead(ids):
    """{id: how many jobs are begun before it} of those among these that wait; one query, or none."""
    if not ids:
        return {}
    waiting, at_work, place = {}, Counter(), {}
    for created, pk, team, state in live():
        if state == State.RUNNING:
            at_work[team] += 1
        else:
            place[pk] = (team, len(waiting.setdefault(team, [])))
            waiting[team].append((created, pk))
    return {pk: before(*place[pk], waiting, at_work) for pk in ids if pk in place}


def live():
    """(asked for at, id, team, state) of all jobs that have not ended, in order."""
    transcripts = Transcript.objects.filter(state__in=LIVE).values_list("created_at", "pk", "recording__team_id", "state")
    speeches = Speech.objects.filter(state__in=LIVE).values_list("created_at", "pk", "team_id", "state")
    return sorted(transcripts.union(speeches, all=True))


def before(team, place, waiting, at_work):
    """Of its own team those asked for earlier; of another as many as give it no fewer places than the own has by then."""
    found = place
    for other, jobs in waiting.items():
        if other != team:
            turns = at_work[team] + place - at_work[other] + (jobs[0] < waiting[team][0])
            found += min(len(jobs), max(0, turns))
    return found
