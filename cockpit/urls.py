"""Addresses of assessors: what waits for them, and one task."""

from django.urls import path

from cockpit import views

app_name = "cockpit"

urlpatterns = [
    path("cockpit/marking/", views.queue, name="queue"),
    path("cockpit/marking/<uuid:public_id>/", views.task, name="task"),
]
