"""What the site adds to the CMS. Wagtail finds this package by its name; a module for each topic."""

from home.wagtail_hooks import choosing, sections, synonyms, translators, waiting

__all__ = ["choosing", "sections", "synonyms", "translators", "waiting"]
