"""What courses add to the CMS. Wagtail finds this package by its name; a module for each topic."""

from courses.wagtail_hooks import (
    bank,
    deletion,
    exchange,
    explorer,
    keeping,
    menu,
    outline,
    package,
    quality,
    releases,
    reports,
    schedule,
    translating,
)

__all__ = [
    "bank",
    "deletion",
    "exchange",
    "explorer",
    "keeping",
    "menu",
    "outline",
    "package",
    "quality",
    "releases",
    "reports",
    "schedule",
    "translating",
]
