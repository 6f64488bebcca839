"""A draft beside what is public: what an editor reads of it on the screen of a release. With the answer key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.operations.drafts import Draft
from courses.queries.certificate_words import is_of_certificate, part_of_certificate, sides_of_certificate
from courses.queries.changes import language_name, words_of
from courses.rules.changes import Change, ChangeKind, ItemForm
from progress.queries.questions import right_in_words
from progress.queries.releases import said_time

MOST_SENTENCES = 12
"""Changes said of one draft; a rewritten lesson has more, and the table below has them all."""

_KINDS: Mapping[str, str | Promise] = {
    "course": gettext_lazy("Course"),
    "module": gettext_lazy("Part"),
    "lesson": gettext_lazy("Lesson"),
    "quiz": gettext_lazy("Quiz"),
    "assignment": gettext_lazy("Assignment"),
}
_PARTS: Mapping[ChangeKind, str | Promise] = {
    ChangeKind.ITEM_RENAMED: gettext_lazy("Title"),
    ChangeKind.ITEM_SUMMARY: gettext_lazy("Summary"),
    ChangeKind.ITEM_CREDIT: gettext_lazy("Author, licence, source"),
    ChangeKind.INTRODUCTION: gettext_lazy("Introduction"),
    ChangeKind.QUESTION_NEW: gettext_lazy("Question"),
    ChangeKind.QUESTION_REMOVED: gettext_lazy("Question"),
    ChangeKind.QUESTION_TEXT: gettext_lazy("Question"),
    ChangeKind.QUESTION_MORE: gettext_lazy("Text under it"),
    ChangeKind.QUESTION_KIND: gettext_lazy("Question"),
    ChangeKind.QUESTIONS_REORDERED: gettext_lazy("Order"),
    ChangeKind.OPTIONS_REORDERED: gettext_lazy("Order of options"),
    ChangeKind.EXPLANATION: gettext_lazy("Explanation"),
    ChangeKind.MATCHES: gettext_lazy("Matches"),
    ChangeKind.ALSO_ACCEPTED: gettext_lazy("Accepted answers"),
    ChangeKind.UNIT: gettext_lazy("Unit"),
    ChangeKind.HINT: gettext_lazy("Hint"),
    ChangeKind.GUIDANCE: gettext_lazy("For the person who marks it"),
    ChangeKind.QUESTION_PICTURE: gettext_lazy("What the picture shows"),
    ChangeKind.TASK: gettext_lazy("Task"),
    ChangeKind.CRITERION_NEW: gettext_lazy("Criterion"),
    ChangeKind.CRITERION_REMOVED: gettext_lazy("Criterion"),
    ChangeKind.CRITERION_TEXT: gettext_lazy("Criterion"),
    ChangeKind.CRITERIA_REORDERED: gettext_lazy("Order of criteria"),
    ChangeKind.LEVEL_NEW: gettext_lazy("Level"),
    ChangeKind.LEVEL_REMOVED: gettext_lazy("Level"),
    ChangeKind.LEVEL_TEXT: gettext_lazy("Level"),
    ChangeKind.LEVELS_REORDERED: gettext_lazy("Order of levels"),
    ChangeKind.MODULE_RENAMED: gettext_lazy("Title"),
    ChangeKind.MODULE_SUMMARY: gettext_lazy("Summary"),
}
_OF_AN_OPTION: Mapping[ChangeKind, str | Promise] = {
    ChangeKind.OPTION_NEW: gettext_lazy("Option %(option)s"),
    ChangeKind.OPTION_NEW_CORRECT: gettext_lazy("Option %(option)s"),
    ChangeKind.OPTION_REMOVED: gettext_lazy("Option %(option)s"),
    ChangeKind.OPTION_TEXT: gettext_lazy("Option %(option)s"),
    ChangeKind.FEEDBACK: gettext_lazy("Reply to option %(option)s"),
}
# Said in the row "Right answer", or as a whole where the table has it part by part.
_NOT_IN_TABLE = {ChangeKind.OPTION_CORRECT_INSTEAD, ChangeKind.LESSON_WORDS}

_BEHIND_AN_ACHIEVEMENT = {
    ChangeKind.COURSE_FACT,
    ChangeKind.COMPETENCE_NEW,
    ChangeKind.COMPETENCE_REMOVED,
    ChangeKind.OUTCOME_NEW,
    ChangeKind.OUTCOME_TEXT,
    ChangeKind.OUTCOME_REMOVED,
    ChangeKind.NEEDED_FOR_ACHIEVEMENT,
    ChangeKind.NOT_NEEDED_FOR_ACHIEVEMENT,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One text before and after; "" where it is not there."""

    part: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes of one question, or of a page as a whole."""

    heading: str
    rows: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a draft cannot be published, and where to mend it."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft on the screen of a release."""

    page_id: int
    title: str
    kind: str
    language: str
    sentences: Sequence[str]
    problems: Sequence[Problem]
    comparisons: Sequence[Comparison]
    ticked: bool
    opens: bool
    edited_since: bool
    touched_by: str
    touched_at: str
    edit_url: str
    notes: Sequence[str]


