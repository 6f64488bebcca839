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

from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from courses.models import Course, QuizKey
from courses.queries import serving
from courses.rules.outline import Outline
from progress.models import Attempt, Enrolment, MarkEvent, Notice, Regrade, Response
from progress.queries.figures import counts_of_done
from progress.rules.completion import yardstick_of
from progress.rules.marking import Marking, fold_marks, points_earned
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

_NO_MORE: tuple[float, Iterable[tuple[int, str, str]]] = (math.inf, ())


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
    would be, for whom it completes; left out, as it is. Cost: 3 queries, 2 for the published key, and 3 for each 500
    people who would pass. Memory: a number for each attempt.
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
    """Attempts that are alike to every policy. `enrolments` has the row number of one for each attempt."""

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
    """What answers come to by each policy, each different one marked once. Keys by version; answers as JSON texts."""

    def __init__(self, own_keys: Mapping[int, Mapping[str, Any]], new_key: Mapping[str, Any]) -> None:
        self._own_keys = own_keys
        self._new = new_key["questions"]
        self._marked: dict[tuple[int, str, str], Sums] = {}
        self.changed = frozenset[str]().union(*(_changed(own, new_key) for own in own_keys.values()))

    def sums(self, version: int, answers: Iterable[tuple[int, str, str]]) -> Sums:
        """Return what the answers of an attempt come to together."""
        marked = self._marked
        each = []
        for _, question, options in answers:
            sums = marked.get((version, question, options))
            if sums is None:
                sums = marked[version, question, options] = self._mark(version, question, options)
            each.append(sums)
        return tuple(map(sum, zip(*each, strict=True)))

    def _mark(self, version: int, question: str, options: str) -> Sums:
        own, chosen = self._own_keys[version]["questions"][question], frozenset(json.loads(options))
        points, worth = points_earned(own, chosen), int(own["points"])
        sums: list[int] = []
        for policy in _MARKING:
            now = count_question(policy, own, self._new.get(question), chosen) or (0, 0)
            sums += [now[0] - points, now[1] - worth]
        return tuple(sums)


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

    A question of a draft that has no right option yet marks nothing. Such a draft cannot be released, but it can be
    looked at.
    """
    if body is not None and key is not None:
        return body, {"questions": {name: entry for name, entry in key["questions"].items() if entry["correct"]}}
    item = serving.outline_of(course, course.source_language).by_key[str(item_key)]
    version = serving.quiz_version(item.version)
    return version.body, serving.quiz_key(version)


def _attempts(course: Course | int, item_key: UUID | str) -> QuerySet[Attempt]:
    return Attempt.objects.filter(item_key=item_key, enrolment__course=course)


def _has_answers(attempt: str) -> Exists:
    return Exists(Response.objects.filter(attempt=OuterRef(attempt)))


def _groups(course: Course, item_key: UUID | str, new_key: Mapping[str, Any]) -> tuple[list[_Group], int]:
    """Return the attempts that were sent in groups of alike ones, and how many have no answers any more.

    Cost: 3 queries; the rows of two of them are read side by side, by attempt.
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
    given = responses.values_list("attempt", "question_id", Cast("options", TextField()))
    by_attempt = groupby(given.iterator(_READ_AT_ONCE) if answers.changed else (), key=itemgetter(0))
    answered, chosen = next(by_attempt, _NO_MORE)
    groups: dict[Any, _Group] = {}
    without_answers = 0
    for attempt, rows in groupby(marks.iterator(_READ_AT_ONCE), key=itemgetter(0)):
        happened = list(rows)
        _, enrolment, version, has_answers, *_rest = happened[0]
        first = next(row[5:] for row in happened if row[4] == MarkEvent.Kind.AUTOMATIC)
        standing = fold_marks(row[5:] for row in happened)
        assert standing is not None
        while answered < attempt:
            answered, chosen = next(by_attempt, _NO_MORE)
        sums = answers.sums(version, chosen if answered == attempt else ()) or _NOTHING
        alike = (first, standing, has_answers, sums)
        group = groups.get(alike)
        if group is None:
            group = groups[alike] = _Group(Marking(*first, {}), Marking(*standing, {}), has_answers, sums)
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
