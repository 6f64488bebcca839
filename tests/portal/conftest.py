import pytest
from django.db import transaction
from django.test import override_settings

from courses.models import Course
from tests.conftest import INDEXES_AT_ONCE
from tests.portal.records import make_records


@pytest.fixture(scope="module")
def all_records(django_db_setup, django_db_blocker, tmp_path_factory):
    """Records of every kind, made once for a module and taken back at its end. Not for tests that commit."""
    folder = tmp_path_factory.mktemp("records")
    storages_of_its_own = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        **{
            name: {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": folder / name},
            }
            for name in ("frozen", "submissions")
        },
    }
    with (
        django_db_blocker.unblock(),
        override_settings(STORAGES=storages_of_its_own, MEDIA_ROOT=folder / "media", TASKS=INDEXES_AT_ONCE),
        transaction.atomic(),
    ):
        yield make_records()
        transaction.set_rollback(True)


@pytest.fixture
def course(all_records, db) -> Course:
    """The course of Giulia and others; what a test changes is taken back."""
    return all_records
