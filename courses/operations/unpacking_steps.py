"""The import of a course package, step by step: a kill costs one step, and a package that cannot be imported leaves nothing.

Pages are made bare first, then filled: what one names of another is there by then. What was made is written down with
each step, in the step's own transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID, uuid5

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext
from wagtail.documents import get_document_model
from wagtail.log_actions import log
from wagtail.models import Locale, Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import BankQuestion, CourseIndexPage, CoursePackage, Picture
from courses.operations.tree_lock import lock_tree
from courses.operations.unpacking_files import put_medium
from courses.operations.unpacking_values import Notes, PageValues, ValueReader
from courses.queries.package_dry_run import import_problems
from courses.queries.package_rows import RowNames
from courses.queries.package_values import package_fields
from courses.queries.packaging import MODELS
from courses.rules.package import (
    Archive,
    PackageOutline,
    PackageUnreadable,
    PageOutline,
    page_file,
    read_json,
    read_outline,
)
from foundation.jobs import Step

PER_STEP = 4
"""Pages of one step: they take some 100 ms each, and on SQLite everybody else's writes wait for a step."""
Unit = tuple[str, str, str]
"""What is made at once: "medium" | "question" | "page" | "text" | "end", its name, and its language."""


def count_units(payload: Mapping[str, Any]) -> int:
    """Return how much there is to do, for the progress bar."""
    record = CoursePackage.objects.get(pk=payload["package"])
    if not record.file:
        return 0
    with _archive(record) as archive:
        return len(_plan(read_outline(archive, is_ours=True), _languages_here()))


