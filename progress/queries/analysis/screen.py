"""The analysis of one quiz, as its screen and its file have it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import BankQuestion, Course, QuizKey, QuizPage
from courses.rendering import question_text
from progress.models import MarkingTask
from progress.queries.analysis.cells import Cell, Part, chart_cells, parts_of, weighed_parts
from progress.queries.analysis.counting import (
    FrozenQuiz,
    frozen_quiz,
    frozen_quizzes,
    groups_of,
    questions_for_persons,
    sent_attempts,
)
from progress.queries.analysis.tallying import Tallies, Tally, tallies_of, wordings_of
from progress.rules.analysis import (
    SMALL,
    Bound,
    Facility,
    Look,
    facility_of,
    many_checks,
    question_digest,
    reasons_to_look,
)

BAR_HEIGHT = 46
"""Units of the chart's own grid that a bar takes with its words."""

LABEL_LENGTH = 42
"""Characters of an answer that fit above its bar; the table has all of them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart. `y` is its top in units of the chart, `width` per cent of its widest; 0 where nothing is said."""

    label: str
    said: str
    y: int
    width: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One question version: its wording and key unchanged, over the editions that `editions` names.

    `parts` is empty where fewer than 5 people were asked; `is_unasked` where nobody was.
    """

    name: str
    text: str
    html: str
    language: str
    editions: str
    asked: int
    is_current: bool
    is_few: bool
    facility: str
    waits: str
    looks: tuple[str, ...]
    parts: tuple[Part, ...]
    bars: tuple[Bar, ...]
    has_hidden: bool
    tally: Tally

    @property
    def is_unasked(self) -> bool:
        return not self.asked

    @property
    def chart_height(self) -> int:
        return BAR_HEIGHT * len(self.bars)


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question: its newest version first, then the earlier ones. `number` counts in the quiz as it is; 0: it is gone."""

    id: str
    number: int
    newest: VersionCard
    earlier: tuple[VersionCard, ...]
    edit_url: str


@dataclass(frozen=True, slots=True)
class EditionChoice:
    number: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """How the questions of a quiz do. `gone` are questions that it asked once and does not ask now."""

    attempts: int
    lead: str
    checks: str
    editions: tuple[EditionChoice, ...]
    questions: tuple[QuestionCard, ...]
    gone: tuple[QuestionCard, ...]

    @property
    def is_empty(self) -> bool:
        return not self.attempts


def analysis_of(course: Course, item_key: UUID, *, edition: int | None = None) -> Analysis:
    """Return the figures of every question version of a quiz, over all languages.

    `course` has its current edition. `edition` keeps the question versions that were asked in it; each has its figures
    whole, so that two editions cannot be taken from each other to tell a few people's answers. Cost: 7 queries, 8
    where attempts were marked again, and 2 more where people answered in another language than the source.
    """
    attempts = sent_attempts().filter(item_key=item_key, enrolment__course=course)
    quizzes = frozen_quizzes(attempts.values("quiz_version"))
    groups = list(groups_of(attempts, for_persons=questions_for_persons(quizzes)))
    later = {group.new_version for group in groups if group.new_version} - quizzes.keys()
    quizzes |= frozen_quizzes(later)
    wordings = wordings_of(groups, quizzes, {str(item_key): course.source_language})
    tallies = tallies_of(groups, quizzes, wordings).get(str(item_key), {})
    numbers = dict(course.editions.filter(pk__in={group.edition for group in groups}).values_list("pk", "number"))
    now = _published(course, item_key)
    counted = attempts.aggregate(
        attempts=Count("pk", distinct=True),
        checks=Count("marking_tasks", distinct=True, filter=Q(marking_tasks__kind=MarkingTask.Kind.CHECK)),
    )
    cards = list(_cards(tallies, now, numbers, edition, _editors(course, item_key, tallies, now)))
    return Analysis(
        attempts=counted["attempts"],
        lead=_lead(counted["attempts"]),
        checks=_checks(**counted),
        editions=tuple(EditionChoice(number, number == edition) for number in sorted(numbers.values(), reverse=True)),
        questions=tuple(card for card in cards if card.number),
        gone=tuple(card for card in cards if not card.number),
    )


