from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "apps.audio"

    def ready(self):
        from apps.audio.forms import TranscriptionForm
        from apps.parameters import kinds
        from apps.parameters.models import TRANSCRIPTION

        kinds.register(TRANSCRIPTION, TranscriptionForm)
