"""The seal of a frozen row: the same for a row just made and one read back, on every database."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.apps import apps

from certificates.models import Certificate
from courses.models import CourseEdition, LessonVersion
from foundation.models import SealField, WrittenOnce, seal_of
from foundation.operations import seal_old_rows
from foundation.queries.differences import Seals
from progress.models import MarkEvent
from tests.certificates.builders import earn
from tests.courses.builders import make_course

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

BODY = {"title": "Ünïcødé", "minutes": 5, "blocks": [{"id": "a", "decorative": True, "alt": None, "rows": [[], {}]}]}
SEAL = "41d1c4520b024d2133bd337c9fa673ad2746a86107298c6fd9db6e614d1f764a"


def lesson(**changes) -> LessonVersion:
    fields = {
        "sha256": "a" * 64,
        "item_key": UUID("3f1f4c0e-0000-4000-8000-000000000001"),
        "language": "en",
        "body": BODY,
        "frozen_at": datetime(2026, 11, 24, 13, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1))),
    }
    return LessonVersion(**fields | changes)


def test_every_row_of_history_and_every_certificate_has_one():
    sealed = {model for model in apps.get_models() if any(isinstance(field, SealField) for field in model._meta.fields)}

    assert sealed == {model for model in apps.get_models() if issubclass(model, WrittenOnce)} | {Certificate}


def test_a_row_is_sealed_when_it_is_added():
    version = lesson()
    version.save()

    assert version.seal == SEAL
    version.refresh_from_db()
    assert seal_of(version) == version.seal == SEAL


def test_a_row_added_in_bulk_is_sealed_too():
    LessonVersion.objects.bulk_create([lesson()], ignore_conflicts=True)

    assert LessonVersion.objects.get().seal == SEAL


def test_values_that_are_written_otherwise_but_are_the_same_have_the_same_seal():
    LessonVersion.objects.bulk_create(
        [
            lesson(
                item_key="3f1f4c0e-0000-4000-8000-000000000001",
                body=dict(reversed(BODY.items())),
                frozen_at=datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC),
            )
        ]
    )

    assert LessonVersion.objects.get().seal == SEAL


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "b" * 64},
        {"item_key": UUID("3f1f4c0e-0000-4000-8000-000000000002")},
        {"language": "it"},
        {"body": {**BODY, "minutes": 6}},
        {"body": {**BODY, "minutes": "5"}},
        {"frozen_at": datetime(2026, 11, 24, 12, 0, 0, 123457, tzinfo=UTC)},
    ],
)
def test_each_column_has_its_part_in_it(changes):
    assert seal_of(lesson(**changes)) != SEAL


def test_every_sealed_row_is_read_back_as_it_was_sealed():
    earn(make_course(languages=["it"]))
    for model in apps.get_models():
        if any(isinstance(field, SealField) for field in model._meta.fields):
            seals = Seals(model)
            rows = list(model._base_manager.values_list(*seals.names))
            assert [row for row in rows if seals.differs(row)] == []


def test_erasing_who_did_something_breaks_no_seal():
    earn(make_course())
    for row, name in ((MarkEvent.objects.first(), "actor_id"), (CourseEdition.objects.first(), "made_by_id")):
        before = seal_of(row)
        setattr(row, name, 4711)
        assert seal_of(row) == before == row.seal


def test_rows_from_before_there_were_seals_are_sealed_as_they_are(monkeypatch):
    monkeypatch.setattr("foundation.operations.sealing._SEALED_AT_ONCE", 2)
    LessonVersion.objects.bulk_create(lesson(sha256=str(number) * 64) for number in range(5))
    before = list(LessonVersion.objects.order_by("pk").values_list("seal", flat=True))
    LessonVersion.objects.exclude(sha256="0" * 64).update(seal="")

    assert seal_old_rows(LessonVersion) == 4
    assert list(LessonVersion.objects.order_by("pk").values_list("seal", flat=True)) == before
    assert seal_old_rows(LessonVersion) == 0
