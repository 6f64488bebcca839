"""What learning adds to the CMS. Wagtail finds this package by its name; a module for each topic."""

from progress.wagtail_hooks import analysis, bank, releasing, trying

__all__ = ["analysis", "bank", "releasing", "trying"]
