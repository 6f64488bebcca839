"""What a policy would do: figures on the real attempts, before an editor decides; and what it did, after.

A question whose marking did not change comes to what it came to, by every policy. So only answers to the others are
read, each different one is marked once, and attempts that come to the same sums are decided on together, by the same
pure functions that mark for good. The figures are exact.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from courses.models import Course, QuizKey
from courses.queries import serving
from courses.rules.kinds import Answer, kind_of
from courses.rules.outline import Outline
from progress.models import Attempt, Enrolment, HandMark, MarkEvent, Notice, Regrade, Response
from progress.queries.figures import counts_of_done
from progress.rules.completion import yardstick_of
from progress.rules.marking import NOT_ANSWERED, Given, Marking, count_by_key, fold_marks, with_hand_marks
from progress.rules.regrading import (
    Policy,
    changed_questions,
    changes_result,
    count_question,
    decide_marking,
    needs_answers,
    share_falls,
    share_rises,
)

Row = TypeVar("Row")

_AT_ONCE = 500
"""People looked at together."""

_READ_AT_ONCE = 5000
"""Rows of a stream held at a time."""

_NO_MORE: tuple[float, Iterable[tuple[Any, ...]]] = (math.inf, ())


@dataclass(frozen=True, slots=True)
class Impact:
    """What a policy does to the attempts that were sent. `attempts` is the sum of rising, falling and unchanged ones.

    `pass_now` and `pass_no_more` count attempts, `people` those whose result changes in any of theirs, `done_now` those
    for whom the quiz is done by it, `completes` those for whom it was the last thing to do. `without_answers`: their
    answers were erased, so they stay as they are; they are among the unchanged.
    """

    policy: Policy
    attempts: int = 0
    rise: int = 0
    fall: int = 0
    unchanged: int = 0
    pass_now: int = 0
    pass_no_more: int = 0
    without_answers: int = 0
    people: int = 0
    done_now: int = 0
    completes: int = 0


@dataclass(frozen=True, slots=True)
class RegradeReport:
    """What became of a decision so far: attempts that changed, people told, attempts whose answers were erased."""

    changed: int
    pass_now: int
    told: int
    without_answers: int


def impact_of(
    *,
    course: Course,
    item_key: UUID | str,
    policies: Iterable[Policy] = tuple(Policy),
    new_body: Mapping[str, Any] | None = None,
    new_key: Mapping[str, Any] | None = None,
    outline: Outline | None = None,
) -> dict[Policy, Impact]:
    """Return what each policy would do to the attempts at a quiz.

    `new_body` and `new_key` are a draft, frozen; left out, the quiz as it is published. `outline` is the course as it
    would be, for whom it completes; left out, as it is. Cost: 3 queries, 4 where a person marked, 2 for the published
    key, and 3 for each 500 people who would pass. Memory: a number for each attempt.
    """
    body, key = _quiz(course, item_key, new_body, new_key)
    groups, without_answers = _groups(course, item_key, key)
    tallies = {policy: _Tally(Impact(policy)) for policy in policies}
    for group in groups:
        for policy, tally in tallies.items():
            tally.add(group, group.marked(policy, new_pass_mark=body["pass_mark"]))
    passing = set().union(*(tally.passing for tally in tallies.values()))
    done_now, completing = _completing(course, str(item_key), passing, outline)
    return {
        policy: replace(
            tally.impact,
            without_answers=without_answers if needs_answers(policy) else 0,
            people=len(tally.people),
            done_now=len(tally.passing & done_now),
            completes=len(tally.passing & completing),
        )
        for policy, tally in tallies.items()
    }


def report_of(regrade: Regrade) -> RegradeReport:
    """Return what became of a decision so far. Cost: 4 queries."""
    events = MarkEvent.objects.filter(regrade=regrade)
    without = 0
    if needs_answers(Policy(regrade.policy)):
        sent = _attempts(regrade.course_id, regrade.item_key).filter(
            state=Attempt.State.SUBMITTED, edition__lte=regrade.edition_id
        )
        without = sent.filter(~_has_answers("pk")).count()
    earlier = MarkEvent.objects.filter(attempt=OuterRef("attempt"), passed=True, pk__lt=OuterRef("pk"))
    return RegradeReport(
        changed=events.count(),
        pass_now=events.filter(~Exists(earlier), passed=True).count(),
        told=Notice.objects.filter(regrade=regrade).count(),
        without_answers=without,
    )


_MARKING = tuple(policy for policy in Policy if needs_answers(policy))
"""The policies that mark answers, in the order in which sums are kept."""

_NOTHING = (0,) * (2 * len(_MARKING))

Sums = tuple[int, ...]
"""For each policy of `_MARKING` in turn: points and maximum, as they differ from those of the first marking."""


@dataclass(slots=True)
class _Group:
    """Attempts that are alike to every policy. `enrolments` has the row number of one for each attempt.

    `first` is the first marking with the points that a person gave since: they stand by every policy.
    """

    first: Marking
    before: Marking
    has_answers: bool
    sums: Sums
    enrolments: list[int] = field(default_factory=list)

    def marked(self, policy: Policy, *, new_pass_mark: int) -> Marking | None:
        score, max_score = 0, 0
        if needs_answers(policy):
            if not self.has_answers:
                return None
            place = 2 * _MARKING.index(policy)
            score, max_score = self.first.score + self.sums[place], self.first.max_score + self.sums[place + 1]
        return decide_marking(
            policy=policy,
            before=self.before,
            first=self.first,
            score=score,
            max_score=max_score,
            points={},
            new_pass_mark=new_pass_mark,
        )


class _Answers:
    """What answers come to by each policy, each different one marked once. Keys by version; options as JSON texts."""

    def __init__(self, own_keys: Mapping[int, Mapping[str, Any]], new_key: Mapping[str, Any]) -> None:
        self.own_keys = own_keys
        self._new = new_key["questions"]
        self._marked: dict[tuple[Any, ...], Sums] = {}
        self.changed = frozenset[str]().union(*(_changed(own, new_key) for own in own_keys.values()))

    def sums(self, version: int, answers: Iterable[tuple[Any, ...]], by_hand: Mapping[str, Given]) -> Sums:
        """Return what the answers of an attempt come to together, those that a person marked by what they gave."""
        cases: list[tuple[Any, ...]] = [
            (version, question, options, text) for _, question, options, text in answers if question not in by_hand
        ]
        cases += [(version, question, given) for question, given in by_hand.items()]
        marked = self._marked
        each = []
        for case in cases:
            sums = marked.get(case)
            if sums is None:
                sums = marked[case] = self._mark(*case)
            each.append(sums)
        return tuple(map(sum, zip(*each, strict=True)))

    def _mark(self, version: int, question: str, options: str | Given, text: str = "") -> Sums:
        own, new = self.own_keys[version]["questions"][question], self._new.get(question)
        by_hand = options if isinstance(options, Given) else None
        answer = NOT_ANSWERED if isinstance(options, Given) else Answer(frozenset(json.loads(options)), text)
        points, worth = count_by_key(own, answer, by_hand=by_hand)
        sums: list[int] = []
        for policy in _MARKING:
            now = count_question(policy, own, new, answer, by_hand=by_hand) or (0, 0)
            sums += [now[0] - points, now[1] - worth]
        return tuple(sums)


class _HandMarks:
    """What people gave, read beside the marks: attempts are asked for in order. Nothing is read before one is."""

    def __init__(self, sent: Mapping[str, Any]) -> None:
        self._sent = sent
        self._rows: Iterator[tuple[float, Iterable[tuple[Any, ...]]]] | None = None
        self._next = _NO_MORE

    def of(self, attempt: int) -> tuple[dict[str, Given], dict[str, int]]:
        """Return what a person gave last, by question, and all points of the first marking."""
        if self._rows is None:
            first = MarkEvent.objects.filter(attempt=OuterRef("attempt"), kind=MarkEvent.Kind.AUTOMATIC)
            marks = HandMark.objects.filter(**self._sent, attempt__gte=attempt).annotate(
                first=Subquery(first.values("points")[:1])
            )
            rows = marks.order_by("attempt", "mark_event__marked_at", "mark_event", "pk")
            values = rows.values_list("attempt", "question_id", "points", "worth", "first")
            self._rows = groupby(values.iterator(_READ_AT_ONCE), key=itemgetter(0))
            self._next = next(self._rows, _NO_MORE)
        while self._next[0] < attempt:
            self._next = next(self._rows, _NO_MORE)
        given: dict[str, Given] = {}
        first_points: dict[str, int] = {}
        if self._next[0] == attempt:
            for _, question, points, worth, all_points in self._next[1]:
                given[question], first_points = Given(points, worth), all_points
        return given, first_points


@dataclass(slots=True)
class _Tally:
    """The figures of a policy while groups are counted. `people` and `passing` hold row numbers of enrolments."""

    impact: Impact
    people: set[int] = field(default_factory=set)
    passing: set[int] = field(default_factory=set)

    def add(self, group: _Group, after: Marking | None) -> None:
        before = group.before
        after = after or before
        count = len(group.enrolments)
        rises, falls = share_rises(before, after), share_falls(before, after)
        now = self.impact
        self.impact = replace(
            now,
            attempts=now.attempts + count,
            rise=now.rise + count * rises,
            fall=now.fall + count * falls,
            unchanged=now.unchanged + count * (not rises and not falls),
            pass_now=now.pass_now + count * (after.passed and not before.passed),
            pass_no_more=now.pass_no_more + count * (before.passed and not after.passed),
        )
        if changes_result(before, after):
            self.people.update(group.enrolments)
        if after.passed and not before.passed:
            self.passing.update(group.enrolments)


def _quiz(
    course: Course, item_key: UUID | str, body: Mapping[str, Any] | None, key: Mapping[str, Any] | None
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the body and the key of a draft as they are given, else of the quiz as it is published.

    A question of a draft that has no right answer yet marks nothing. Such a draft cannot be released, but it can be
    looked at.
    """
    if body is not None and key is not None:
        return body, {"questions": {name: entry for name, entry in key["questions"].items() if _can_mark(entry)}}
    item = serving.outline_of(course, course.source_language).by_key[str(item_key)]
    version = serving.quiz_version(item.version)
    return version.body, serving.quiz_key(version)


