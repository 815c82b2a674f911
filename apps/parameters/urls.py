from django.urls import path

from apps.parameters import views

urlpatterns = [path("parameters/limits/", views.model_limits, name="model_limits")]
