"""JSON that says one thing only: no name twice, no NaN, nothing deep or huge, no text that a database cannot hold."""

import json
from typing import Any

from courses.rules.package.form import MOST_DEPTH, PackageProblem, PackageUnreadable, gettext_noop

_MOST_DIGITS = 18
_NO_JSON = gettext_noop("This is not JSON in UTF-8, or it holds something that a package may not hold.")


class _Refused(ValueError):
    pass


def read_json(data: bytes, *, where: str) -> Any:
    """Return what JSON says.

    :raises PackageUnreadable: if it is none, has a name twice, is nested more than 40 deep, or holds NaN, a number of
        more than 18 digits, a zero character or half of a character.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse,
            parse_float=_refuse,
            parse_int=_whole,
        )
        _check(value, 0)
    except (ValueError, RecursionError) as error:
        raise PackageUnreadable(PackageProblem(_NO_JSON, where=where)) from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused
    return found


def _refuse(text: str) -> Any:
    raise _Refused


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _MOST_DIGITS:
        raise _Refused
    return int(text)


def _check(value: Any, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise _Refused
    if isinstance(value, str):
        if "\0" in value:
            raise _Refused
        value.encode("utf-8")  # half of a character has no bytes; UnicodeEncodeError is a ValueError
    elif isinstance(value, dict):
        for name, entry in value.items():
            _check(name, depth)
            _check(entry, depth + 1)
    elif isinstance(value, list):
        for entry in value:
            _check(entry, depth + 1)
