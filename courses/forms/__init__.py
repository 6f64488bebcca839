"""What the CMS asks of pages before they are published. Pages are in `pages`, what certificates lack in `certificates`."""

from courses.forms.pages import attach

__all__ = ["attach"]
