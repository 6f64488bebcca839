"""Issue the certificates of learning paths that are due: every course of a path is done (decision 0021)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates.models import Certificate, HolderName, new_public_id
from certificates.operations.drafting import Draft, Sources, new_number, write_certificates
from certificates.queries.learning import Learning, done_by, learning_of
from certificates.queries.paths import (
    EditionOfPath,
    Record,
    achieved_by,
    completed_by,
    editions_offering,
    finisher_count,
    finishers_after,
    names_of,
    paths_issued,
)
from certificates.rules.facts import CertificateFacts, PathCourseFact, PathFact, ResultFact, required_offer
from certificates.rules.paths import Earned, due_of_path
from certificates.rules.validity import first_day_to_renew, last_day
from courses.models import LearningPath, LearningPathEdition
from courses.rules.paths import path_at, path_outline
from foundation.jobs import Step
from foundation.operations import start_job
from progress.models import Enrolment

JOB = "certificates.path"
PEOPLE_AT_ONCE = 50
"""Looked at in one step of the job: each certificate takes some 10 ms."""


def issue_due_path_certificates(*, learner_id: int, at: datetime) -> list[Certificate]:
    """Issue the certificates of learning paths that are due to somebody and were not issued before; return them.

    May be called any number of times, by several workers at once: they take turns, and a constraint has the last word.
    Cost: 1 query where no path offers a certificate, 4 where none is due.
    """
    return issue_path_certificates_of(learner_ids=[learner_id], at=at)


def issue_path_certificates_of(
    *, learner_ids: Collection[int], at: datetime, path: LearningPath | None = None, takes_turns: bool = False
) -> list[Certificate]:
    """Issue the certificates of learning paths, or of one, that are due to many people; return them.

    `takes_turns`: lock the people before the first look. Two transactions do not see what the other one just issued, or
    the path that was published meanwhile: each would find that something is missing, and nobody would look again.
    One transaction. Cost: as for one person; where some are due 11 more, and those of issuers and editions that differ.
    """
    if not learner_ids:
        return []
    with transaction.atomic():
        if takes_turns:
            _lock(learner_ids)
        editions = editions_offering(path)
        if not editions:
            return []
        due = _due_to(learner_ids, editions, at=at)
        if due and not takes_turns:
            _lock(learner_ids)
            due = _due_to(learner_ids, editions, at=at)
        sources = Sources()
        drafts = _drafts(due, sources, at) if due else []
        return write_certificates(drafts=drafts, sources=sources, at=at) if drafts else []


def issue_after(*, enrolment_ids: Collection[int], has_issued: bool, at: datetime) -> list[Certificate]:
    """Issue what is due of paths to the people of these enrolments. Cost: 1 query more than above.

    `has_issued`: whether something was issued for them in this transaction.
    """
    people = set(Enrolment.objects.filter(pk__in=enrolment_ids).values_list("learner_id", flat=True))
    return issue_path_certificates_of(learner_ids=people, at=at, takes_turns=has_issued)


def start_issuing_path(path: LearningPath, edition: LearningPathEdition, at: datetime) -> None:
    """Have the certificates of a path issued to whoever had done its courses before it was published, or opened again."""
    start_job(
        kind=JOB,
        key=f"{path.pk}:{edition.number}:{at.timestamp():.6f}",
        payload={"path": path.pk, "courses": edition.body["courses"]},
        at=at,
    )


def issue_some_of_path(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Do the next people of the job, those with a row number after `cursor`."""
    people = finishers_after(payload["courses"], cursor, limit=PEOPLE_AT_ONCE)
    path = LearningPath.objects.get(pk=payload["path"])
    issue_path_certificates_of(learner_ids=people, at=at, path=path, takes_turns=True)
    finished = len(people) < PEOPLE_AT_ONCE
    return Step(cursor=people[-1] if people else cursor, done=len(people), finished=finished)


def count_of_path(payload: Mapping[str, Any]) -> int:
    """Return how many people have done all courses of the path."""
    return finisher_count(payload["courses"])


