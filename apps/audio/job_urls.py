from django.urls import path

from apps.audio.views import progress

urlpatterns = [
    path("audio/transcripts/<id:pk>/progress/", progress.transcript_progress, name="transcript_progress"),
    path("audio/transcripts/<id:pk>/stop/", progress.transcript_stop, name="transcript_stop"),
    path("audio/transcripts/<id:pk>/retry/", progress.transcript_retry, name="transcript_retry"),
]
