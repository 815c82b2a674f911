from django.urls import include, path

from apps.core import views

handler400 = views.unreadable
handler403 = views.forbidden
handler404 = views.not_found
# Asked for by django-allauth.
handler429 = views.too_many
handler500 = views.failed

urlpatterns = [
    path("health", views.health, name="health"),
    path("", include("apps.accounts.urls")),
    path("", include("apps.catalog.urls")),
    path("", include("apps.parameters.urls")),
    path("", include("apps.conversations.urls")),
    path("", include("apps.audio.urls")),
]
