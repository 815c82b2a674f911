from django.urls import path

from apps.parameters import preset_views as presets
from apps.parameters import schema_views, views

urlpatterns = [
    path("parameters/limits/", views.model_limits, name="model_limits"),
    path("teams/<id:pk>/presets/", presets.presets, name="presets"),
    path("teams/<id:pk>/presets/new/", presets.new_preset, name="new_preset"),
    path("presets/<id:pk>/", presets.preset, name="preset"),
    path("presets/<id:pk>/edit/", presets.edit_preset, name="edit_preset"),
    path("presets/<id:pk>/update/", presets.update_preset, name="update_preset"),
    path("presets/<id:pk>/duplicate/", presets.duplicate_preset, name="duplicate_preset"),
    path("presets/<id:pk>/delete/", presets.delete_preset, name="delete_preset"),
    path("parameters/schema/check/", schema_views.check, name="check_schema"),
    path("parameters/schema/strict/", schema_views.make_strict, name="make_strict"),
    path("parameters/schema/derive/", schema_views.derive, name="derive_schema"),
    path("parameters/schema/form/", schema_views.to_form, name="schema_form"),
    path("parameters/schema/rows/", schema_views.from_form, name="schema_rows"),
    path("parameters/schemas/", schema_views.saved, name="schemas"),
    path("parameters/schemas/<id:pk>/", schema_views.load, name="schema"),
    path("parameters/schemas/<id:pk>/delete/", schema_views.delete, name="delete_schema"),
]
