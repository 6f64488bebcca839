"""The portal as an app: its management commands and system checks."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
