"""Work that people judge: rounds with what was found of them, files, whose turn it is, and points given by hand."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple
from uuid import UUID

from courses.models import AssignmentVersion
from foundation.queries.differences import SEAL_WORDS, Seals, in_parts, in_words, readable
from progress.models import HandMark, ItemCompletion, Judgement, MarkEvent, MarkingTask, Submission, SubmittedFile
from progress.models.assignments import submission_storage
from progress.queries.differences.editions import versions_in
from progress.rules.judging import Outcome, Unjudged, fold_judgements, outcome_of, rubric_of, score_of

_ROWS = 250  # held at a time
_HELD = 128  # editions, and bodies of assignments, held at a time
_CHUNK = 1024 * 1024  # bytes of a file read at a time


class _Work(NamedTuple):
    """The columns of a round that are looked at."""

    pk: int
    public_id: UUID
    enrolment_id: int
    enrolment__course_id: int
    enrolment__learner_id: int
    item_key: UUID
    assignment_version_id: int
    assignment_version__sha256: str
    assignment_version__language: str
    edition_id: int
    edition__course_id: int
    language: str
    state: str


class _Found(NamedTuple):
    """A judgement: the columns that the fold and the arithmetic read, and whether its seal holds."""

    role: str
    outcome: str
    levels: Mapping[str, str]
    score: int
    max_score: int
    pass_mark: int
    assessor_id: int | None
    is_sealed: bool


def works() -> Iterator[str]:
    """Fold every round again from its judgements, and count those again from the rubric.

    Cost: 4 queries for 250 rounds, 1 for each assignment and each edition that is not held.
    """
    body_of: Callable[[int], Mapping[str, Any]] = lru_cache(_HELD)(
        lambda pk: AssignmentVersion.objects.values_list("body", flat=True).get(pk=pk)
    )
    held_versions = lru_cache(_HELD)(versions_in)
    seals = Seals(Judgement)
    for part in in_parts(Submission.objects, _Work._fields[1:], size=_ROWS):
        rows = [_Work(*values) for values in part]
        judgements = _judgements(rows, seals)
        tasks = _tasks(rows)
        done = set(
            ItemCompletion.objects.filter(enrolment__in={row.enrolment_id for row in rows})
            .order_by()
            .values_list("enrolment_id", "item_key")
        )
        for row in rows:
            found = judgements.get(row.pk, [])
            differences = _differences_of_place(row, held_versions(row.edition_id))
            body = body_of(row.assignment_version_id)
            differences += readable(partial(_differences_of_judgements, row, found, body))
            differences += readable(partial(_differences_of_state, row, found, tasks.get(row.pk, {}), body))
            if row.state == Submission.State.PASSED and (row.enrolment_id, row.item_key) not in done:
                differences.append("it passed, and the step is not done")
            yield in_words(row.public_id, differences)


def submitted_files() -> Iterator[str]:
    """Hash every file that was handed in again, but for those that were erased. Cost: 1 query for 250."""
    storage = submission_storage()
    for part in in_parts(SubmittedFile.objects, ("public_id", "file", "sha256", "byte_count"), size=_ROWS):
        for _pk, name, stored, sha256, byte_count in part:
            differences = []
            if stored and not storage.exists(stored):
                differences.append("its bytes are gone")
            elif stored:
                digest, length = hashlib.sha256(), 0
                with storage.open(stored) as opened:
                    while chunk := opened.read(_CHUNK):
                        digest.update(chunk)
                        length += len(chunk)
                if (digest.hexdigest(), length) != (sha256, byte_count):
                    differences.append("its bytes are others than those that were handed in")
            yield in_words(name, differences)


def marking_tasks() -> Iterator[str]:
    """Look at whether each task is about one enrolment, ends after it began, and as a check with an answer.

    Cost: 1 query for 250.
    """
    names = (
        "public_id",
        "enrolment_id",
        "attempt__enrolment_id",
        "submission__enrolment_id",
        "opened_at",
        "claimed_by_id",
        "claimed_at",
        "closed_at",
    )
    for part in in_parts(MarkingTask.objects, names, size=_ROWS):
        for _pk, name, enrolment, tried, handed_in, opened_at, taken_by, taken_at, closed_at in part:
            differences = []
            if enrolment not in {tried, handed_in}:
                differences.append("it is about work of somebody else")
            if taken_by is not None and taken_at is None:
                differences.append("somebody took it at no time")
            if closed_at is not None and closed_at < opened_at:
                differences.append("it was done before it was there")
            yield in_words(name, differences)


def hand_marks() -> Iterator[str]:
    """Look at whether points that people gave stand in their mark event. Cost: 1 query for 250."""
    seals = Seals(HandMark)
    extra = ("mark_event__attempt_id", "mark_event__kind", "mark_event__points")
    for part in in_parts(HandMark.objects, (*extra, *seals.names), size=_ROWS):
        for pk, attempt, kind, points, *values in part:
            row = dict(zip(seals.names, values, strict=True))
            differences = [SEAL_WORDS] if seals.differs(values) else []
            if attempt != row["attempt_id"] or kind != MarkEvent.Kind.BY_HAND:
                differences.append("its mark event is of another attempt, or not by hand")
            elif not isinstance(points, dict) or points.get(row["question_id"]) != row["points"]:
                differences.append("its mark event has other points")
            elif row["points"] > row["worth"]:
                differences.append("it has more points than its question was worth")
            yield in_words(f"hand mark {pk}", differences)


def _judgements(rows: Sequence[_Work], seals: Seals) -> dict[int, list[_Found]]:
    found: dict[int, list[_Found]] = defaultdict(list)
    of_rows = Judgement.objects.filter(submission__in=[row.pk for row in rows])
    for values in of_rows.order_by("judged_at", "pk").values_list("assessor_id", *seals.names):
        assessor, *sealed = values
        row = dict(zip(seals.names, sealed, strict=True))
        found[row["submission_id"]].append(
            _Found(
                **{name: row[name] for name in _Found._fields if name not in {"assessor_id", "is_sealed"}},
                assessor_id=assessor,
                is_sealed=not seals.differs(sealed),
            )
        )
    return found


def _tasks(rows: Sequence[_Work]) -> dict[int, dict[str, bool]]:
    """Return the tasks of each round by kind, and whether they are done."""
    found: dict[int, dict[str, bool]] = defaultdict(dict)
    tasks = MarkingTask.objects.filter(submission__in=[row.pk for row in rows])
    for submission, kind, closed_at in tasks.order_by().values_list("submission_id", "kind", "closed_at"):
        found[submission][kind] = closed_at is not None
    return found


def _differences_of_place(row: _Work, versions: Mapping[UUID, Any]) -> list[str]:
    differences = []
    if row.edition__course_id != row.enrolment__course_id:
        differences.append("it began in an edition of another course")
    elif row.assignment_version__sha256 not in versions.get(row.item_key, ()):
        differences.append("its edition names another version of the assignment")
    if row.language != row.assignment_version__language:
        differences.append("its version of the assignment is in another language")
    return differences


def _differences_of_judgements(row: _Work, found: Sequence[_Found], body: Mapping[str, Any]) -> list[str]:
    differences = []
    rubric = rubric_of(body)
    for entry in found:
        name = f"the judgement ({entry.role})"
        if not entry.is_sealed:
            differences.append(f"{name}: {SEAL_WORDS}")
        try:
            score = score_of(rubric, entry.levels)
        except Unjudged:
            differences.append(f"{name} has levels that its rubric does not have")
            continue
        outcome = outcome_of(
            score=score,
            max_score=rubric.max_score,
            pass_mark=body["pass_mark"],
            gives_back=entry.outcome == Outcome.RETURN,
        )
        counted = (score, rubric.max_score, body["pass_mark"], outcome)
        if counted != (entry.score, entry.max_score, entry.pass_mark, entry.outcome):
            differences.append(f"{name} counted again has another result")
    people = [entry.assessor_id for entry in found if entry.assessor_id is not None]
    if row.enrolment__learner_id in people or len(set(people)) != len(people):
        differences.append("somebody judged their own work, or one work twice")
    return differences


def _differences_of_state(
    row: _Work, found: Sequence[_Found], tasks: Mapping[str, bool], body: Mapping[str, Any]
) -> list[str]:
    if row.state == Submission.State.DRAFT:
        return ["it was not handed in, and was judged"] if found or tasks else []
    standing = fold_judgements(found, needs_second=bool(body.get("needs_second_assessor")))
    differences = []
    if standing.state != row.state:
        differences.append("its state is not what its judgements come to")
    expected = {entry.role: True for entry in found}
    if standing.waits_for is not None:
        expected[standing.waits_for] = False
    if dict(tasks) != expected:
        differences.append("its tasks are not what its judgements ask for")
    return differences
