"""What all tests share."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(autouse=True)
def _language() -> None:
    """Begin every test in the default language: a page that the test before asked for left its own behind."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _site(request: pytest.FixtureRequest) -> None:
    """Give every test that commits the site that migrations made: the flush after such a test takes it away."""
    marker = request.node.get_closest_marker("django_db")
    names = request.fixturenames
    commits = (marker and marker.kwargs.get("transaction")) or "transactional_db" in names or "live_server" in names
    if commits:
        request.getfixturevalue("transactional_db")
        restore_site()


def restore_site() -> None:
    """Make locales, home page, indexes and groups where they are missing, as the migration does."""
    from home.operations import ensure_site

    cache.clear()  # addresses of a site that was flushed
    ensure_site(
        apps,
        languages=tuple(code for code, _name in settings.LANGUAGES),
        default_language=settings.LANGUAGE_CODE,
        host="localhost",
        port=80,
    )
