"""What a copy of a course takes along, and what it goes on sharing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from wagtail.models import Page

from courses.models import CourseAddress, CoursePage, QuizPage
from courses.queries.tree import ITEM_KINDS

_MODELS = ("coursepage", "modulepage", *ITEM_KINDS)


def pages_to_copy(page: CoursePage) -> list[int]:
    """Return the numbers of the pages of a course, in an order in which they can be made. Cost: 3 queries.

    The tree of the source language first, parents before what is below them: the page made first is the source.
    """
    trees = list(CoursePage.objects.filter(translation_key=page.translation_key).values_list("path", flat=True))
    below = Q(pk__in=[])
    for path in trees:
        below |= Q(path__startswith=path)
    keys = set(Page.objects.filter(path__startswith=page.path).values_list("translation_key", flat=True))
    rows = (
        Page.objects.filter(
            below | Q(translation_key__in=keys), translation_key__in=keys, content_type__model__in=_MODELS
        )
        .order_by("path")
        .values_list("pk", "locale_id", "path", "alias_of_id")
    )
    ordered = sorted(rows, key=lambda row: (row[1] != page.locale_id, row[3] is not None, row[1], row[2]))
    return [number for number, *_ in ordered]


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What somebody is told before a copy is made. Counts of the source language, `pages` of all languages."""

    modules: int
    steps: int
    pages: int
    languages: tuple[str, ...]
    bank_uses: int
    draws_by_outcome_from_bank: int


def copy_facts(page: CoursePage) -> CopyFacts:
    """Return what a copy would be made of. Cost: 6 queries, and it reads every quiz."""
    numbers = pages_to_copy(page)
    kinds = list(
        Page.objects.filter(path__startswith=page.path, depth__gt=page.depth).values_list(
            "content_type__model", flat=True
        )
    )
    texts = CoursePage.objects.filter(translation_key=page.translation_key, alias_of=None).exclude(pk=page.pk)
    quizzes = [
        (list(_raw(quiz.questions)), list(_raw(quiz.draws)))
        for quiz in QuizPage.objects.filter(path__startswith=page.path).order_by("path")
    ]
    taken = [any(block["type"].startswith("bank_question") for block in questions) for questions, _ in quizzes]
    return CopyFacts(
        modules=kinds.count("modulepage"),
        steps=sum(kind in ITEM_KINDS for kind in kinds),
        pages=len(numbers),
        languages=tuple(texts.order_by("locale__language_code").values_list("locale__language_code", flat=True)),
        bank_uses=sum(block["type"].startswith("bank_question") for questions, _ in quizzes for block in questions),
        draws_by_outcome_from_bank=sum(
            takes and any(draw["value"].get("by") == "outcome" for draw in draws)
            for takes, (_, draws) in zip(taken, quizzes, strict=True)
        ),
    )


def address_is_taken(page: CoursePage, slug: str) -> bool:
    """Return whether a copy of a course cannot have this address, in one of its languages. Cost: 3 queries at most."""
    if CourseAddress.objects.filter(slug=slug, current=True).exists():
        return True
    beside = CoursePage.objects.filter(translation_key=page.translation_key).values_list("path", flat=True)
    parents = {path[: -Page.steplen] for path in beside}
    taken = Page.objects.filter(slug=slug).values_list("path", flat=True)
    return any(path[: -Page.steplen] in parents for path in taken)


def _raw(stream: Any) -> Iterable[Mapping[str, Any]]:
    return stream.raw_data if stream else ()


def titles_of_course(page: CoursePage) -> dict[str, str]:
    """Return the titles of a course by language, that of its source page first. Cost: 1 query."""
    rows = CoursePage.objects.filter(translation_key=page.translation_key, alias_of=None).order_by(
        "locale__language_code"
    )
    titles = dict(rows.values_list("locale__language_code", "draft_title"))
    return {page.locale.language_code: page.draft_title, **titles}
