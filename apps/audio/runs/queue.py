"""Jobs put into the queue: by people, and again by a worker that finds one which nobody does."""

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from apps.audio.models import Speech, Transcript
from apps.audio.runs import tasks


def begin(transcript):
    """Have the transcript done, once what asks for it is committed. Asking twice does it once."""
    _enqueue(tasks.transcribe, transcript)


def begin_speech(speech):
    """The same for a speech."""
    _enqueue(tasks.speak, speech)


def _enqueue(task, job):
    if job.is_live:
        transaction.on_commit(lambda: task.enqueue(job.pk))


def revive():
    """Queue every job again that waits for a worker and stands in no queue: how many there were."""
    queued = {
        (path, *arguments["args"]) for path, arguments in DBTaskResult.objects.ready().values_list("task_path", "args_kwargs")
    }
    found = 0
    for task, model in ((tasks.transcribe, Transcript), (tasks.speak, Speech)):
        for pk in model.waiting().values_list("pk", flat=True):
            if (task.module_path, pk) not in queued:
                task.enqueue(pk)
                found += 1
    return found
