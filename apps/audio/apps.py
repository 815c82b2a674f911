from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "apps.audio"

    def ready(self):
        from apps.audio.forms import TranscriptionForm
        from apps.audio.speech_topics import SpeechTopic
        from apps.audio.topics import TranscriptTopic
        from apps.live import topics
        from apps.parameters import kinds
        from apps.parameters.models import TRANSCRIPTION

        topics.register("transcript", TranscriptTopic())
        topics.register("speech", SpeechTopic())
        kinds.register(TRANSCRIPTION, TranscriptionForm)
