"""Learning paths in files: texts, courses by their keys in order, and certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from foundation.rules.canonical import digest
from portal.loading.certificates import read_certificates
from portal.loading.fields import Node
from portal.loading.identity import lasting_id


@dataclass(frozen=True, slots=True)
class PathPageText:
    """A learning path in one language."""

    file: str
    values: dict[str, Any]
    certificates: list[dict[str, Any]]

    def sha256(self, courses: Iterable[str]) -> str:
        """Return the digest of all the page says."""
        certificates = [{name: str(value) for name, value in entry.items()} for entry in self.certificates]
        return digest([self.values, certificates, list(courses)])


@dataclass(frozen=True, slots=True)
class PathText:
    """A learning path: the names of its courses in order, and its pages by language, the source language first."""

    key: UUID
    slug: str
    file: str
    courses: list[str]
    pages: dict[str, PathPageText]


def read_path(slug: str, nodes: Iterable[tuple[str, Node]], *, source_language: str) -> PathText | None:
    """Return a path from its file in each language, the source language first; None where that cannot be read."""
    pages: dict[str, PathPageText] = {}
    key, courses = lasting_id("learning-paths"), []
    for language, node in nodes:
        key = lasting_id("learning-paths", node.text("key", longest=64))
        courses = node.texts("courses", longest=64)
        values: dict[str, Any] = {
            "title": node.text("title"),
            "summary": node.text("summary", longest=300),
            "description": node.html("html", default=""),
            "eqf_level": node.whole("eqf", low=1, high=8, default=None),
        }
        if node.take("language") != source_language:
            node.problem("language", f"The texts here are in {source_language!r}; translations are files beside them.")
        pages[language] = PathPageText(node.file, values, read_certificates(node, key))
        node.finish()
    return PathText(key, slug, pages[source_language].file, courses, pages) if pages else None
