"""What the CMS asks of pages before they are published.

Pages of a course are in `pages`, what certificates lack in `certificates`, learning paths in `paths`.
"""

from courses.forms import pages, paths

__all__ = ["attach"]


def attach() -> None:
    """Have the CMS use these forms. Called once, when the app is ready: models know no forms."""
    pages.attach()
    paths.attach()
