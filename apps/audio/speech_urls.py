from django.urls import path

from apps.audio.views import aloud, dictation, hearing, speech

urlpatterns = [
    path("speech/", speech.speech, name="speech"),
    path("speech/aloud/", aloud.aloud, name="aloud"),
    path("speech/code/", speech.speech_code, name="speech_code"),
    path("speech/<id:pk>/", speech.spoken, name="spoken"),
    path("speech/<id:pk>/card/", speech.speech_card, name="speech_card"),
    path("speech/<id:pk>/code/", speech.spoken_code, name="spoken_code"),
    path("speech/<id:pk>/sound", hearing.speech_sound, name="speech_sound"),
    path("speech/<id:pk>/pieces/<int:number>", hearing.speech_piece, name="speech_piece"),
    path("speech/<id:pk>/stop/", speech.stop_speech, name="stop_speech"),
    path("speech/<id:pk>/retry/", speech.retry_speech, name="retry_speech"),
    path("speech/<id:pk>/delete/", speech.delete_speech, name="delete_speech"),
    path("audio/dictation/", dictation.dictate, name="dictate"),
]
