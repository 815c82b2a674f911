from django.urls import path

from apps.conversations.views import attachments, calls, keeping, pages, requests, turns, wire

urlpatterns = [
    path("", pages.home, name="home"),
    path("conversations/", pages.conversations, name="conversations"),
    path("palette/", pages.palette, name="palette"),
    path("attachments/", attachments.attach, name="attach"),
    path("attachments/<id:pk>/", attachments.attachment, name="attachment"),
    path("attachments/<id:pk>/chip/", attachments.chip, name="chip"),
    path("attachments/<id:pk>/remove/", attachments.detach, name="detach"),
    path("c/<id:pk>/", pages.conversation, name="conversation"),
    path("c/<id:pk>/messages/", turns.create_message, name="create_message"),
    path("c/<id:pk>/stop/", turns.stop, name="stop"),
    path("c/<id:pk>/log/", keeping.log, name="log"),
    path("c/<id:pk>/settings/", keeping.keep_settings, name="keep_settings"),
    path("c/<id:pk>/preview/", requests.preview, name="preview"),
    path("c/<id:pk>/code/", requests.code, name="code"),
    path("c/<id:pk>/rename/", keeping.rename, name="rename"),
    path("c/<id:pk>/delete/", keeping.delete, name="delete"),
    path("messages/<id:pk>/again/", turns.again, name="again"),
    path("messages/<id:pk>/onward/", turns.onward, name="onward"),
    path("messages/<id:pk>/back/", turns.take_back, name="take_back"),
    path("messages/<id:pk>/results/", calls.answer_calls, name="answer_calls"),
    path("messages/<id:pk>/show/", keeping.show_branch, name="show_branch"),
    path("messages/<id:pk>/details/", wire.details, name="details"),
    path("messages/<id:pk>/details/events/", wire.wire_events, name="wire_events"),
    path("messages/<id:pk>/details/code/", wire.wire_code, name="wire_code"),
    path("messages/<id:pk>/details/request/", wire.wire_request, name="wire_request"),
    path("messages/<id:pk>/resend/edit/", wire.edit_request, name="edit_request"),
    path("messages/<id:pk>/resend/", wire.resend, name="resend"),
    path("messages/<id:pk>/source/", keeping.source, name="source"),
]