def draft_row(draft: Draft, *, ticked: bool, edited_since: bool = False) -> DraftRow:
    """Return what the screen says of a draft. No query."""
    edit_url = reverse("wagtailadmin_pages:edit", args=[draft.page.pk])
    return DraftRow(
        page_id=draft.page.pk,
        title=draft.title,
        kind=str(_KINDS[draft.kind]),
        language="" if draft.is_source else language_name(draft.language),
        sentences=_sentences(draft),
        problems=[Problem(words, f"{edit_url}#{_panel(name)}") for name, words in draft.problems],
        comparisons=comparisons_of(draft),
        ticked=ticked,
        opens=draft.marking_changed or any(map(is_of_certificate, draft.changes)),
        edited_since=edited_since,
        touched_by=_names(draft),
        touched_at=draft_time(draft),
        edit_url=edit_url,
        notes=_notes(draft),
    )


def _panel(name: str) -> str:
    """Return the id that the CMS gives the panel of a field. Of one inside another panel there is none: it opens at the top."""
    return f"panel-child-content-{name}-section"


def draft_time(draft: Draft) -> str:
    """Return when a draft was touched last, in words."""
    return said_time(draft.touches[0].at if draft.touches else draft.revision.created_at)


def comparisons_of(draft: Draft) -> list[Comparison]:
    """Return the texts that a draft changes, side by side: question by question or criterion by criterion, then the rest. No query."""
    questions: dict[str, list[Part]] = {}
    rest: list[Part] = []
    for change in draft.changes:
        if change.kind in _NOT_IN_TABLE or not any(_sides(change)):
            continue
        (questions.setdefault(change.question, []) if change.question else rest).append(_part(change))
    for key, part in _right_answers(draft).items():
        questions.setdefault(key, []).insert(0, part)
    numbered = sorted(((_number(draft, key), key) for key in questions), key=lambda entry: (entry[0] or 0, entry[1]))
    heading = _criterion_heading if draft.kind == "assignment" else _question_heading
    return [
        *(Comparison(heading(draft, number, key), questions[key]) for number, key in numbered),
        *([Comparison(draft.title, rest)] if rest else []),
    ]


def _sides(change: Change) -> tuple[str, str]:
    return sides_of_certificate(change) if is_of_certificate(change) else (change.old, change.new)


def _part(change: Change) -> Part:
    if is_of_certificate(change):
        return Part(part_of_certificate(change), *_sides(change))
    if change.kind in _OF_AN_OPTION:
        return Part(str(_OF_AN_OPTION[change.kind]) % change.values, change.old, change.new)
    if "number" in change.values and "block" in change.values:
        return Part(_("Block %(number)s") % change.values, change.old, change.new)
    return Part(str(_PARTS.get(change.kind, gettext_lazy("Text"))), change.old, change.new)


def _right_answers(draft: Draft) -> dict[str, Part]:
    """Return, by question id, what was right and what is, where that changes."""
    if draft.old is None or draft.new is None or not draft.marking:
        return {}
    parts = {}
    for key in draft.marking.changed:
        old, new = _right(draft.old, key), _right(draft.new, key)
        if old != new:
            parts[key] = Part(_("Right answer"), old, new)
    return parts


def _right(form: ItemForm, key: str) -> str:
    question = _question(form, key)
    if question is None:
        return ""
    answers = form.answers["questions"][key]
    if question["kind"] == "true_false":
        return _("True") if "true" in answers["correct"] else _("False")
    return "\n".join(text for together in right_in_words(question, answers) for text in together)


def _question(form: ItemForm | None, key: str) -> Mapping[str, Any] | None:
    questions = form.body["questions"] if form is not None and form.is_quiz else []
    return next((question for question in questions if question["id"] == key), None)


def _number(draft: Draft, key: str) -> int | None:
    body: Mapping[str, Any] = draft.new.body if draft.new is not None else {}
    parts = body.get("questions") or body.get("criteria") or []
    return next((number for number, part in enumerate(parts, start=1) if part["id"] == key), None)


def _question_heading(draft: Draft, number: int | None, key: str) -> str:
    question = _question(draft.new, key) or _question(draft.old, key)
    text = str(question["text"]) if question else ""
    if number is None:
        return _("Taken out: %(text)s") % {"text": text}
    return _("Question %(number)s: %(text)s") % {"number": number, "text": text}


def _criterion_heading(draft: Draft, number: int | None, key: str) -> str:
    forms = [form for form in (draft.new, draft.old) if form is not None]
    criteria = [criterion for form in forms for criterion in form.body["criteria"] if criterion["id"] == key]
    text = str(criteria[0]["title"]) if criteria else ""
    if number is None:
        return _("Taken out: %(text)s") % {"text": text}
    return _("Criterion %(number)s: %(text)s") % {"number": number, "text": text}


def _sentences(draft: Draft) -> list[str]:
    changes = draft.changes
    if len(changes) <= MOST_SENTENCES:
        return draft.words
    # What a certificate says or rests on is said in full: somebody else has to agree to it.
    kept = [change for place, change in enumerate(changes) if place < MOST_SENTENCES - 1 or _is_for_two(change)]
    more = len(changes) - len(kept)
    said = ngettext("And %(count)s change more.", "And %(count)s changes more.", more) % {"count": more}
    return [*map(words_of, kept), *([said] if more else [])]


def _is_for_two(change: Change) -> bool:
    return is_of_certificate(change) or change.kind in _BEHIND_AN_ACHIEVEMENT


def _names(draft: Draft) -> str:
    return ", ".join(_once(touch.name for touch in draft.touches if touch.name))


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _notes(draft: Draft) -> list[str]:
    notes = []
    if draft.in_review:
        notes.append(_("It is in review."))
    if draft.go_live_at is not None:
        notes.append(_("It has a date of its own: %(time)s.") % {"time": said_time(draft.go_live_at)})
    return notes
