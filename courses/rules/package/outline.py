"""What a package says of itself: which pages there are, in which languages, which files and which questions.

All of it is checked here that can be without knowing the portal: shapes, names, numbers, and that what is named is there.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from courses.rules.package.archive import Archive
from courses.rules.package.file_kinds import DOCUMENTS, PICTURES
from courses.rules.package.form import (
    COURSE,
    FORMAT,
    KINDS,
    MEDIA,
    MOST_ITEMS,
    MOST_MODULES,
    MOST_NOTES,
    PACKAGE,
    VERSION,
    PackageProblem,
    PackageUnreadable,
    gettext_noop,
    is_language,
    is_sha256,
    is_slug,
    item_name,
    module_name,
    page_file,
)
from courses.rules.package.strict_json import read_json

_WRONG = gettext_noop("This is not what a package has here.")


@dataclass(frozen=True, slots=True)
class PageOutline:
    """A page of a package: its name, its kind, the name of the page it lies below, and its languages."""

    name: str
    kind: str
    parent: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or a document of a package. `member` is None where it was gone when the course was exported."""

    name: str
    member: str | None = None
    file_name: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    @property
    def is_picture(self) -> bool:
        return self.name.startswith("picture-")

    @property
    def extension(self) -> str:
        return (self.member or "").rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class PackageOutline:
    """A package as it says it is. Pages in the order of the course, each after the page it lies below."""

    course_key: UUID
    title: str
    slug: str
    exported_at: str
    exported_from: str
    drafts: bool
    source_language: str
    languages: tuple[str, ...]
    pages: tuple[PageOutline, ...]
    media: tuple[Medium, ...]
    questions: tuple[str, ...]

    def count(self, *kinds: str) -> int:
        return sum(1 for page in self.pages if page.kind in kinds)

    @property
    def texts(self) -> list[tuple[PageOutline, str]]:
        """Every page in each of its languages: first all in the source language, then language by language."""
        others = sorted({code for page in self.pages for code in page.languages} - {self.source_language})
        return [
            (page, language)
            for language in (self.source_language, *others)
            for page in self.pages
            if language in page.languages
        ]


def read_outline(archive: Archive, *, is_ours: bool = False) -> PackageOutline:
    """Return what a package says of itself. `is_ours`: the digests of its files were looked at before.

    :raises PackageUnreadable: with each problem, at most 100.
    """
    return _Reader(archive, is_ours=is_ours).outline()


