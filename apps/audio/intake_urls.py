from django.urls import path

from apps.audio.views import links, recordings, requests, sound, uploads

urlpatterns = [
    path("audio/", recordings.audio, name="audio"),
    path("audio/uploads/", uploads.uploads, name="audio_uploads"),
    path("audio/uploads/<id:pk>/", uploads.upload, name="audio_upload"),
    path("audio/uploads/<id:pk>/finish/", uploads.finish, name="finish_upload"),
    path("audio/uploads/<id:pk>/cancel/", uploads.cancel, name="cancel_upload"),
    path("audio/uploads/<id:pk>/again/", uploads.again, name="fetch_again"),
    path("audio/link/", links.link, name="audio_link"),
    path("audio/transcribe/", requests.transcribe_all, name="transcribe_all"),
    path("audio/<id:pk>/", recordings.recording, name="recording"),
    path("audio/<id:pk>/rename/", recordings.rename_recording, name="rename_recording"),
    path("audio/<id:pk>/delete/", recordings.delete_recording, name="delete_recording"),
    path("audio/<id:pk>/sound", sound.recording_sound, name="recording_sound"),
    path("audio/<id:pk>/peaks", sound.recording_peaks, name="recording_peaks"),
    path("audio/<id:pk>/transcribe/", requests.transcribe, name="transcribe"),
    path("audio/<id:pk>/estimate/", requests.estimate, name="estimate"),
    path("audio/<id:pk>/code/", requests.code, name="transcription_code"),
]
