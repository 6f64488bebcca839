"""What all tests share."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings

NO_INDEXES = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
INDEXES_AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# A machine with much to do is no fault of a rule.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")


@pytest.fixture(scope="session", autouse=True)
def _no_indexes() -> Iterator[None]:
    """Leave out Wagtail's indexes of search and of references: a fifth of the time of a test that makes pages."""
    with override_settings(TASKS=NO_INDEXES):
        yield


@pytest.fixture(autouse=True)
def _indexes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep them, as the site does, for the tests that are marked `indexed`."""
    if request.node.get_closest_marker("indexed") is None:
        yield
        return
    with override_settings(TASKS=INDEXES_AT_ONCE):
        yield


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