def _lock(learner_ids: Collection[int]) -> None:
    """Lock people, so that two workers wait. Enrolments first, people after them: whoever locks both keeps this order."""
    people = User.objects.filter(pk__in=set(learner_ids)).order_by("pk")
    list(people.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


_Due = tuple[EditionOfPath, str, tuple[Record, ...], Earned]
"""What is due: the edition, the kind, the records of its courses in order, and what earned it."""


def _due_to(
    learner_ids: Collection[int], editions: Mapping[int, Sequence[EditionOfPath]], *, at: datetime
) -> list[_Due]:
    keys = {course for known in editions.values() for edition in known for course in edition.span.courses}
    completed = completed_by(learner_ids, keys)
    if not completed:
        return []
    achieved = achieved_by(learner_ids, keys, on=timezone.localdate(at))
    issued = paths_issued(learner_ids, list(editions))
    due = []
    for learner in sorted(completed):
        for path, known in editions.items():
            found = due_of_path(
                [edition.span for edition in known],
                completed=[record.done for record in completed[learner]],
                achieved=[record.done for record in achieved.get(learner, ())],
                issued=issued.get((learner, path), set()),
                renewable=known[0].renewable,
            )
            if found is None:
                continue
            kind, what = found
            records = achieved[learner] if kind == "achievement" else completed[learner]
            by_enrolment = {record.done.enrolment: record for record in records}
            edition = next(entry for entry in known if entry.span.edition == what.edition)
            due.append((edition, kind, tuple(by_enrolment[done.enrolment] for done in what.done), what))
    return due


def _drafts(due: Sequence[_Due], sources: Sources, at: datetime) -> list[Draft]:
    enrolment_ids = {record.done.enrolment for _edition, _kind, records, _what in due for record in records}
    enrolments = {
        enrolment.pk: enrolment
        for enrolment in Enrolment.objects.select_related("learner", "course").filter(pk__in=enrolment_ids)
    }
    names = names_of(enrolment_ids)
    sources.read_editions({record.edition for _edition, _kind, records, _what in due for record in records})
    done = done_by(enrolment_ids)
    drafts = []
    for edition, kind, records, what in due:
        named = [names[record.done.enrolment] for record in records if record.done.enrolment in names]
        if not named:
            continue  # asked for on the page of each course; who says it is looked at again
        last = what.last.enrolment
        name = names[last] if last in names else max(named, key=lambda entry: entry.confirmed_at)
        learnings = [
            learning_of(
                done.get(record.done.enrolment, ()),
                sources.editions[record.edition].row.manifest,
                needed=sources.editions[record.edition].needed if kind == "achievement" else frozenset(),
            )
            for record in records
        ]
        drafts.append(_draft(edition, kind, records, what, enrolments[last], name, _together(learnings), sources, at))
    return drafts


def _draft(
    edition: EditionOfPath,
    kind: str,
    records: Sequence[Record],
    what: Earned,
    enrolment: Enrolment,
    name: HolderName,
    learning: Learning,
    sources: Sources,
    at: datetime,
) -> Draft:
    row = edition.row
    courses = [sources.editions[record.edition] for record in records]
    outlines = {
        code: path_outline(
            path_at(row.body, language=code, edition=row.number), [course.outlines[code] for course in courses]
        )
        for code, _name in settings.LANGUAGES
    }
    offer = required_offer(next(iter(outlines.values())), kind)
    awarding = sources.awarding(offer.issuer)
    issued_date = timezone.localdate(at)
    valid_until = last_day(issued_date, validity_months=offer.validity_months)
    facts = CertificateFacts(
        number=new_number(),
        public_id=new_public_id(),
        kind=kind,
        cycle=what.cycle,
        holder_name=name.name,
        issuer=awarding.facts,
        issued_at=at,
        issued_date=issued_date,
        completed_at=max(record.completed_at for record in records),
        edition_digest=row.digest,
        languages=learning.languages or (row.body["source_language"],),
        lesson_count=learning.lesson_count,
        quizzes=learning.quizzes,
        works=learning.works,
        result=learning.result,
        outlines=outlines,
        valid_until=valid_until,
        renewable_from=first_day_to_renew(
            issued_date, valid_until, recertification_months=offer.recertification_months
        ),
        path=PathFact(
            key=row.body["key"],
            edition=row.number,
            digest=row.digest,
            courses=tuple(
                PathCourseFact(
                    key=record.done.course,
                    edition=course.row.number,
                    digest=course.row.digest,
                    hours=next(iter(course.outlines.values())).hours,
                    completed_at=record.completed_at,
                    number=record.number,
                    titles={code: outline.title for code, outline in course.outlines.items()},
                )
                for record, course in zip(records, courses, strict=True)
            ),
        ),
    )
    return Draft(
        enrolment=enrolment,
        facts=facts,
        issuer=awarding.row,
        learning_path=row.path,
        visibility=name.visibility,
    )


def _together(learnings: Sequence[Learning]) -> Learning:
    """Return how all courses of a path were done. The result is that of all, None where one of them has none."""
    results = [learning.result for learning in learnings]
    known = [result for result in results if result is not None]
    return Learning(
        languages=tuple(dict.fromkeys(language for learning in learnings for language in learning.languages)),
        lesson_count=sum(learning.lesson_count for learning in learnings),
        quizzes=tuple(quiz for learning in learnings for quiz in learning.quizzes),
        works=tuple(work for learning in learnings for work in learning.works),
        result=ResultFact(sum(entry.score for entry in known), sum(entry.max_score for entry in known))
        if len(known) == len(results) and known
        else None,
    )
