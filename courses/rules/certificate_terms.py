"""What a certificate says, frozen: texts by language, and terms that are the same in all of them.

What is not set is left out, so that a definition made before a field was there is frozen as it was. Part of a manifest:

    {"id", "texts": {language: {"kind", "statement", "signatory_name", "signatory_role", texts that are not empty}},
     "terms": {terms that are not at their default}}

`terms` is left out where all are at their default. They are those of the source language.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]

ALWAYS = ("kind", "statement", "signatory_name", "signatory_role")
"""What every frozen text names, empty or not."""

TEXTS = (
    "criteria",
    "assessment_text",
    "eqf_reason",
    "quality_text",
    "quality_reviewer",
    "prerequisites_text",
    "stackability",
    "further_information",
)
"""Texts that are named where they are written."""

TERMS: Mapping[str, Any] = {
    "assessment_types": [],
    "mode": "",
    "ects": None,
    "validity_months": 0,
    "recertification_months": 0,
    "layout": "woven",
    "issuer": "",
}
"""Terms and their defaults: lists of codes, ECTS as text with one place ("1.0"), months, the key of an issuer ("": this site)."""

_TYPES = "assessment_types"

COLUMNS = (*ALWAYS, *TEXTS, *(name for name in TERMS if name != "issuer"))
"""The columns of a definition that are frozen, but for its issuer."""


def certificate_entry(key: str, rows: Mapping[str, Row], source_language: str) -> dict[str, Any]:
    """Return a definition as a manifest holds it, from its columns by language, the source language among them.

    A row has `COLUMNS` and `issuer`, the key of its issuer or "".
    """
    terms = frozen_terms(rows[source_language])
    return {
        "id": key,
        "texts": {language: frozen_text(row) for language, row in rows.items()},
        **({"terms": terms} if terms else {}),
    }


def frozen_text(row: Row) -> dict[str, str]:
    """Return the texts of a definition in one language. Ends of lines are spaces: each is one paragraph."""
    texts = {name: " ".join(row[name].split()) for name in TEXTS}
    return {name: row[name] for name in ALWAYS} | {name: text for name, text in texts.items() if text}


def frozen_terms(row: Row) -> dict[str, Any]:
    """Return the terms that are not at their default."""
    terms = {**{name: row[name] for name in TERMS}, "ects": _credits(row["ects"])}
    return {name: value for name, value in terms.items() if value != TERMS[name]}


def offer_in(entry: Mapping[str, Any], language: str, source_language: str) -> dict[str, Any]:
    """Return a frozen definition in a language, else in the source language, as an outline holds it."""
    texts = entry["texts"]
    return {**texts.get(language, texts[source_language]), **entry.get("terms", {})}


def comparable_terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return frozen terms so that they are equal where they say the same: the order of types of assessment says nothing.

    >>> comparable_terms({"mode": "online", "assessment_types": ["quiz", "project"]})
    {'mode': 'online', 'assessment_types': ['project', 'quiz']}
    """
    types = {_TYPES: sorted(terms[_TYPES])} if _TYPES in terms else {}
    return {**terms, **types}


def in_order_of(previous: Iterable[Mapping[str, Any]], entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return frozen definitions, with their types of assessment in the order they were frozen in where they are the same.

    So what was frozen before that order was kept to stays what it is when nothing else changes.
    """
    known = {entry["id"]: entry.get("terms", {}) for entry in previous}
    kept = []
    for entry in entries:
        was, now = known.get(entry["id"], {}), entry.get("terms", {})
        same = _TYPES in was and _TYPES in now and comparable_terms(was)[_TYPES] == comparable_terms(now)[_TYPES]
        kept.append({**entry, "terms": {**now, _TYPES: was[_TYPES]}} if same else dict(entry))
    return kept


def _credits(value: Decimal | str | None) -> str | None:
    return None if value in (None, "") else f"{Decimal(str(value)):.1f}"
