"""The portal as an app: its management commands and what the loaders keep in mind."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
