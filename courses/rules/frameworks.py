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
    """Return the frameworks by (name, version), such as ("digcomp", "2.2"). The files are read once."""
    read = (json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json")))
    return {(entry["framework"], entry["version"]): entry for entry in read if "framework" in entry}


def competence_exists(framework: str, version: str, code: str) -> bool:
    """Return whether the framework has such a competence in that version."""
    competences = frameworks().get((framework, version), {}).get("competences", ())
    return any(competence["code"] == code for competence in competences)