def _can_mark(key: Mapping[str, Any]) -> bool:
    try:
        kind_of(key).parts(key, NOT_ANSWERED)
    except ValueError:
        return False
    return True


def _attempts(course: Course | int, item_key: UUID | str) -> QuerySet[Attempt]:
    return Attempt.objects.filter(item_key=item_key, enrolment__course=course)


def _has_answers(attempt: str) -> Exists:
    return Exists(Response.objects.filter(attempt=OuterRef(attempt)))


def _groups(course: Course, item_key: UUID | str, new_key: Mapping[str, Any]) -> tuple[list[_Group], int]:
    """Return the attempts that were sent in groups of alike ones, and how many have no answers any more.

    Cost: 3 queries, 4 where a person marked; the rows of all but the first are read side by side, by attempt.
    """
    sent = {"attempt__item_key": item_key, "attempt__enrolment__course": course, "attempt__state": "submitted"}
    versions = Attempt.objects.filter(item_key=item_key, enrolment__course=course).values("quiz_version").distinct()
    own_keys = dict(QuizKey.objects.filter(version__in=versions).values_list("version_id", "body"))
    answers = _Answers(own_keys, new_key)
    events = MarkEvent.objects.filter(**sent).annotate(has_answers=_has_answers("attempt"))
    marks = events.order_by("attempt", "marked_at", "pk").values_list(
        "attempt",
        "attempt__enrolment",
        "attempt__quiz_version",
        "has_answers",
        "kind",
        "score",
        "max_score",
        "pass_mark",
        "passed",
    )
    responses = Response.objects.filter(**sent, question_id__in=answers.changed).order_by("attempt")
    given = responses.values_list("attempt", "question_id", Cast("options", TextField()), "text")
    by_person = _HandMarks(sent)
    by_attempt = groupby(given.iterator(_READ_AT_ONCE) if answers.changed else (), key=itemgetter(0))
    answered, chosen = next(by_attempt, _NO_MORE)
    groups: dict[Any, _Group] = {}
    without_answers = 0
    for attempt, rows in groupby(marks.iterator(_READ_AT_ONCE), key=itemgetter(0)):
        happened = list(rows)
        _, enrolment, version, has_answers, *_rest = happened[0]
        first = Marking(*next(row[5:] for row in happened if row[4] == MarkEvent.Kind.AUTOMATIC), {})
        by_hand: dict[str, Given] = {}
        if any(row[4] == MarkEvent.Kind.BY_HAND for row in happened):
            by_hand, points = by_person.of(attempt)
            first = replace(
                with_hand_marks(replace(first, points=points), key=own_keys[version], by_hand=by_hand), points={}
            )
        standing = fold_marks(row[5:] for row in happened)
        assert standing is not None
        while answered < attempt:
            answered, chosen = next(by_attempt, _NO_MORE)
        sums = answers.sums(version, chosen if answered == attempt else (), by_hand) or _NOTHING
        alike = (first.score, first.max_score, first.pass_mark, first.passed, standing, has_answers, sums)
        group = groups.get(alike)
        if group is None:
            group = groups[alike] = _Group(first, Marking(*standing, {}), has_answers, sums)
        group.enrolments.append(enrolment)
        without_answers += not has_answers
    return list(groups.values()), without_answers


