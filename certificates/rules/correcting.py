"""A certificate issued again with a corrected name: everything else stays as it was frozen."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CorrectedWords:
    """What is said anew in one language: the day of issue, as a line and as a date, and what it replaces."""

    issued_line: str
    issued: str
    supersedes: str


def corrected_payload(
    payload: Mapping[str, Any],
    *,
    number: str,
    public_id: str,
    address: str,
    name: str,
    issued_at: datetime,
    issued_date: date,
    words: Mapping[str, CorrectedWords],
) -> dict[str, Any]:
    """Return the payload of the certificate that replaces one, with another name, number and day of issue.

    Its last day stays: a correction makes nothing valid for longer. `words` are by language of the printed words.
    A payload of schema 1 stays one of schema 1.
    """
    corrected = deepcopy(dict(payload)) | {
        "number": number,
        "public_id": public_id,
        "address": address,
        "issued_at": issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "issued_date": issued_date.isoformat(),
        "holder": {"name": name},
        "supersedes": payload["number"],
    }
    corrected["texts"] = {
        language: _text(text, name, words[text["words"]], earlier=payload.get("supersedes"))
        for language, text in corrected["texts"].items()
    }
    return corrected


def _text(text: Mapping[str, Any], name: str, words: CorrectedWords, *, earlier: str | None) -> dict[str, Any]:
    said = {"learner": [name], "issued": [words.issued]}
    changed = dict(text) | {"lines": {**text["lines"], "issued": words.issued_line}}
    if "elements" in text:
        changed["elements"] = [
            {**element, "values": said.get(element["key"], element["values"])} for element in text["elements"]
        ]
    if "notes" in text:
        changed["notes"] = [
            {**note, "values": [*_without(note["values"], earlier), words.supersedes]}
            if note["key"] == "validity"
            else note
            for note in text["notes"]
        ]
    return changed


def _without(values: list[str], number: str | None) -> list[str]:
    """Leave out the line that names what the certificate itself replaced: this one replaces another."""
    return [value for value in values if number is None or number not in value]