class _Reader:
    def __init__(self, archive: Archive, *, is_ours: bool) -> None:
        self.archive = archive
        self.is_ours = is_ours
        self.problems: list[PackageProblem] = []

    def note(self, words: str, where: str, **values: Any) -> None:
        if len(self.problems) < MOST_NOTES:
            self.problems.append(PackageProblem(words, values, where))

    def outline(self) -> PackageOutline:
        for name in (PACKAGE, COURSE, MEDIA):
            if name not in self.archive:
                self.note(gettext_noop("This file is missing."), name)
        self._stop()
        package, course, media = (read_json(self.archive.read(name), where=name) for name in (PACKAGE, COURSE, MEDIA))
        self._check_version(package)
        self._stop()
        if not self.is_ours:
            self._check_files(package)
        said = package.get("course")
        said = said if isinstance(said, dict) else {}
        self._expect(is_slug(said.get("slug")), f"{PACKAGE}: course.slug")
        pages = self._pages(course)
        self._stop()
        found = PackageOutline(
            course_key=self._uuid(said.get("key"), f"{PACKAGE}: course.key"),
            title=self._text(said.get("title"), f"{PACKAGE}: course.title"),
            slug=str(said.get("slug")),
            exported_at=self._text(package.get("exported_at"), f"{PACKAGE}: exported_at", most=40),
            exported_from=self._text(package.get("exported_from"), f"{PACKAGE}: exported_from"),
            drafts=package.get("drafts") is not False,
            source_language=course["source_language"],
            languages=tuple(course["languages"]),
            pages=pages,
            media=self._media(media),
            questions=self._questions(),
        )
        self._check_members(found)
        self._stop()
        return found

    def _stop(self) -> None:
        if self.problems:
            raise PackageUnreadable(*self.problems)

    def _expect(self, is_right: bool, where: str) -> bool:
        if not is_right:
            self.note(_WRONG, where)
        return is_right

    def _check_version(self, package: Any) -> None:
        if not isinstance(package, dict) or package.get("format") != FORMAT:
            self.note(gettext_noop("This is not the package of a course."), PACKAGE)
        elif package.get("version") != VERSION or isinstance(package.get("version"), bool):
            self.note(
                gettext_noop("This package is of another version. This portal reads version %(version)s."),
                PACKAGE,
                version=VERSION,
            )

    def _check_files(self, package: Mapping[str, Any]) -> None:
        listed = package.get("files")
        if not self._expect(isinstance(listed, dict), f"{PACKAGE}: files") or not isinstance(listed, dict):
            return
        for name in self.archive.names:
            if name == PACKAGE:
                continue
            entry = listed.get(name)
            sha256 = entry.get("sha256") if isinstance(entry, dict) else None
            if not is_sha256(sha256):
                self.note(gettext_noop("The package does not name this file and its SHA-256."), name)
            elif self.archive.digest(name) != sha256:
                self.note(gettext_noop("The bytes of this file are not those that the package names."), name)
        for name in listed:
            if name not in self.archive:
                self.note(gettext_noop("This file is missing."), _shown(name))

    def _pages(self, course: Any) -> tuple[PageOutline, ...]:
        if not self._expect(isinstance(course, dict), COURSE):
            return ()
        source = course.get("source_language")
        if not self._expect(is_language(source), f"{COURSE}: source_language"):
            return ()
        pages = [PageOutline("course", "course", "", self._languages(course, source, COURSE))]
        modules = self._list(course.get("modules"), f"{COURSE}: modules", most=MOST_MODULES)
        for number, module in enumerate(modules, start=1):
            name = module_name(number)
            where = f"{COURSE}: {name}"
            if not self._expect(isinstance(module, dict) and module.get("name") == name, where):
                continue
            pages.append(PageOutline(name, "module", "course", self._languages(module, source, where)))
            items = self._list(module.get("items"), where, most=MOST_ITEMS)
            for place, item in enumerate(items, start=1):
                own = item_name(number, place)
                is_item = isinstance(item, dict) and item.get("name") == own and item.get("kind") in KINDS
                if self._expect(is_item, f"{COURSE}: {own}"):
                    languages = self._languages(item, source, f"{COURSE}: {own}")
                    pages.append(PageOutline(own, item["kind"], name, languages))
        if len(pages) > MOST_ITEMS:
            self.note(gettext_noop("The course has more than %(most)s parts."), COURSE, most=MOST_ITEMS)
        return tuple(pages)

    def _languages(self, entry: Mapping[str, Any], source: str, where: str) -> tuple[str, ...]:
        codes = self._list(entry.get("languages"), f"{where}: languages", most=50)
        is_right = all(is_language(code) for code in codes) and len(set(codes)) == len(codes) and source in codes
        return tuple(codes) if self._expect(is_right, f"{where}: languages") else ()

    def _media(self, media: Any) -> tuple[Medium, ...]:
        if not self._expect(isinstance(media, dict) and set(media) == {"pictures", "documents"}, MEDIA):
            return ()
        return (
            *self._files(media["pictures"], "picture", PICTURES.__contains__),
            *self._files(media["documents"], "document", DOCUMENTS.__contains__),
        )

    def _files(self, entries: Any, kind: str, is_extension: Callable[[str], bool]) -> list[Medium]:
        found = []
        for number, entry in enumerate(self._list(entries, MEDIA, most=10_000), start=1):
            name = f"{kind}-{number}"
            where = f"{MEDIA}: {name}"
            if not self._expect(isinstance(entry, dict) and entry.get("name") == name, where):
                continue
            if entry.get("file") is None:
                found.append(Medium(name))
                continue
            member, tags = entry.get("file"), entry.get("tags", [])
            is_right = (
                isinstance(member, str)
                and member.startswith("media/")
                and isinstance(entry.get("fields"), dict)
                and isinstance(tags, list)
                and all(isinstance(tag, str) and 0 < len(tag) <= 100 for tag in tags)
                and is_file_name(entry.get("file_name"))
            )
            if not self._expect(is_right, where):
                continue
            if member not in self.archive:
                self.note(gettext_noop("This file is missing."), _shown(member))
            elif not is_extension(member.rpartition(".")[2]):
                self.note(gettext_noop("A file of this kind is not allowed here."), member)
            else:
                found.append(Medium(name, member, entry["file_name"], entry["fields"], tuple(tags)))
        return found

    def _questions(self) -> tuple[str, ...]:
        names = [name for name in self.archive.names if name.startswith("questions/")]
        expected = [f"questions/question-{number}.json" for number in range(1, len(names) + 1)]
        self._expect(sorted(names) == sorted(expected), "questions/")
        return tuple(name.removeprefix("questions/").removesuffix(".json") for name in expected)

    def _check_members(self, outline: PackageOutline) -> None:
        """Compare what is there with what is named: nothing may be missing, and nothing may be there that nobody reads."""
        named = {page_file(page.name, language) for page, language in outline.texts}
        named |= {medium.member for medium in outline.media if medium.member}
        for name in sorted(named):
            if name not in self.archive:
                self.note(gettext_noop("This file is missing."), name)
        for name in self.archive.names:
            if name.startswith(("pages/", "media/")) and name not in named:
                self.note(gettext_noop("Nothing in the package names this file."), name)

    def _list(self, value: Any, where: str, *, most: int) -> Sequence[Any]:
        return value if self._expect(isinstance(value, list) and len(value) <= most, where) else ()

    def _text(self, value: Any, where: str, *, most: int = 255) -> str:
        return value if self._expect(isinstance(value, str) and len(value) <= most, where) else ""

    def _uuid(self, value: Any, where: str) -> UUID:
        key = uuid_of(value)
        self._expect(key is not None, where)
        return key or UUID(int=0)


def uuid_of(value: Any) -> UUID | None:
    """Return the UUID that a text is, None for what is none. Only the usual form: 36 characters with four hyphens."""
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        found = UUID(value)
    except ValueError:
        return None
    return found if str(found) == value.lower() else None


def is_file_name(name: Any) -> bool:
    """Return whether this can be the name of a file, without folders, and reads as what it is.

    Letters of every language may be in it; what turns the direction of writing or cannot be seen may not.
    """
    if not isinstance(name, str) or not 0 < len(name) <= 150 or name.startswith("."):
        return False
    return not any(sign in "/\\:" or unicodedata.category(sign).startswith("C") for sign in name)


def _shown(name: Any) -> str:
    return "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in str(name)[:80])
