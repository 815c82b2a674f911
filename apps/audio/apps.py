from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AudioConfig(AppConfig):
    name = "apps.audio"

    def ready(self):
        from apps.audio import listing, searching
        from apps.audio.forms import TranscriptionForm
        from apps.audio.speech_topics import SpeechTopic
        from apps.audio.topics import TranscriptTopic
        from apps.core import palette
        from apps.live import topics
        from apps.parameters import kinds
        from apps.parameters.models import TRANSCRIPTION

        post_migrate.connect(searching.lay, sender=self, dispatch_uid="audio_search")
        topics.register("transcript", TranscriptTopic())
        topics.register("speech", SpeechTopic())
        kinds.register(TRANSCRIPTION, TranscriptionForm)
        palette.register(listing.named)
