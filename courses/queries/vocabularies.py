"""Competence frameworks, shipped as data files with their source and date; nothing is fetched.

A competence is stored as framework, version and code, so what a certificate says stays true when a framework changes.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "vocabularies"


@cache
def frameworks() -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Return the frameworks by (name, version), such as ("digcomp", "2.2"). Cost: no query; files are read once."""
    read = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json")))
    return {(entry["framework"], entry["version"]): entry for entry in read if "framework" in entry}


def framework_label(framework: str, version: str) -> str:
    """Return the name of a framework with its version, such as "DigComp 2.2"; of an unknown one its code and version."""
    known = frameworks().get((framework, version))
    return str(known["name"]) if known else f"{framework} {version}"


def competence_label(framework: str, version: str, code: str, language: str) -> str:
    """Return what a competence is called in a language, else in English; of an unknown one its code."""
    for competence in frameworks().get((framework, version), {}).get("competences", ()):
        if competence["code"] == code:
            return _in(competence["label"], language)
    return code


def level_label(framework: str, version: str, level: int | None, language: str) -> str:
    """Return the band of a level from 1 to 8 in the words of the framework's version; "" where it has none."""
    if level is None:
        return ""
    for band in frameworks().get((framework, version), {}).get("bands", ()):
        if band["from"] <= level <= band["to"]:
            return _in(band["label"], language)
    return ""


def competence_exists(framework: str, version: str, code: str) -> bool:
    """Return whether the framework has such a competence in that version."""
    competences = frameworks().get((framework, version), {}).get("competences", ())
    return any(competence["code"] == code for competence in competences)


def _in(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or labels["en"]
