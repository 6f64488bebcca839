"""`manage.py database_role`: what to run on PostgreSQL so that the portal itself cannot change what was written once."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, models

from foundation.models import SealField, sealed_fields

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def statements(name: str, *, database: str) -> Iterator[str]:
    """Yield the statements that make a role for the portal, or bring it up to date after a migration.

    The role reads and adds everywhere. Rows that are written once it neither changes nor deletes, but for columns that
    their seal leaves out: who did something (emptied when an account goes), and what a holder shows of the name. One
    such column is enough for PostgreSQL to let rows be locked, which issuing and replacing certificates do.
    """
    role, base = _quoted(name), _quoted(database)
    yield (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') "
        f"THEN CREATE ROLE {role} LOGIN; END IF; END $$"
    )
    yield f"GRANT CONNECT ON DATABASE {base} TO {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    for model in written_once():
        table = _quoted(model._meta.db_table)
        yield f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}"
        columns = ", ".join(map(_quoted, changing_columns(model)))
        if columns:
            yield f"GRANT UPDATE ({columns}) ON {table} TO {role}"


def written_once() -> list[type[models.Model]]:
    """Return the models whose rows are sealed."""
    return [model for model in apps.get_models() if _seal_of(model) is not None]


def changing_columns(model: type[models.Model]) -> list[str]:
    """Return the columns of a sealed model that its seal leaves out."""
    seal = _seal_of(model)
    assert seal is not None
    fixed = {model._meta.pk, seal, *sealed_fields(model, seal.leaving_out)}
    return [str(field.column) for field in model._meta.concrete_fields if field not in fixed]


def _seal_of(model: type[models.Model]) -> SealField | None:
    return next((field for field in model._meta.concrete_fields if isinstance(field, SealField)), None)


def _quoted(name: str) -> str:
    return f'"{name}"'


class Command(BaseCommand):
    help = (
        "Print the SQL of a PostgreSQL role for the portal that cannot change or delete what is written once: "
        "certificates and what happened to them, the log, marks, editions. Run it as the owner of the tables, after "
        "every migration. Runs nothing itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="of the role: small letters, digits and _")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles; DATABASE_URL names none.")
        if not _NAME.fullmatch(options["name"]):
            raise CommandError("Write the name of the role with small letters, digits and _, a letter first.")
        self.stdout.write(
            "-- Run as the owner of the tables, with psql -v ON_ERROR_STOP=1; then give the role a password (\\password).\n"
            "-- Migrations and `manage.py demo --remove` stay with the owner. Run it again after every migration."
        )
        self.stdout.write("BEGIN;")
        for statement in statements(options["name"], database=str(connection.settings_dict["NAME"])):
            self.stdout.write(f"{statement};")
        self.stdout.write("COMMIT;")
