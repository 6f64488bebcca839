"""Attempts with all that hangs on them: what they ask, their answers, their marks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from courses.models import QuizVersion
from courses.rules.kinds import Answer, UnknownKind, kind_of
from foundation.queries.differences import SEAL_WORDS, Seals, in_parts, in_words
from foundation.queries.differences import UNREADABLE as ALWAYS_UNREADABLE
from progress.models import Attempt, HandMark, ItemCompletion, MarkEvent, MarkingTask, Regrade, Response
from progress.queries.differences.editions import versions_in
from progress.rules.drawing import build_form, whole_form
from progress.rules.marking import Given, Marking, fold_marks, mark_attempt, passes
from progress.rules.regrading import Policy, mark_again, needs_answers
from progress.rules.timing import deadline_of, is_over

UNREADABLE = (*ALWAYS_UNREADABLE, UnknownKind)
_ATTEMPTS = 250  # held at a time, with their responses
_RULES = 256  # quiz versions, and editions, held at a time


def attempts() -> Iterator[str]:
    """Look at every attempt: what it asks, its answers, its marks, marked again in order, and its cached result.

    Answers that were erased since are a state, not a difference: the marks then stand by themselves.
    Cost: 5 queries for 250 attempts, 1 more where a person marked one of them and 1
    where one was answered in own words, 1 for each quiz version and 1 for each edition that is not held.
    """
    rules_of, held_versions = lru_cache(_RULES)(_rules_of), lru_cache(_RULES)(versions_in)
    seals = Seals(MarkEvent)
    for part in in_parts(Attempt.objects, _Attempt._fields[1:], size=_ATTEMPTS):
        rows = [_Attempt(*values) for values in part]
        between = {"attempt__gte": rows[0].pk, "attempt__lte": rows[-1].pk}
        responses = _by_first(Response.objects.filter(**between).order_by().values_list(*_ANSWER))
        events = _events_by_attempt(between, seals)
        by_person = any(event.kind == MarkEvent.Kind.BY_HAND for happened in events.values() for event in happened)
        by_hand = _hand_marks(between) if by_person else {}
        written = {row.pk: _in_own_words(row.form, responses.get(row.pk, ())) for row in rows if row.submitted_at}
        has_task = _with_task(between) if any(written.values()) else frozenset()
        decisions = _decisions_on({row.item_key for row in rows})
        done = _items_done(rows, events)
        for row in rows:
            case = _Case(
                attempt=row,
                rules=rules_of(row.quiz_version_id),
                answers=responses.get(row.pk, ()),
                events=events.get(row.pk, []),
                by_hand=by_hand,
                decisions=[
                    decision
                    for decision in decisions.get((row.enrolment__course_id, row.item_key), ())
                    if decision.edition_id >= row.edition_id
                ],
            )
            differences = [
                *[f"a mark event ({event.kind}): {SEAL_WORDS}" for event in case.events if not event.is_sealed],
                *_differences_of_place(row, held_versions(row.edition_id)),
                *_differences_of_form(case),
                *_differences_of_time(case),
                *_differences_of_answers(case),
                *_differences_of_marks(case, rules_of),
            ]
            if (row.enrolment_id, row.item_key) not in done and _ever_passed(case.events):
                differences.append("it passed, and the step is not done")
            unmarked = set(written.get(row.pk, ())).difference(*(by_hand.get(event.pk, {}) for event in case.events))
            if unmarked and row.pk not in has_task:
                differences.append("an answer in own words was sent, and nobody is asked to read it")
            yield in_words(row.public_id, differences)


class _Attempt(NamedTuple):
    """The columns of an attempt that are looked at."""

    pk: int
    public_id: UUID
    enrolment_id: int
    enrolment__course_id: int
    enrolment__start_edition__number: int
    item_key: UUID
    quiz_version_id: int
    quiz_version__sha256: str
    quiz_version__language: str
    edition_id: int
    edition__course_id: int
    edition__number: int
    language: str
    form: Any
    state: str
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    ended_by_time: bool
    cached_score: int | None
    cached_max_score: int | None
    cached_passed: bool | None


_ANSWER = ("attempt_id", "question_id", "options", "text", "unsure", "sequence", "answered_at")


@dataclass(frozen=True, slots=True)
class _Event:
    """The columns of a mark event that are looked at."""

    pk: int
    kind: str
    score: int
    max_score: int
    pass_mark: int
    passed: bool
    points: Mapping[str, int]
    policy: str
    regrade_id: int | None
    score_before: int | None
    marked_at: Any
    is_sealed: bool


class _Decision(NamedTuple):
    """A decision to mark again."""

    pk: int
    course_id: int
    item_key: UUID
    policy: str
    edition_id: int
    decided_at: Any
    quiz_version_id: int
    job__finished_at: Any


@dataclass(frozen=True, slots=True)
class _Rules:
    """What is looked at of a quiz version: what it asks and how it is marked. No texts, so that many can be held."""

    quiz: Mapping[str, Any]
    form: Mapping[str, Any]
    offers: Mapping[str, Mapping[str, Any]]
    key: Mapping[str, Any] | None
    pass_mark: int
    limit_minutes: int | None


@dataclass(frozen=True, slots=True)
class _Case:
    """An attempt with all that hangs on it. `by_hand`: what people gave, by mark event and question."""

    attempt: _Attempt
    rules: _Rules
    answers: Sequence[tuple[Any, ...]]
    events: Sequence[_Event]
    by_hand: Mapping[int, Mapping[str, "_HandMark"]]
    decisions: Sequence[_Decision]

    @property
    def is_sent(self) -> bool:
        return self.attempt.state == Attempt.State.SUBMITTED


def _rules_of(version: int) -> _Rules:
    body, key = QuizVersion.objects.values_list("body", "key__body").get(pk=version)
    try:
        form, limit = whole_form(body), body.get("time_limit_minutes", 0)
        return _Rules(
            quiz=_asked_by_chance(body),
            form=form,
            offers=_offers(form),
            key=_right_answers(key),
            pass_mark=body["pass_mark"],
            limit_minutes=limit if isinstance(limit, int) else None,
        )
    except UNREADABLE:
        return _Rules(
            quiz={"questions": []}, form={"questions": []}, offers={}, key=None, pass_mark=0, limit_minutes=None
        )


def _asked_by_chance(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what decides which questions an attempt asks, and in which order: a quiz without its texts."""
    questions = [
        {
            name: [{"id": part["id"]} for part in value] if name in _PARTS else value
            for name, value in question.items()
            if name not in _TEXTS
        }
        for question in body["questions"]
    ]
    rules = {name: body[name] for name in ("draws", "mixes_questions", "mixes_options") if name in body}
    return {**rules, "questions": questions}


