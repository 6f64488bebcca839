"""The site around the courses."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"
