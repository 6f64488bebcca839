"""What courses add to the CMS. Wagtail finds this package by its name; a module for each topic."""

from courses.wagtail_hooks import deletion, menu, releases, schedule

__all__ = ["deletion", "menu", "releases", "schedule"]
