"""The role of the portal's own connection on PostgreSQL: it adds and reads, and cannot change what is written once."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from certificates.models import Certificate, CertificateEvent, LogEntry, LogHead
from certificates.operations.chaining import chain_events
from certificates.operations.events import record_event
from certificates.operations.heads import sign_head
from portal.management.commands.database_role import changing_columns, written_once
from tests.certificates.builders import earn
from tests.courses.builders import make_course
from tests.people import make_operator

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@contextmanager
def as_role(name: str):
    """Make the role as the command says, and be it until the end; the test's transaction takes all of it back."""
    output = StringIO()
    call_command("database_role", name=name, stdout=output)
    lines = [line for line in output.getvalue().splitlines() if not line.startswith(("--", "BEGIN", "COMMIT"))]
    with connection.cursor() as cursor:
        cursor.execute("\n".join(lines))
        cursor.execute(f"SET LOCAL ROLE {name}")
        yield
        cursor.execute("RESET ROLE")


@pytest.fixture
def _postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has roles")


@pytest.mark.usefixtures("_postgresql")
def test_the_portal_works_as_this_role_and_cannot_change_the_past(settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    course, operator = make_course(lesson_count=1), make_operator()
    with as_role("portal_app"):
        certificate = earn(course)
        record_event(certificate=certificate, kind="revoked", reason="error", actor=operator, at=NOON)
        assert chain_events(at=NOON + timedelta(hours=1)) == CertificateEvent.objects.count()
        assert sign_head(at=NOON + timedelta(hours=1)) is not None
        Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
        certificate.name_visibility = "initials"
        certificate.save(update_fields=["name_visibility"])
        for model in written_once():
            table, columns = model._meta.db_table, changing_columns(model)
            fixed = next(field.column for field in model._meta.concrete_fields if field.column not in {"id", *columns})
            for statement in (
                f'UPDATE "{table}" SET "{fixed}" = "{fixed}"',
                f'DELETE FROM "{table}"',
                f'TRUNCATE "{table}" CASCADE',
            ):
                with (
                    pytest.raises(ProgrammingError, match="permission denied"),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(statement)
        operator.delete()
        assert CertificateEvent.objects.filter(kind="revoked", actor=None).exists()
    call_command("verify_log", verbosity=0)


@pytest.mark.usefixtures("_postgresql")
def test_it_may_be_run_again_and_covers_all_that_is_sealed():
    output = StringIO()
    call_command("database_role", name="portal_app", stdout=output)
    for model in (Certificate, CertificateEvent, LogEntry, LogHead):
        assert f'REVOKE UPDATE, DELETE, TRUNCATE ON "{model._meta.db_table}" FROM "portal_app";' in output.getvalue()
    with as_role("portal_app"):
        pass
    with as_role("portal_app"):
        assert CertificateEvent.objects.count() == 0


@pytest.mark.usefixtures("_postgresql")
@pytest.mark.parametrize("name", ["Portal", "a; DROP TABLE x", "", "1a", "a" * 64])
def test_another_name_is_refused(name):
    with pytest.raises(CommandError, match="small letters"):
        call_command("database_role", name=name)
