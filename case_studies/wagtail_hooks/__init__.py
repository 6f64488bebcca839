"""What case studies add to the CMS. Wagtail finds this package by its name; a module for each topic."""

from case_studies.wagtail_hooks import explorer, menu, told

__all__ = ["explorer", "menu", "told"]