def rows_for_file(analysis: Analysis) -> Iterator[tuple[object, ...]]:
    """Return the lines of the file: a heading, then one for each answer that can be told apart. No query."""
    yield (
        _("Question"),
        _("Question key"),
        _("Version"),
        _("Editions"),
        _("Kind"),
        _("Asked"),
        _("Facility"),
        _("Part"),
        _("Answer"),
        _("Right"),
        _("Count"),
    )
    for card in (*analysis.questions, *analysis.gone):
        for version in (card.newest, *card.earlier):
            about = (
                version.text,
                card.id,
                version.tally.digest[:8],
                version.editions,
                version.tally.question["kind"],
                _few_words() if version.is_few else version.asked,
                version.facility,
            )
            if not version.parts:
                yield (*about, "", "", "", "")
            for part in version.parts:
                for cell in part.cells:
                    is_right = "" if cell.is_right is None else _("yes") if cell.is_right else _("no")
                    count = _("not shown") if cell.count is None else cell.count
                    yield (*about, part.name, cell.label, is_right, count)


def look_words(tally: Tally) -> tuple[str, ...]:
    """Return why a question version is worth a look, in words; nothing where it is not."""
    facility = facility_of(earned=tally.earned, worth=tally.worth, answers=tally.marked)
    reasons = reasons_to_look(answers=tally.marked, facility=facility, unsure=tally.unsure, parts=weighed_parts(tally))
    return tuple(_LOOKS[reason](facility) for reason in reasons)


def facility_words(facility: Facility | None) -> str:
    """Return a facility in words; "" where there is none."""
    if facility is None:
        return ""
    words = {
        Bound.EXACT: _("%(percent)s %%"),
        Bound.UNDER: _("under %(percent)s %%"),
        Bound.OVER: _("over %(percent)s %%"),
    }
    return words[facility.bound] % {"percent": facility.percent}


def check_words(*, checks: int, attempts: int) -> str:
    """Return that many asked for a check of their result; "" where it is not many."""
    if not many_checks(checks=checks, attempts=attempts):
        return ""
    return ngettext(
        "%(count)s person asked for a check of the result.", "%(count)s people asked for a check of the result.", checks
    ) % {"count": checks}


def _checks(*, attempts: int, checks: int) -> str:
    return check_words(checks=checks, attempts=attempts)


_LOOKS = {
    Look.WRONG_AHEAD: lambda facility: _("A wrong answer is given more often than the right one."),
    Look.HARD: lambda facility: _("Few get it right: %(facility)s.") % {"facility": facility_words(facility)},
    Look.UNSURE: lambda facility: _("Many say that they are not sure."),
    Look.EASY: lambda facility: _("Nearly all get it right: %(facility)s.") % {"facility": facility_words(facility)},
}


def _lead(attempts: int) -> str:
    return ngettext("%(count)s attempt was sent.", "%(count)s attempts were sent.", attempts) % {"count": attempts}


def _few_words() -> str:
    return _("fewer than %(few)s") % {"few": SMALL}


def _published(course: Course, item_key: UUID) -> FrozenQuiz | None:
    """Return the quiz as it is published now, in the source language; None where it was taken out. Cost: 1 query."""
    items = course.current_edition.manifest["items"] if course.current_edition else []
    entry = next((entry for entry in items if entry["key"] == str(item_key)), None)
    version = entry["versions"].get(course.source_language) if entry else None
    if version is None:
        return None
    return frozen_quiz(QuizKey.objects.select_related("version").get(version__sha256=version["sha256"]))


