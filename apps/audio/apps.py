from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "apps.audio"

    def ready(self):
        from apps.audio.speech_topics import SpeechTopic
        from apps.live import topics

        topics.register("speech", SpeechTopic())
