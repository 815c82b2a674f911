from django.urls import path

from apps.catalog import views

urlpatterns = [path("models/options/", views.options, name="model_options")]
