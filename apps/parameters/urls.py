from django.urls import path

from apps.parameters import presets_views as presets
from apps.parameters import views

urlpatterns = [
    path("parameters/limits/", views.model_limits, name="model_limits"),
    path("teams/<id:pk>/presets/", presets.presets, name="presets"),
    path("teams/<id:pk>/presets/new/", presets.new_preset, name="new_preset"),
    path("presets/<id:pk>/", presets.preset, name="preset"),
    path("presets/<id:pk>/edit/", presets.edit_preset, name="edit_preset"),
    path("presets/<id:pk>/update/", presets.update_preset, name="update_preset"),
    path("presets/<id:pk>/duplicate/", presets.duplicate_preset, name="duplicate_preset"),
    path("presets/<id:pk>/delete/", presets.delete_preset, name="delete_preset"),
]
