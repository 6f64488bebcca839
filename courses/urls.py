"""Addresses of frozen bytes. They hold no language: a picture is the same in all."""

from django.urls import path, re_path

from courses.views import files

app_name = "courses"

urlpatterns = [
    re_path(
        r"^pictures/(?P<sha256>[0-9a-f]{64})-(?P<width>400|800|1600)\.(?P<extension>webp|jpg)$",
        files.picture,
        name="picture",
    ),
    path("downloads/<slug:sha256>/<str:name>", files.download, name="download"),
]