_PARTS = frozenset({"options", "targets"})
_TEXTS = frozenset({"text", "html", "language", "hint", "picture"})


def _right_answers(key: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if key is None:
        return None
    return {
        "questions": {
            name: {part: value for part, value in question.items() if part not in _SAID}
            for name, question in key["questions"].items()
        }
    }


_SAID = frozenset({"feedback", "explanation", "lesson", "guidance"})
"""What of a key marks nothing."""


def _offers(form: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what a form says of each question that it asks."""
    return {entry["id"]: entry for entry in form["questions"]}


def _by_first(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    found = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _events_by_attempt(between: Mapping[str, int], seals: Seals) -> dict[int, list[_Event]]:
    found = defaultdict(list)
    rows = MarkEvent.objects.filter(**between).order_by("marked_at", "pk").values_list("pk", *seals.names)
    for pk, *values in rows:
        row = dict(zip(seals.names, values, strict=True))
        found[row["attempt_id"]].append(
            _Event(
                pk=pk,
                **{name: row[name] for name in _Event.__slots__ if name not in {"pk", "is_sealed"}},
                is_sealed=not seals.differs(values),
            )
        )
    return found


class _HandMark(NamedTuple):
    """What a person gave, and the last decision that was there then."""

    given: Given
    seen: int | None


def _hand_marks(between: Mapping[str, int]) -> dict[int, dict[str, _HandMark]]:
    """Return what people gave, by mark event and question."""
    found: dict[int, dict[str, _HandMark]] = defaultdict(dict)
    rows = HandMark.objects.filter(**between).order_by()
    for event, question_id, points, worth, seen in rows.values_list(
        "mark_event", "question_id", "points", "worth", "seen"
    ):
        found[event][question_id] = _HandMark(Given(points, worth), seen)
    return found


def _in_own_words(form: Any, answers: Sequence[tuple[Any, ...]]) -> frozenset[str]:
    """Return the questions that are answered in own words; none where the form cannot be read, which is said of it."""
    try:
        asked = {entry["id"] for entry in form["questions"] if kind_of(entry).needs_person}
    except UNREADABLE:
        return frozenset()
    return frozenset(question_id for _pk, question_id, _options, text, *_rest in answers if text) & asked


def _with_task(between: Mapping[str, int]) -> frozenset[int]:
    """Return the attempts that a person was asked to read."""
    tasks = MarkingTask.objects.filter(kind=MarkingTask.Kind.OPEN_ANSWERS, **between)
    return frozenset(tasks.order_by().values_list("attempt_id", flat=True))


def _decisions_on(items: Set[UUID]) -> dict[tuple[int, UUID], list[_Decision]]:
    """Return what was decided about quizzes, in order: that of the jobs, which are made under a lock on the course."""
    found = defaultdict(list)
    rows = Regrade.objects.filter(item_key__in=items, edition__isnull=False, quiz_version__isnull=False)
    for values in rows.order_by("job", "pk").values_list(*_Decision._fields):
        decision = _Decision(*values)
        found[decision.course_id, decision.item_key].append(decision)
    return found


def _items_done(rows: Sequence[_Attempt], events: Mapping[int, Sequence[_Event]]) -> set[tuple[int, UUID]]:
    """Return who has done which step, for the attempts that passed."""
    passed = [row for row in rows if _ever_passed(events.get(row.pk, ()))]
    done = ItemCompletion.objects.filter(
        enrolment__in={row.enrolment_id for row in passed}, item_key__in={row.item_key for row in passed}
    )
    return set(done.order_by().values_list("enrolment_id", "item_key"))


def _ever_passed(events: Iterable[_Event]) -> bool:
    return any(event.passed for event in events)


def _differences_of_place(row: _Attempt, versions: Mapping[UUID, Set[str]]) -> list[str]:
    differences = []
    if row.edition__course_id != row.enrolment__course_id:
        differences.append("it began in an edition of another course")
    elif row.edition__number < row.enrolment__start_edition__number:
        differences.append("it began in an edition older than the one the learner began with")
    elif row.quiz_version__sha256 not in versions.get(row.item_key, ()):
        differences.append("its edition names another version of the quiz")
    if row.language != row.quiz_version__language:
        differences.append("its version of the quiz is in another language")
    return differences


def _differences_of_time(case: _Case) -> list[str]:
    row, limit = case.attempt, case.rules.limit_minutes
    if limit is None:
        return []  # its version cannot be read
    least = deadline_of(row.started_at, limit_minutes=limit, extra_time_percentage=0)
    if (row.deadline_at is None) != (least is None) or (row.deadline_at and least and row.deadline_at < least):
        return ["its deadline is not that of the time limit of its quiz"]
    if row.submitted_at is not None and row.ended_by_time != is_over(row.deadline_at, at=row.submitted_at):
        return ["whether time ended it does not fit its deadline"]
    return []


def _differences_of_form(case: _Case) -> list[str]:
    form, rules = case.attempt.form, case.rules
    if form == rules.form:  # nothing is drawn or mixed
        return []
    asked = {entry["id"]: entry for entry in rules.form["questions"]}
    try:
        is_inside = all(
            entry["id"] in asked and _is_inside(entry, asked[entry["id"]]) for entry in form["questions"]
        ) and len(_offers(form)) == len(form["questions"])
    except UNREADABLE:
        is_inside = False
    if not is_inside:
        return ["it asks what its version of the quiz does not have"]
    return [] if build_form(rules.quiz, seed=form["seed"]) == form else ["it does not ask what its seed draws"]


def _is_inside(entry: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    ids = ("options", "targets")
    return {**entry, **dict.fromkeys(ids)} == {**asked, **dict.fromkeys(ids)} and all(
        set(entry.get(name, ())) <= set(asked.get(name, ())) for name in ids
    )


def _differences_of_answers(case: _Case) -> list[str]:
    if not case.answers:
        return (
            [] if case.is_sent or not case.attempt.form["questions"] else ["it is open, and has no place for answers"]
        )
    try:
        offers = case.rules.offers if case.attempt.form == case.rules.form else _offers(case.attempt.form)
    except UNREADABLE:
        return []  # said of its form
    differences = []
    for _pk, question_id, options, text, unsure, sequence, answered_at in case.answers:
        entry = offers.get(question_id)
        if entry is None:
            differences.append(f"an answer is to question {question_id}, which it does not ask")
            continue
        answer = Answer(frozenset(options), text)
        if not _fits(entry, answer) or len(answer.options) != len(options):
            differences.append(f"the answer to question {question_id} is none that it offers")
        if (unsure and answer) or (sequence > 0) != (answered_at is not None) or (answer and not sequence):
            differences.append(f"the answer to question {question_id} contradicts itself")
    if len(case.answers) < len(offers):
        differences.append("it has no place for the answers to some questions")
    return differences


def _fits(entry: Mapping[str, Any], answer: Answer) -> bool:
    try:
        return kind_of(entry).fits(entry, answer)
    except UNREADABLE:
        return False


def _differences_of_marks(case: _Case, rules_of: Callable[[int], _Rules]) -> list[str]:
    row, events = case.attempt, case.events
    standing = fold_marks(events)
    cached = (row.cached_score, row.cached_max_score, row.cached_passed)
    if not case.is_sent:
        return ["it is open, and has marks"] if events or cached != (None, None, None) else []
    automatic = sum(event.kind == MarkEvent.Kind.AUTOMATIC for event in events)
    if automatic != 1 or standing is None:
        return [f"sent, but marked by the rules {automatic} times"]
    if events[0].kind != MarkEvent.Kind.AUTOMATIC:
        return ["it was marked otherwise before it was marked by the rules"]
    if case.rules.key is None:
        return ["its answer key is not there"]
    differences = []
    if cached != (standing.score, standing.max_score, standing.passed):
        differences.append("its cached result is not the one it stands by")
    try:
        return [*differences, *_differences_of_marking(case), *_differences_of_regrades(case, rules_of)]
    except UNREADABLE:
        return [*differences, "its answer key does not fit its questions"]


def _differences_of_marking(case: _Case) -> list[str]:
    if not case.answers:
        return []
    marking = mark_attempt(
        key=case.rules.key or {}, form=case.attempt.form, answers=_answers(case), pass_mark=case.rules.pass_mark
    )
    return [] if _is(case.events[0], marking) else ["marked again it has another result"]


def _differences_of_regrades(case: _Case, rules_of: Callable[[int], _Rules]) -> list[str]:
    """Apply what was decided about the quiz again, in order, beside what was recorded of it."""
    decided = list(case.decisions)
    standing = first = case.events[0]
    given = dict[str, Given]()
    for event in case.events[1:]:
        if event.kind == MarkEvent.Kind.BY_HAND:
            marked = case.by_hand.get(event.pk, {})
            if not _follows_by_hand(event, standing, {name: mark.given.points for name, mark in marked.items()}):
                return ["a marking by a person is not the one before it with the points that they gave"]
            seen = {mark.seen for mark in marked.values()}
            count = max((place for place, entry in enumerate(decided, start=1) if entry.pk in seen), default=0)
            # Who marks by hand applies what is there first: it has an event already, or changes nothing.
            if any(_again(case, entry, standing, first, given, rules_of) is not None for entry in decided[:count]):
                return ["it was not marked again by a decision that concerns it"]
            standing, decided = event, decided[count:]
            given.update({name: mark.given for name, mark in marked.items()})
            continue
        place = next((place for place, decision in enumerate(decided) if decision.pk == event.regrade_id), None)
        if place is None:
            return ["it was marked again by a decision that does not concern it, or in another order"]
        for decision in decided[:place]:
            if _again(case, decision, standing, first, given, rules_of) is not None:
                return ["it was not marked again by a decision that concerns it"]
        decision = decided[place]
        if (event.policy, event.score_before) != (decision.policy, standing.score):
            return ["a mark event says another policy or another score before than there was"]
        if case.answers or not needs_answers(Policy(decision.policy)):
            marking = _again(case, decision, standing, first, given, rules_of)
            if marking is None or not _is(event, marking):
                return ["a mark event does not follow from the decision it names"]
        standing, decided = event, decided[place + 1 :]
    for decision in decided:
        if _again(case, decision, standing, first, given, rules_of) is not None:
            # While its job is at it, so are the ones after it.
            return ["it was not marked again by a decision that concerns it"] if decision.job__finished_at else []
    return []


def _again(
    case: _Case,
    decision: _Decision,
    standing: _Event,
    first: _Event,
    given: Mapping[str, Given],
    rules_of: Callable[[int], _Rules],
) -> Marking | None:
    policy = Policy(decision.policy)
    if not case.answers and needs_answers(policy):
        return None
    new = rules_of(decision.quiz_version_id)
    return mark_again(
        policy=policy,
        before=standing,
        first=first,
        form=case.attempt.form,
        answers=_answers(case),
        own_key=case.rules.key or {},
        new_key=new.key or {},
        new_pass_mark=new.pass_mark,
        by_hand=given,
    )


def _follows_by_hand(event: _Event, before: _Event, given: Mapping[str, int]) -> bool:
    """Return whether a marking by a person is the one before it with their points, of which there are some."""
    points = {**before.points, **given}
    score, max_score, pass_mark = sum(points.values()), before.max_score, before.pass_mark
    passed = before.passed or passes(score=score, max_score=max_score, pass_mark=pass_mark)
    was = (event.points, event.score, event.max_score, event.pass_mark, event.passed, event.score_before)
    return bool(given) and was == (points, score, max_score, pass_mark, passed, before.score)


def _answers(case: _Case) -> dict[str, Answer]:
    return {question_id: Answer(frozenset(options), text) for _pk, question_id, options, text, *_rest in case.answers}


def _is(event: _Event, marking: Marking) -> bool:
    was = (event.score, event.max_score, event.pass_mark, event.passed, event.points)
    return was == (marking.score, marking.max_score, marking.pass_mark, marking.passed, dict(marking.points))
