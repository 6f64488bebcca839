"""What is published of the question bank, and where its questions are used."""

import functools
import json
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext, ngettext

from courses.models import BankQuestion, CoursePage, QuizPage
from courses.queries.tree import courses_with
from courses.rules.bank import Bank, BankRow, bank_of, taken_by
from courses.rules.freezing import Found, freeze_quiz
from courses.rules.freezing_question import tags_of

_MARK = '"bank_question'
"""In the stored questions of a quiz that takes any from the bank: the types of both blocks begin so."""


def bank_rows(numbers: Iterable[int], tags: Iterable[str]) -> list[BankRow]:
    """Return the rows, in every language, of questions named by row number or by a tag. Cost: 1 query, or none.

    Some that only hold a tag inside another word are among them: `Bank` looks closer.
    """
    numbers, tags = set(numbers), set(tags)
    if not numbers and not tags:
        return []
    wanted = models.Q(pk__in=numbers)
    for tag in sorted(tags):
        wanted |= models.Q(tags__icontains=tag)
    keys = BankQuestion.objects.filter(wanted).order_by().values("translation_key")
    rows = (
        BankQuestion.objects.filter(translation_key__in=keys)
        .order_by("pk")
        .annotate(raw=Cast("question", models.TextField()), code=models.F("locale__language_code"))
        .values_list("pk", "translation_key", "code", "title", "live", "tags", "raw")
    )
    return [
        BankRow(number, str(key), language, title, live, tuple(tags_of(named)), _first_block(raw))
        for number, key, language, title, live, named, raw in rows
    ]


def bank_for(quizzes: Iterable[Mapping[str, Any]]) -> Bank:
    """Return what quizzes, given as raw columns with their questions as a list, take from the bank. Cost: 1 query, or none."""
    numbers: set[int] = set()
    tags: set[str] = set()
    for columns in quizzes:
        taken = taken_by(columns)
        numbers |= taken[0]
        tags |= taken[1]
    return bank_of(bank_rows(numbers, tags))


def marks_of_bank(texts: Mapping[str, str]) -> dict[str, str]:
    """Return, for stored questions by any name, what they take from the bank as text, "" left out. Cost: 1 query, or none.

    Two texts are equal when what is published of these questions is.
    """
    taken = {name: taken_by({"questions": json.loads(text)}) for name, text in texts.items() if text and _MARK in text}
    rows = bank_rows(
        {number for numbers, _tags in taken.values() for number in numbers},
        {tag for _numbers, tags in taken.values() for tag in tags},
    )
    bank = bank_of(rows)
    marks = {}
    for name, (numbers, tags) in taken.items():
        keys = bank.taken(numbers, tags)
        used = [row for row in rows if row.key in keys]
        marks[name] = json.dumps(
            [[row.number, row.key, row.language, row.is_live, row.tags, row.block] for row in used], sort_keys=True
        )
    return marks


@dataclass(frozen=True, slots=True)
class Use:
    """A quiz that takes a question from the bank. `tag`: by which, "" where it was chosen itself.

    `only_drafted`: what is published of the quiz does not take it.
    """

    page: int
    key: UUID
    title: str
    path: str
    tag: str
    only_drafted: bool


def uses_of(key: UUID) -> list[Use]:
    """Return the quizzes that take a question, each once, in the order of the tree. Cost: 3 queries.

    Translations of a quiz are left out: its source page says what it asks.
    """
    rows = list(BankQuestion.objects.filter(translation_key=key).order_by("pk").values_list("pk", "tags"))
    if not rows:
        return []
    return _uses({pk for pk, _tags in rows}, set(tags_of(rows[0][1])))


