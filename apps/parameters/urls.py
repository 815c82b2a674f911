from django.urls import path

from apps.parameters import schema_views, views

urlpatterns = [
    path("parameters/limits/", views.model_limits, name="model_limits"),
    path("parameters/schema/check/", schema_views.check, name="check_schema"),
    path("parameters/schema/strict/", schema_views.make_strict, name="make_strict"),
    path("parameters/schema/derive/", schema_views.derive, name="derive_schema"),
    path("parameters/schema/form/", schema_views.to_form, name="schema_form"),
    path("parameters/schema/rows/", schema_views.from_form, name="schema_rows"),
    path("parameters/schemas/", schema_views.saved, name="schemas"),
    path("parameters/schemas/<id:pk>/", schema_views.load, name="schema"),
    path("parameters/schemas/<id:pk>/delete/", schema_views.delete, name="delete_schema"),
]
