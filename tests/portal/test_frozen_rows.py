"""No direct change to a frozen row goes unseen: any row, any column, any other value that the database takes.

What may go by design is left out, for nothing is sealed with it: who did it (an erased person), and whether a
certificate shows its name.
"""

import copy
import random
from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction

from certificates.models import LogHead
from foundation.models import SealField, sealed_fields

ROWS_OF_EACH = 4
"""So many rows of each table are taken away in a run of the suite; which ones, differs from run to run."""
SEALED = [model for model in apps.get_models() if any(isinstance(field, SealField) for field in model._meta.fields)]


def columns_of(model: type[models.Model]) -> list[Any]:
    """Return the columns that may be changed: all that is sealed, and the seal."""
    seal = next(field for field in model._meta.fields if isinstance(field, SealField))
    return [*sealed_fields(model, seal.leaving_out), seal]


def other_value(field: Any, value: Any, chance: random.Random) -> Any:
    """Return another value that the column may hold."""
    if field.null and value is not None and chance.random() < 0.2:
        return None
    if field.is_relation:
        return chance.choice(list(field.related_model.objects.order_by("pk").values_list("pk", flat=True)))
    if isinstance(field, models.JSONField):
        return changed_json(copy.deepcopy(value), chance)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, models.DateTimeField):
        return value + chance.choice((-1, 1)) * timedelta(microseconds=10 ** chance.randrange(12))
    if isinstance(field, models.DateField):
        return (value or date(2026, 11, 24)) + chance.choice((-1, 1)) * timedelta(days=10 ** chance.randrange(4))
    if isinstance(field, models.IntegerField):
        return max(0, (value or 0) + chance.choice((-1, 1, 10)))
    if field.choices:
        return chance.choice([name for name, _words in field.choices if name != value])
    return changed_text(value, chance, field.max_length)


def changed_text(text: str, chance: random.Random, max_length: int | None = None) -> str:
    place = chance.randrange(len(text) + 1)
    change = chance.choice(("x", "0", " ", "è"))
    return (text[:place] + change + text[place + chance.randrange(2) :])[:max_length]


def changed_json(value: Any, chance: random.Random) -> Any:
    """Return JSON with one change, somewhere in it: a value, a key more, a key or an entry less, another kind of value."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(sorted(value))
        return {**value, key: changed_json(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], changed_json(value[place], chance), *value[place + 1 :]]
    if isinstance(value, dict):
        return chance.choice(({**value, "more": 1}, dict(list(value.items())[1:]), None))
    if isinstance(value, list):
        return chance.choice(([*value, "more"], value[1:], value[::-1], {}))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return chance.choice((value + 1, -value, value + 0.5, str(value)))
    return chance.choice((changed_text(value or "", chance), None, 1))


def is_another(value: Any, was: Any) -> bool:
    if isinstance(value, UUID | date) or value is None:
        return bool(value != was)
    return repr(value) != repr(was)


def change_something(chance: random.Random) -> str:
    """Change a column of a frozen row, or delete the row; return what was done, or "" if the database does not take it."""
    model = chance.choice(SEALED)
    row = chance.choice(list(model._base_manager.order_by("pk")))
    rows = model._base_manager.filter(pk=row.pk)
    try:
        with transaction.atomic():
            if chance.random() < 0.1 and model is not LogHead:  # whoever kept a head misses it, nothing here does
                rows._raw_delete(rows.db)  # past the code's own refusal
                what = f"deleted {model.__name__} {row.pk}"
            else:
                field = chance.choice(columns_of(model))
                was = getattr(row, field.attname)
                value = other_value(field, was, chance)
                if not is_another(value, was):
                    return ""
                rows.update(**{field.attname: value})
                what = f"changed {model.__name__} {row.pk}, {field.attname}: {was!r} to {value!r}"
            connection.check_constraints()
    except DatabaseError:
        return ""
    return what


def count_found(number: int, *, seed: int) -> tuple[int, list[str]]:
    """Make so many changes, each alone; return how many there were and those that went unseen."""
    chance = random.Random(seed)
    call_command("check_records", verbosity=0)  # nothing differs before
    made, unseen = 0, []
    while made < number:
        savepoint = transaction.savepoint()
        what = change_something(chance)
        if what:
            made += 1
            said = StringIO()
            try:
                call_command("check_records", verbosity=0, stderr=said)
                unseen.append(what)
            except CommandError:
                if "could not go on" in said.getvalue():
                    unseen.append(f"{what}: {said.getvalue()}")
        transaction.savepoint_rollback(savepoint)
    return made, unseen


def test_each_direct_change_to_a_frozen_row_is_found(course):
    assert count_found(20, seed=random.randrange(10**9)) == (20, [])


def test_each_row_is_missed_that_the_database_lets_go(course):
    """Whatever can be deleted of these records: something rests on it. (What nothing rests on is not missed.)"""
    deleted, unseen = 0, []
    for model in SEALED:
        rows = list(model._base_manager.order_by("pk")) if model is not LogHead else []
        for row in random.sample(rows, min(len(rows), ROWS_OF_EACH)):
            savepoint = transaction.savepoint()
            try:
                with transaction.atomic():
                    this = model._base_manager.filter(pk=row.pk)
                    this._raw_delete(this.db)
                    connection.check_constraints()
            except DatabaseError:
                transaction.savepoint_rollback(savepoint)
                continue
            deleted += 1
            try:
                call_command("check_records", verbosity=0, stderr=StringIO())
                unseen.append(f"{model.__name__} {row.pk}")
            except CommandError:
                pass
            transaction.savepoint_rollback(savepoint)
    assert deleted > 20
    assert unseen == []


@pytest.mark.full
def test_a_thousand_direct_changes_to_frozen_rows_are_found(course, capsys):
    made, unseen = count_found(1000, seed=4)
    with capsys.disabled():
        print(f"\ncheck_records: {made - len(unseen):,} of {made:,} direct changes found")  # noqa: T201 - for `make prove`
    assert unseen == []
