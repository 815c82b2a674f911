"""Whose turn it is: of the teams that wait, the one with the fewest jobs at work; within a team, the job that was asked for first.

So a hundred recordings of one team are that team's wait, and nobody else's. Where its jobs hold every place, one of them
gives its own away between two pieces, and goes on later.
"""

import time
from collections import Counter

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from apps.audio.models import LIVE, Speech, Transcript

# Seconds that the only job of a team keeps its place while a team without any waits.
SLICE = 60.0


class Turns:
    """What one worker remembers of whom it has served."""

    def __init__(self):
        self.served = Counter()
        self.count = 0

    def next(self):
        """(id of the task in the queue, its team), or None where nothing waits."""
        now = Look()
        if now.idle:
            # Of what was stopped or deleted meanwhile: such tasks are only put aside.
            return now.idle[0], None
        if not now.waiting:
            return None
        team = min(now.waiting, key=lambda team: (now.at_work[team], self.served[team], now.waiting[team][0]))
        return now.waiting[team][0][-1], team

    def serve(self, team):
        self.count += 1
        self.served[team] = self.count


def giver(begun):
    """Of the jobs that hold all places of this process, {id: when it got its place}, the one that should give it away; or None."""
    now = Look()
    begun = {pk: since for pk, since in begun.items() if pk in now.teams}
    if not now.waiting or not begun:
        return None
    least = min(now.at_work[team] for team in now.waiting)
    most = max(now.at_work[now.teams[pk]] for pk in begun)
    if most >= least + 2:
        return max((since, pk) for pk, since in begun.items() if now.at_work[now.teams[pk]] == most)[1]
    since, pk = min((since, pk) for pk, since in begun.items())
    return pk if not least and most and time.monotonic() - since >= SLICE else None


class Look:
    """What waits and what is done at this moment, by all workers.

    ``waiting`` is {team: [(asked for at, place in the queue, id of the task)] in order}, ``at_work`` {team: how many jobs},
    ``teams`` {id of a job that has not ended: team}, ``idle`` the tasks that there is nothing to do for.
    """

    def __init__(self):
        now, jobs = timezone.now(), {}
        for model, team in ((Transcript, "recording__team_id"), (Speech, "team_id")):
            for pk, *job in model.objects.filter(state__in=LIVE).values_list("pk", team, "created_at", "lease_until"):
                jobs[pk] = job
        self.teams = {pk: team for pk, (team, _, _) in jobs.items()}
        self.waiting, self.idle, queued = {}, [], set()
        for place, (task, asked) in enumerate(DBTaskResult.objects.ready().values_list("pk", "args_kwargs")):
            pk = asked["args"][0]
            if pk not in jobs:
                self.idle.append(task)
                continue
            queued.add(pk)
            team, created, _ = jobs[pk]
            self.waiting.setdefault(team, []).append((created, place, task))
        for tasks in self.waiting.values():
            tasks.sort()
        running = {asked["args"][0] for asked in DBTaskResult.objects.running().values_list("args_kwargs", flat=True)}
        # What was taken a moment ago has no lease yet; of what a dead worker left behind it is over, or the job waits again.
        self.at_work = Counter(
            team for pk, (team, _, lease) in jobs.items() if pk in running - queued and (lease is None or lease > now)
        )
