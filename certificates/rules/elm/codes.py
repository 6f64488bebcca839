"""Values of the official lists, from `courses/vocabularies/elm.json`; nothing is fetched."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from courses.rules.frameworks import FOLDER


@cache
def _lists() -> Mapping[str, Mapping[str, Any]]:
    lists: Mapping[str, Mapping[str, Any]] = json.loads((FOLDER / "elm.json").read_text(encoding="utf-8"))["lists"]
    return lists


@cache
def _entries(name: str) -> Mapping[str, Mapping[str, Any]]:
    return {entry["key"]: entry for entry in _lists()[name]["entries"]}


def is_listed(name: str, key: str) -> bool:
    """Return whether a list has a value for what the portal calls `key`."""
    return key in _entries(name)


def label_of(name: str, key: str, language: str) -> str:
    """Return what a value is called, in English where the list has no other words."""
    labels = _entries(name)[key]["label"]
    return str(labels.get(language) or labels["en"])


def concept(name: str, key: str) -> dict[str, Any]:
    """Return a value of a list as the model writes it, with its official English label.

    :raises KeyError: if the list has no such value.
    """
    entry = _entries(name)[key]
    return _concept(name, entry["code"]) | {"prefLabel": {"en": entry["label"]["en"]}}


def esco_skill(code: str) -> dict[str, Any]:
    """Return a skill of ESCO by its code or whole address, which an editor chose; ESCO has its label."""
    return _concept("esco-skill", code.rsplit("/", 1)[-1])


def _concept(name: str, code: str) -> dict[str, Any]:
    entry = _lists()[name]
    return {
        "id": entry["uri"].format(code=code),
        "type": "Concept",
        "inScheme": {"id": entry["scheme"], "type": "ConceptScheme"},
    }
