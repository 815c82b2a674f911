"""What waits in the queue: a name and an id, nothing more. The rows say the rest when their turn comes."""

from django_tasks import task


@task()
def transcribe(pk):
    """Do the transcript with this id, or go on with it."""
    from apps.audio.runs import transcribing

    transcribing.play(pk)


@task()
def speak(pk):
    """Do the speech with this id, or go on with it."""
    from apps.audio.runs import speaking

    speaking.play(pk)
