"""What courses add to the CMS. Wagtail finds this package by its name; a module for each topic."""

from courses.wagtail_hooks import bank, deletion, menu, releases, schedule

__all__ = ["bank", "deletion", "menu", "releases", "schedule"]
