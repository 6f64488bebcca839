"""Issue certificates that are due: the course is complete and the name is confirmed, whichever is last (decision 0022)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from certificates.models import Certificate, new_public_id
from certificates.operations.drafting import Draft, Edition, Sources, new_number, write_certificates
from certificates.operations.paths import issue_after, issue_path_certificates_of
from certificates.queries.learning import Done, done_by, learning_of
from certificates.rules.due import kinds_due
from certificates.rules.facts import CertificateFacts, required_offer
from certificates.rules.validity import first_day_to_renew, last_day
from progress.models import Enrolment

BLOCK = 500
"""Enrolments in one transaction: at most 25 queries for them."""


def issue_due_certificates(*, enrolment: Enrolment, at: datetime) -> list[Certificate]:
    """Issue what is due for an enrolment and was not issued before; return the new certificates.

    May be called any number of times, by several workers at once: they take turns, and a constraint has the last word.
    The certificate speaks of the edition that was completed or, where that one offered no certificate of a kind, of the
    current one. Cost: 1 query where the course is not complete or the name not confirmed.
    """
    certificates = _issue_block([enrolment.pk], Sources(), at=at)
    issue_path_certificates_of(learner_ids=[enrolment.learner_id], takes_turns=bool(certificates), at=at)
    return certificates


def issue_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.issue`."""
    certificates = _issue_block([payload["enrolment"]], Sources(), at=at)
    issue_after(enrolment_ids=[payload["enrolment"]], has_issued=bool(certificates), at=at)


def issue_many(*, enrolment_ids: Sequence[int], at: datetime) -> int:
    """Issue what is due for many enrolments; return how many certificates were issued.

    In blocks, each a transaction of its own: stopped anywhere, a second run issues the rest, and nothing twice.
    Cost: at most 25 queries for 500, and those of editions and issuers that differ.
    """
    sources = Sources()
    ids = sorted(set(enrolment_ids))
    blocks = [ids[start : start + BLOCK] for start in range(0, len(ids), BLOCK)]
    issued = 0
    for block in blocks:
        count = len(_issue_block(block, sources, at=at))
        issue_after(enrolment_ids=block, has_issued=bool(count), at=at)
        issued += count
    return issued


def draft_again(certificate: Certificate, *, name: str, sources: Sources, at: datetime) -> Draft:
    """Return the draft of a certificate of a course that replaces one: of the same edition, with the records as they are.

    Its last day stays. Read again are results, the issuer and the name.
    """
    old = certificate.payload
    enrolment = Enrolment.objects.select_related("learner", "course", "completion").get(pk=certificate.enrolment_id)
    edition = sources.edition_of(enrolment.course_id, old["course"]["edition"])
    done = done_by([enrolment.pk]).get(enrolment.pk, ())
    drafted = _draft(enrolment, certificate.kind, edition, done, sources, at, name=name)
    facts = replace(
        drafted.facts,
        cycle=old["cycle"],
        valid_until=_day(old["valid_until"]),
        renewable_from=_day(old.get("renewable_from")),
        supersedes=certificate.number,
    )
    return replace(drafted, facts=facts, supersedes=certificate)


def _issue_block(ids: Collection[int], sources: Sources, *, at: datetime) -> list[Certificate]:
    with transaction.atomic():
        locked = _lock(ids)
        if not locked:
            return []
        drafts = _drafts(locked, sources, at)
        return write_certificates(drafts=drafts, sources=sources, at=at) if drafts else []


def _lock(ids: Collection[int]) -> list[int]:
    """Lock those enrolments that may have something due, in one order, so that two workers wait and do not collide."""
    ready = Enrolment.objects.filter(pk__in=ids, holder_name__isnull=False, completion__isnull=False)
    return list(ready.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _drafts(locked: Sequence[int], sources: Sources, at: datetime) -> list[Draft]:
    enrolments = list(
        Enrolment.objects.select_related("learner", "course", "holder_name", "completion")
        .filter(pk__in=locked)
        .order_by("pk")
    )
    issued: dict[int, set[str]] = {pk: set() for pk in locked}
    of_courses = Certificate.objects.filter(enrolment__in=locked, learning_path=None)
    for pk, kind in of_courses.values_list("enrolment_id", "kind"):
        issued[pk].add(kind)
    sources.read_editions({pk for entry in enrolments for pk in _candidates(entry)})
    done = done_by(locked)
    return [
        replace(
            _draft(enrolment, kind, edition, done.get(enrolment.pk, ()), sources, at, name=enrolment.holder_name.name),
            visibility=enrolment.holder_name.visibility,
        )
        for enrolment in enrolments
        for kind, edition in _due(enrolment, issued[enrolment.pk], done.get(enrolment.pk, ()), sources)
    ]


def _candidates(enrolment: Enrolment) -> list[int]:
    """Return the editions that may speak of an enrolment: the one that was completed, then the current one."""
    return list(filter(None, dict.fromkeys((enrolment.completion.edition_id, enrolment.course.current_edition_id))))


def _due(enrolment: Enrolment, issued: set[str], done: Collection[Done], sources: Sources) -> list[tuple[str, Edition]]:
    giving: dict[str, Edition] = {}
    for pk in _candidates(enrolment):
        edition = sources.editions[pk]
        for kind in edition.offered:
            giving.setdefault(kind, edition)
    kinds = kinds_due(
        offered=giving.keys(),
        needed=giving["achievement"].needed if "achievement" in giving else frozenset(),
        passed={entry.key for entry in done if entry.is_passed},
        issued=issued,
    )
    return [(kind, giving[kind]) for kind in kinds]


def _draft(
    enrolment: Enrolment,
    kind: str,
    edition: Edition,
    done: Collection[Done],
    sources: Sources,
    at: datetime,
    *,
    name: str,
) -> Draft:
    offer = required_offer(next(iter(edition.outlines.values())), kind)
    awarding = sources.awarding(offer.issuer)
    needed = edition.needed if kind == "achievement" else frozenset()
    learning = learning_of(done, edition.row.manifest, needed=needed)
    issued_date = timezone.localdate(at)
    valid_until = last_day(issued_date, validity_months=offer.validity_months)
    facts = CertificateFacts(
        number=new_number(),
        public_id=new_public_id(),
        kind=kind,
        cycle=enrolment.cycle,
        holder_name=name,
        issuer=awarding.facts,
        issued_at=at,
        issued_date=issued_date,
        completed_at=enrolment.completion.completed_at,
        edition_digest=edition.row.digest,
        languages=learning.languages or (enrolment.course.source_language,),
        lesson_count=learning.lesson_count,
        quizzes=learning.quizzes,
        works=learning.works,
        result=learning.result,
        outlines=edition.outlines,
        valid_until=valid_until,
        renewable_from=first_day_to_renew(
            issued_date, valid_until, recertification_months=offer.recertification_months
        ),
    )
    return Draft(enrolment=enrolment, facts=facts, issuer=awarding.row)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
