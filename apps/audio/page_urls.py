from django.urls import path

from apps.audio.views import comparing, edits, exports, search, transcripts, tries, versions

urlpatterns = [
    path("audio/search/", search.audio_search, name="audio_search"),
    path("audio/transcripts/<id:pk>/", transcripts.transcript, name="transcript"),
    path("audio/transcripts/<id:pk>/words/", transcripts.words, name="transcript_words"),
    path("audio/transcripts/<id:pk>/rename/", transcripts.rename, name="rename_transcript"),
    path("audio/transcripts/<id:pk>/edit/", edits.edit, name="edit_transcript"),
    path("audio/transcripts/<id:pk>/versions/", versions.versions, name="transcript_versions"),
    path("audio/transcripts/<id:pk>/difference/", versions.difference, name="transcript_difference"),
    path("audio/transcripts/<id:pk>/versions/<int:number>/restore/", versions.restore, name="restore_transcript"),
    path("audio/transcripts/<id:pk>/import/", versions.take_in, name="import_transcript"),
    path("audio/transcripts/<id:pk>/with/<id:other>/", comparing.compare, name="compare_transcripts"),
    path("audio/transcripts/<id:pk>/export/", exports.export, name="transcript_export"),
    path("audio/transcripts/<id:pk>/again/", tries.again, name="transcript_again"),
    path("audio/transcripts/<id:pk>/tries/<id:other>/", tries.tried, name="transcript_try"),
    path("audio/transcripts/<id:pk>/tries/<id:other>/take/", tries.take, name="take_try"),
]