def why_question_stays(question: BankQuestion) -> str | None:
    """Return why a question of the bank must stay, in words, or None. Cost: at most 4 queries.

    A translation may go while the text that was made first stays: quizzes then show that one.
    """
    others = BankQuestion.objects.filter(translation_key=question.translation_key, pk__lt=question.pk)
    if others.exists():
        return None
    titles = [use.title for use in uses_of(question.translation_key)]
    if not titles:
        return None
    words = ngettext(
        "The question “%(question)s” is used in the quiz %(quizzes)s. Take it out there first, or unpublish it.",
        "The question “%(question)s” is used in the quizzes %(quizzes)s. Take it out there first, or unpublish it.",
        len(titles),
    )
    return words % {"question": question.title, "quizzes": ", ".join(f"“{title}”" for title in titles)}


def courses_using(key: UUID, *, tags_before: Iterable[str] = ()) -> set[UUID]:
    """Return the keys of the courses whose quizzes take a question, or took it by a tag it had. Cost: 5 queries."""
    rows = list(BankQuestion.objects.filter(translation_key=key).order_by("pk").values_list("pk", "tags"))
    tags = {tag for _pk, named in rows for tag in tags_of(named)} | set(tags_before)
    uses = [use for use in _uses({pk for pk, _tags in rows}, tags) if not use.only_drafted]
    return courses_with((use.path, use.key) for use in uses) if uses else set()


def quizzes_kept_as_they_were(course_keys: Iterable[UUID]) -> list[tuple[str, str]]:
    """Return the published quizzes of these courses that take from the bank and cannot be frozen: title, why in words.

    What learners get of them stays what it was, whatever is done to the questions. Cost: 3 queries.
    """
    roots = CoursePage.objects.filter(translation_key__in=set(course_keys)).values_list("path", flat=True)
    places = [models.Q(path__startswith=path) for path in roots]
    if not places:
        return []
    pages: dict[UUID, QuizPage] = {}
    for page in QuizPage.objects.filter(functools.reduce(operator.or_, places), live=True).order_by("pk"):
        pages.setdefault(page.translation_key, page)  # the page that was made first says what is asked
    columns = {page: page.raw_columns() for page in pages.values()}
    taking = {page: raw for page, raw in columns.items() if any(taken_by(raw))}
    found = Found(trusted=True, bank=bank_for(taking.values()))
    kept = []
    for page, raw in taking.items():
        problems = freeze_quiz(source=raw, text=raw, language="", source_language="", found=found).problems
        if problems:
            kept.append((page.title, " ".join(gettext(problem.words) % problem.values for problem in problems)))
    return kept


def _uses(numbers: set[int], tags: set[str]) -> list[Use]:
    published = (
        QuizPage.objects.annotate(raw=Cast("questions", models.TextField()))
        .filter(raw__contains=_MARK)
        .order_by("path", "pk")
        .values_list("pk", "translation_key", "title", "path", "raw")
    )
    drafted = (
        QuizPage.objects.filter(has_unpublished_changes=True)
        .annotate(raw=Cast("latest_revision__content", models.TextField()))
        .filter(raw__contains="bank_question")
        .order_by("path", "pk")
        .values_list("pk", "translation_key", "draft_title", "path", "latest_revision__content")
    )
    rows = [(*row[:4], json.loads(row[4]), False) for row in published]
    rows += [(*row[:4], json.loads(row[4].get("questions") or "[]"), True) for row in drafted]
    firsts: dict[UUID, int] = {}
    for pk, key, *_rest in rows:
        firsts[key] = min(pk, firsts.get(key, pk))
    found: dict[int, Use] = {}
    for pk, key, title, path, questions, only_drafted in rows:
        if pk in found or pk != firsts[key]:
            continue
        chosen, by_tag = taken_by({"questions": questions})
        shared = sorted(by_tag & tags)
        if chosen & numbers or shared:
            tag = "" if chosen & numbers else shared[0]
            found[pk] = Use(pk, key, title, path, tag, only_drafted)
    return sorted(found.values(), key=lambda use: use.path)


def _first_block(raw: str) -> Mapping[str, Any] | None:
    blocks = json.loads(raw or "[]")
    return blocks[0] if blocks and isinstance(blocks[0], dict) else None
