"""Whose turn it is: of the teams that wait, the one with the fewest jobs at work; within a team, the job that was asked for first.

So a hundred recordings of one team are that team's wait, and nobody else's.
"""

from collections import Counter

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from apps.audio.models import LIVE, Speech, Transcript

# Of what nobody needs any more, whose task is only to be put aside.
NOBODY = None


class Turns:
    """What one worker remembers of whom it has served."""

    def __init__(self):
        self.served = Counter()
        self.count = 0

    def next(self):
        """(id of the task in the queue, its team), or None where nothing waits."""
        waiting, at_work = look()
        if not waiting:
            return None
        team = min(waiting, key=lambda team: (team is not NOBODY, at_work[team], self.served[team], waiting[team][0]))
        return waiting[team][0][-1], team

    def serve(self, team):
        self.count += 1
        self.served[team] = self.count


def look():
    """({team: [(asked for at, place in the queue, id of the task)] in order}, {team: how many of its jobs are at work})"""
    jobs = {}
    for model, team in ((Transcript, "recording__team_id"), (Speech, "team_id")):
        for pk, *job in model.objects.filter(state__in=LIVE).values_list("pk", team, "created_at", "lease_until"):
            jobs[pk] = job
    now, waiting, queued = timezone.now(), {}, set()
    for place, (task, asked) in enumerate(DBTaskResult.objects.ready().values_list("pk", "args_kwargs")):
        pk = asked["args"][0]
        queued.add(pk)
        team, created, _ = jobs.get(pk, (NOBODY, now, None))
        waiting.setdefault(team, []).append((created, place, task))
    for tasks in waiting.values():
        tasks.sort()
    running = {asked["args"][0] for asked in DBTaskResult.objects.running().values_list("args_kwargs", flat=True)}
    # A task that was taken a moment ago has no lease yet; one that a dead worker left behind has one that is over, or waits again.
    at_work = Counter(jobs[pk][0] for pk in running - queued if pk in jobs and (jobs[pk][2] is None or jobs[pk][2] > now))
    return waiting, at_work
