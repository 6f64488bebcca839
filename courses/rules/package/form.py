"""The form of a course package: names, versions, limits. What each file holds is told in docs/course-package.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = "course-package"
VERSION = 1

PACKAGE, COURSE, MEDIA = "package.json", "course.json", "media.json"
KINDS = ("lesson", "quiz", "assignment")

# Limits of what is read. A course of 500 steps in six languages with pictures is some 60 MB in 4,000 files.
MOST_BYTES = 200 * 1024 * 1024
"""Of a package as it is uploaded."""
MOST_UNPACKED = 400 * 1024 * 1024
MOST_MEMBERS = 10_000
MOST_DIRECTORY = 4 * 1024 * 1024
"""Bytes of the list of contents of a zip."""
MOST_JSON = 2 * 1024 * 1024
MOST_PICTURE = 10 * 1024 * 1024
MOST_DOCUMENT = 100 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_RATIO = 200
"""How many times larger than packed a file of more than a megabyte may be: texts shrink to a tenth, bombs to a thousandth."""
MOST_MODULES = 100
MOST_ITEMS = 1_000
"""Of a course, altogether."""
MOST_DEPTH = 40
MOST_NOTES = 100
"""Problems that are said of one package; a broken one has thousands."""

_KNOWN = re.compile(
    r"(?:package|course|media)\.json"
    r"|pages/[a-z0-9-]{1,40}\.[a-z]{2,3}(?:-[a-z0-9]{2,8})?\.json"
    r"|questions/question-[1-9][0-9]{0,5}\.json"
    r"|media/[0-9a-f]{64}\.[a-z0-9]{1,5}"
    r"|po/[a-z]{2,3}(?:-[a-z0-9]{2,8})?/[a-z0-9-]{1,40}\.po"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[a-z0-9-]{1,255}")


def gettext_noop(text: str) -> str:
    """Mark words for translation where they are written; they are translated where they are shown."""
    return text


@dataclass(frozen=True, slots=True)
class PackageProblem:
    """Why a package is not taken, or what of it is not. `where` is a file and the place in it."""

    words: str
    values: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


class PackageUnreadable(Exception):
    """The package cannot be imported; `problems` says why. Nothing of it is kept."""

    def __init__(self, *problems: PackageProblem) -> None:
        super().__init__("; ".join(problem.words for problem in problems))
        self.problems = problems


def is_member(name: str) -> bool:
    """Return whether a file of this name can be in a package."""
    return _KNOWN.fullmatch(name) is not None


def is_language(code: Any) -> bool:
    return isinstance(code, str) and _LANGUAGE.fullmatch(code) is not None


def is_sha256(text: Any) -> bool:
    return isinstance(text, str) and _SHA256.fullmatch(text) is not None


def is_slug(text: Any) -> bool:
    return isinstance(text, str) and _SLUG.fullmatch(text) is not None


def module_name(module: int) -> str:
    """Return how a package names a module, counted from 1."""
    return f"module-{module}"


def item_name(module: int, item: int) -> str:
    """Return how a package names a step of a module, both counted from 1."""
    return f"module-{module}-item-{item}"


def page_file(name: str, language: str) -> str:
    return f"pages/{name}.{language}.json"


def free_address(wanted: str, taken: set[str]) -> str:
    """Return the address itself, or with the first number behind it that nobody has.

    >>> free_address("digital-basics", {"digital-basics", "digital-basics-2"})
    'digital-basics-3'
    """
    number, address = 1, wanted
    while address in taken:
        number += 1
        address = f"{wanted[:240]}-{number}"
    return address
