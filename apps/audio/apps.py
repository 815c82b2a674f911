from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "apps.audio"

    def ready(self):
        from apps.audio.speech_topics import SpeechTopic
        from apps.audio.topics import TranscriptTopic
        from apps.live import topics

        topics.register("transcript", TranscriptTopic())
        topics.register("speech", SpeechTopic())