def import_some(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Make the next few things of a package."""
    lock_tree()
    record = CoursePackage.objects.select_for_update().get(pk=payload["package"])
    if record.state != CoursePackage.State.IMPORTING:
        return Step(cursor=cursor, done=0, finished=True)
    if problems := import_problems(record):  # rights are taken away while a job waits, or between two of its steps
        _stop(record, " ".join(problems), at=at)
        return Step(cursor=cursor, done=0, finished=True)
    try:
        with transaction.atomic():
            return _Import(record, at=at).step(cursor)
    except (
        PackageUnreadable,
        ValidationError,
        ObjectDoesNotExist,
        IntegrityError,
        DataError,
        FileNotFoundError,
    ) as error:
        # What cannot be imported now cannot be later: all that was made goes.
        record.refresh_from_db()
        _stop(record, _words_of(error), at=at)
        return Step(cursor=cursor, done=0, finished=True)


def _languages_here() -> dict[str, Locale]:
    return {locale.language_code: locale for locale in Locale.objects.all()}


def _plan(outline: PackageOutline, locales: Mapping[str, Locale]) -> list[Unit]:
    texts = [(page.name, language) for page, language in outline.texts if language in locales]
    return [
        *(("medium", medium.name, "") for medium in outline.media if medium.member),
        *(("question", name, "") for name in outline.questions),
        *(("page", name, language) for name, language in texts),
        *(("words", name, "") for name in outline.questions),
        *(("text", name, language) for name, language in texts),
        ("end", "", ""),
    ]


@contextmanager
def _archive(record: CoursePackage) -> Iterator[Archive]:
    with record.file.open("rb") as opened:
        yield Archive(cast(BinaryIO, opened))


@dataclass
class _Import:
    """One step. `made` is what was made before and in it: row numbers by "page:<name>/<language>" and the like."""

    record: CoursePackage
    at: datetime

    def step(self, cursor: int) -> Step:
        with _archive(self.record) as self.archive:
            self.outline = read_outline(self.archive, is_ours=True)
            self.locales = _languages_here()
            self.made: dict[str, int] = self.record.made
            self.names = RowNames(self.made, self.key_of)
            self.pages = {page.name: page for page in self.outline.pages}
            units = _plan(self.outline, self.locales)
            batch = _batch(units, cursor)
            for kind, name, language in batch:
                getattr(self, f"_put_{kind}")(name, language)
        is_over = cursor + len(batch) == len(units)
        self.record.save(update_fields=["made", "state", "course_page", "ended_at"])
        if is_over:
            transaction.on_commit(self._let_go, robust=True)
        return Step(cursor=cursor + len(batch), done=len(batch), finished=is_over)

    def key_of(self, name: str) -> UUID:
        """Return the translation key that something of the package has here: new with each import."""
        return uuid5(self.record.public_id, name)

    def _let_go(self) -> None:
        self.record.file.delete(save=False)
        self.record.save(update_fields=["file"])

    def _put_medium(self, name: str, _language: str) -> None:
        medium = next(medium for medium in self.outline.media if medium.name == name)
        model: type[models.Model] = Picture if medium.is_picture else get_document_model()
        row, is_new = put_medium(
            archive=self.archive, medium=medium, model=model, by=self.record.made_by, collection=self.record.collection
        )
        self.made[name] = row.pk
        if is_new:
            self.made[f"new:{name}"] = row.pk
            log(instance=row, action="wagtail.create", user=self.record.made_by)

    def _put_question(self, name: str, _language: str) -> None:
        """Take the question of the bank that is here already, else make a draft of it in each language."""
        said = self._json(f"questions/{name}.json")
        here = BankQuestion.objects.filter(translation_key=said["key"]).order_by("pk")
        rows = dict(here.values_list("locale__language_code", "pk"))
        source = said["source_language"]
        languages = [source, *sorted(set(said["languages"]) - {source})]
        if not rows:
            for language in [code for code in languages if code in self.locales]:
                title = said["languages"][language]["title"]
                row = BankQuestion(
                    title=title, translation_key=UUID(said["key"]), locale=self.locales[language], live=False
                )
                row.save()
                rows[language] = self.made[f"new:{name}/{language}"] = row.pk
        for language in languages:
            number = rows.get(language) or next(iter(rows.values()), None)
            if number is not None:
                self.made[f"{name}/{language}"] = number

    def _put_words(self, name: str, _language: str) -> None:
        """Fill questions of the bank that were made: their pictures and pages are there now."""
        said = self._json(f"questions/{name}.json")
        for language, text in said["languages"].items():
            number = self.made.get(f"new:{name}/{language}")
            if number is not None:
                row = BankQuestion.objects.get(pk=number)
                reader = self._reader(f"questions/{name}.json")
                _set(row, reader.fields(package_fields(BankQuestion), text))
                self._check(reader.notes)
                row.save()
                row.save_revision(user=self.record.made_by, clean=False)
                log(instance=row, action="wagtail.create", user=self.record.made_by)

    def _put_page(self, name: str, language: str) -> None:
        page = self.pages[name]
        said = self._json(page_file(name, language))["fields"]
        slug = self.record.slug if page.kind == "course" else said["slug"]
        row = MODELS[page.kind](
            title=said["title"],
            slug=slug,
            translation_key=self.key_of(name),
            locale=self.locales[language],
            live=False,
            owner=self.record.made_by,
        )
        with disable_reference_index_auto_update():  # it refers to nothing yet
            self._parent(page, language).add_child(instance=row)
        self.made[f"{name}/{language}"] = row.pk

    def _parent(self, page: PageOutline, language: str) -> Page:
        """Return the page below which one is made; one that has no text in the language becomes an alias, as in Wagtail."""
        if page.kind == "course":
            index = CourseIndexPage.objects.filter(locale=self.locales[language]).order_by("path").first()
            if index is None:
                source = CourseIndexPage.objects.order_by("path")[0]
                index = source.copy_for_translation(self.locales[language], copy_parents=True, alias=True)
            return Page.objects.get(pk=index.pk)
        number = self.made.get(f"{page.parent}/{language}") or self.made.get(f"alias:{page.parent}/{language}")
        if number is None:
            source = Page.objects.get(pk=self.made[f"{page.parent}/{self.outline.source_language}"]).specific
            alias = source.copy_for_translation(self.locales[language], copy_parents=True, alias=True)
            number = self.made[f"alias:{page.parent}/{language}"] = alias.pk
        return Page.objects.get(pk=number)

    def _put_text(self, name: str, language: str) -> None:
        page = self.pages[name]
        row: Any = MODELS[page.kind].objects.select_related("locale").get(pk=self.made[f"{name}/{language}"])
        where = page_file(name, language)
        reader = self._reader(where)
        values = reader.page(MODELS[page.kind], self._json(where), kind=page.kind)
        self._check(reader.notes)
        if values is None:
            raise PackageUnreadable
        _set(row, {known: value for known, value in values.fields.items() if known != "slug"})
        row.draft_title = row.title
        self._set_children(row, values, row.locale)
        with disable_reference_index_auto_update():  # it is made with the next save
            row.save(clean=False)
        row.save_revision(user=self.record.made_by, clean=False)
        log(instance=row, action="wagtail.create", user=self.record.made_by)

    def _set_children(self, row: Any, values: PageValues, locale: Locale) -> None:
        for relation, entries in values.children.items():
            model = row._meta.get_field(relation).related_model
            children = []
            for place, (name, said) in enumerate(entries):
                child = model(sort_order=place, **said)
                if name:
                    child.translation_key, child.locale = self.key_of(name), locale
                children.append(child)
            setattr(row, relation, children)

    def _put_end(self, _name: str, _language: str) -> None:
        number = self.made[f"course/{self.outline.source_language}"]
        page = Page.objects.get(pk=number)
        self.record.course_page = page
        self.record.state, self.record.ended_at = CoursePackage.State.IMPORTED, self.at
        log(
            instance=page.specific,
            action="courses.import_package",
            user=self.record.made_by,
            data={"file": self.record.file_name, "sha256": self.record.sha256},
        )

    def _json(self, name: str) -> Any:
        return read_json(self.archive.read(name), where=name)

    def _reader(self, where: str) -> ValueReader:
        return ValueReader(self.names, Notes(), where)

    def _check(self, notes: Notes) -> None:
        if notes.problems:
            raise PackageUnreadable(*notes.problems)


def _batch(units: Sequence[Unit], cursor: int) -> Sequence[Unit]:
    """Return the next units, all of one kind but for the last of all."""
    batch: list[Unit] = []
    for unit in units[cursor : cursor + PER_STEP]:
        if batch and unit[0] != batch[0][0]:
            break
        batch.append(unit)
    return batch


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _stop(record: CoursePackage, words: str, *, at: datetime) -> None:
    """Take away what was made of a package, and say why."""
    made: dict[str, int] = record.made
    pages = [number for name, number in made.items() if name.startswith(("course/", "alias:course/"))]
    for page in Page.objects.filter(pk__in=pages).order_by("-path"):
        page.specific.delete()
    for name, number in made.items():
        if name.startswith("new:question-"):
            BankQuestion.objects.filter(pk=number).delete()
        elif name.startswith("new:picture-"):
            _delete_file(Picture, number)
        elif name.startswith("new:document-"):
            _delete_file(get_document_model(), number)
    record.state, record.problem, record.ended_at, record.made = CoursePackage.State.STOPPED, words, at, {}
    record.save(update_fields=["state", "problem", "ended_at", "made"])


def _delete_file(model: type[models.Model], number: int) -> None:
    row = model._default_manager.filter(pk=number).first()
    if row is not None:
        row.delete()  # Wagtail takes the bytes away after the commit


def _words_of(error: Exception) -> str:
    if isinstance(error, PackageUnreadable):
        return " ".join(f"{problem.where}: {gettext(problem.words) % problem.values}" for problem in error.problems[:5])
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, FileNotFoundError):
        return gettext("The uploaded file is no longer kept.")
    return gettext("Something that the import needs was changed or deleted meanwhile.")