def _changed(own_key: Mapping[str, Any], new_key: Mapping[str, Any]) -> frozenset[str]:
    return changed_questions(own_key, new_key, {"questions": [{"id": key} for key in own_key["questions"]]})


def _in_parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[first : first + _AT_ONCE] for first in range(0, len(rows), _AT_ONCE))


def _completing(course: Course, item_key: str, passing: Set[int], outline: Outline | None) -> tuple[set[int], set[int]]:
    """Return, of enrolments that would pass a quiz, those that did not before, and those it was the last step of."""
    outline = outline or serving.outline_of(course, course.source_language)
    done_now: set[int] = set()
    completing: set[int] = set()
    for some in _in_parts(sorted(passing)):
        enrolments = Enrolment.objects.filter(pk__in=some)
        done_now.update(enrolments.exclude(item_completions__item_key=item_key).values_list("pk", flat=True))
        by_start: dict[int, list[int]] = defaultdict(list)
        unfinished = enrolments.filter(withdrawn_at=None, completion=None)
        for pk, start in unfinished.values_list("pk", "start_edition__number"):
            by_start[start].append(pk)
        for start, pks in by_start.items():
            yardstick = yardstick_of(outline, start=start)
            counts = counts_of_done(pks, yardstick)
            for pk in pks:
                done = counts[pk].required if pk in counts else 0
                done += pk in done_now and item_key in yardstick.required
                if yardstick.required and done == len(yardstick.required):
                    completing.add(pk)
    return done_now, completing