def _editors(course: Course, item_key: UUID, tallies: Tallies, now: FrozenQuiz | None) -> Mapping[str, str]:
    """Return by question id where it is edited: in the bank, else on the page of the quiz. Cost: 2 queries."""
    page = QuizPage.objects.filter(translation_key=item_key, locale__language_code=course.source_language)
    pk = page.values_list("pk", flat=True).first()
    ids = tallies.keys() | (now.questions.keys() if now else set())
    urls = {}
    if pk is not None:
        edit = reverse("wagtailadmin_pages:edit", args=[pk])
        urls = {key: f"{edit}#block-{key}-section" for key in ids}
    in_bank = BankQuestion.objects.filter(
        translation_key__in=[key for key in ids if _is_uuid(key)], locale__language_code=course.source_language
    )
    for bank_pk, key in in_bank.values_list("pk", "translation_key"):
        urls[str(key)] = reverse("wagtailsnippets_courses_bankquestion:edit", args=[bank_pk])
    return urls


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _cards(
    tallies: Tallies,
    now: FrozenQuiz | None,
    numbers: Mapping[int, int],
    edition: int | None,
    editors: Mapping[str, str],
) -> Iterator[QuestionCard]:
    asked_now = list(now.questions) if now else []
    for key in [*asked_now, *(key for key in tallies if key not in asked_now)]:
        versions = dict(tallies.get(key, {}))
        current = ""
        if now is not None and key in now.questions:
            current = question_digest(now.questions[key], now.keys[key])
            versions.setdefault(current, Tally(current, now.questions[key], now.keys[key]))
        kept = [
            (tally, {numbers[pk] for pk in tally.editions})
            for tally in versions.values()
            if edition is None or edition in {numbers[pk] for pk in tally.editions}
        ]
        kept.sort(key=lambda entry: (entry[0].digest == current, max(entry[1], default=0)), reverse=True)
        cards = [
            _version(tally, editions, is_current=tally.digest == current, place=len(kept) - place, of=len(kept))
            for place, (tally, editions) in enumerate(kept)
        ]
        if cards:
            number = asked_now.index(key) + 1 if key in asked_now else 0
            yield QuestionCard(key, number, cards[0], tuple(cards[1:]), editors.get(key, ""))


def _version(tally: Tally, editions: set[int], *, is_current: bool, place: int, of: int) -> VersionCard:
    shown = question_text(tally.question)
    parts = parts_of(tally)
    cells = chart_cells(tally, parts)
    is_few = 0 < tally.asked < SMALL
    facility = facility_of(earned=tally.earned, worth=tally.worth, answers=tally.marked)
    return VersionCard(
        name=_("Version %(number)s of %(all)s") % {"number": place, "all": of} if of > 1 else "",
        text=shown["text"],
        html=shown["html"],
        language=shown["language"],
        editions=_edition_words(editions),
        asked=tally.asked,
        is_current=is_current,
        is_few=is_few,
        facility=facility_words(facility),
        waits=_waits(tally.waits),
        looks=() if is_few else look_words(tally),
        parts=parts,
        bars=tuple(map(partial(_bar, asked=tally.asked), range(len(cells)), cells)),
        has_hidden=any(part.has_hidden for part in parts),
        tally=tally,
    )


def _waits(count: int) -> str:
    if not count:
        return ""
    if count < SMALL:
        return _("A few answers wait for a person who marks them.")
    return _("%(count)s answers wait for a person who marks them.") % {"count": count}


def _bar(place: int, cell: Cell, *, asked: int) -> Bar:
    label = cell.label if len(cell.label) <= LABEL_LENGTH else f"{cell.label[: LABEL_LENGTH - 1].rstrip()}…"
    said = _("not shown") if cell.count is None else share_words(cell.count, asked)
    width = 0 if cell.count is None else round(100 * cell.count / asked)
    return Bar(label, said, place * BAR_HEIGHT, width, is_right=bool(cell.is_right))


def share_words(count: int, asked: int) -> str:
    """Return a count with its share of those who were asked, in words."""
    return _("%(count)s (%(percent)s %%)") % {"count": count, "percent": round(100 * count / asked)}


def _edition_words(editions: set[int]) -> str:
    if not editions:
        return ""
    first, last = min(editions), max(editions)
    if first == last:
        return _("edition %(number)s") % {"number": first}
    return _("editions %(first)s to %(last)s") % {"first": first, "last": last}
