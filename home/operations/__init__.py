"""Every write with a rule: the site as it stands from its first migration, and sections of partners."""

from home.operations.site import ensure_site

__all__ = ["ensure_site"]
