"""From facts to certificates: their payloads and the rows that go with them, many at once.

sources = Sources()
draft = Draft(enrolment=enrolment, facts=facts, issuer=row)
write_certificates(drafts=[draft], sources=sources, at=at)
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from accounts.models import Issuer as IssuerRow
from accounts.models import Project
from accounts.queries.visibility import visibility_of
from certificates.models import Achievement, Certificate, NameVisibility
from certificates.operations.elements import Press
from certificates.operations.events import record_issues
from certificates.operations.issuers import frozen_emblem, issuer_facts, issuer_row
from certificates.rules.achievements import achievement_key, achievement_of
from certificates.rules.facts import CertificateFacts, Emblem, Issuer
from certificates.rules.numbers import ALPHABET, RANDOM_LENGTH, number_from
from certificates.rules.payload import PrintedLine, Words, build_payload
from courses.models import CourseEdition, LearningPath
from courses.rules.outline import Outline
from courses.rules.outlining import outline_at
from foundation.operations import post_messages
from foundation.rules.canonical import digest
from progress.models import Enrolment

_ROWS = 100
"""Certificates in one statement: each is up to 60 kB."""

_SIGNED_AT_ONCE = 500
"""Badges in one message: some seconds of work, and few queries for each."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition as certificates read it: the course in every site language, the kinds it gives, what achievement needs."""

    row: CourseEdition
    outlines: Mapping[str, Outline]
    offered: frozenset[str]
    needed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Awarding:
    """An issuer: its row, and what stands on certificates of it now."""

    row: IssuerRow
    facts: Issuer


@dataclass(slots=True)
class Sources:
    """What many certificates share, read once for all of them."""

    editions: dict[int, Edition] = field(default_factory=dict)
    issuers: dict[str, Awarding] = field(default_factory=dict)
    achievements: dict[tuple[Any, ...], Achievement] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    emblems: dict[int, Emblem | None] = field(default_factory=dict)
    press: Press = field(default_factory=Press)

    def read_editions(self, ids: set[int]) -> None:
        """Read editions that are not held. Cost: 1 query, none where all are."""
        new = ids - self.editions.keys()
        for row in CourseEdition.objects.filter(pk__in=new) if new else ():
            self.editions[row.pk] = _edition(row)

    def edition_of(self, course: int, number: int) -> Edition:
        """Return an edition of a course by its number. Cost: 1 query."""
        row = CourseEdition.objects.get(course_id=course, number=number)
        return self.editions.setdefault(row.pk, _edition(row))

    def project_of(self, pk: int | None) -> Project | None:
        """Return a project, with its texts. Cost: 2 queries, none where it is held or there is none."""
        if pk is not None and pk not in self.projects:
            self.projects[pk] = Project.objects.prefetch_related("texts").get(pk=pk)
        return self.projects[pk] if pk is not None else None

    def emblem_of(self, project: Project | None) -> Emblem | None:
        """Return the frozen emblem of a project that is switched on, None of any other. No query of one held here."""
        if project is None or visibility_of(project, "en") is None:
            return None
        if project.pk not in self.emblems:
            self.emblems[project.pk] = frozen_emblem(project)
        return self.emblems[project.pk]

    def awarding(self, key: str) -> Awarding:
        """Return an issuer by its key, "" for the site. Cost: 2 queries, none where it is held."""
        if key not in self.issuers:
            row = issuer_row(key)
            self.issuers[key] = Awarding(row, issuer_facts(row))
        return self.issuers[key]


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate to be written. `visibility`: what its page shows of the name, one of `NameVisibility`.

    `supersedes`: the one it replaces, whose holder's choice about the name it keeps.
    """

    enrolment: Enrolment
    facts: CertificateFacts
    issuer: IssuerRow
    learning_path: LearningPath | None = None
    supersedes: Certificate | None = None
    visibility: str = NameVisibility.FULL


def new_number() -> str:
    """Return a number at random: 75 bits, so that none is met by guessing and none is given twice."""
    return number_from("".join(secrets.choice(ALPHABET) for _place in range(RANDOM_LENGTH)))


def write_certificates(*, drafts: Sequence[Draft], sources: Sources, at: datetime) -> list[Certificate]:
    """Write certificates with their events, and post what follows: the badge and the mail. Return them.

    Within a transaction of the caller, who has seen that they are due. `enrolment.learner` is read already.
    Cost: at most 10 queries, and 1 for each 100.

    :raises django.db.IntegrityError: if one was issued meanwhile.
    """
    written = [_certificate(draft, sources, at) for draft in drafts]
    _keep_achievements(written, at)
    certificates = [certificate for certificate, _achievement in written]
    Certificate.objects.bulk_create(certificates, batch_size=_ROWS)
    record_issues(certificates=certificates, at=at)
    post_follow_ups(certificates=certificates, at=at)
    return certificates


def post_follow_ups(*, certificates: Sequence[Certificate], at: datetime) -> None:
    """Post what follows an issue: the badge is signed, and the holder is told where they have an address."""
    by_issuer: dict[int | None, list[Certificate]] = defaultdict(list)
    for certificate in certificates:  # a key that is missing holds up no badge of another issuer
        by_issuer[certificate.issuer_id].append(certificate)
    groups = [
        same[start : start + _SIGNED_AT_ONCE]
        for same in by_issuer.values()
        for start in range(0, len(same), _SIGNED_AT_ONCE)
    ]
    signed = {group[0].public_id: {"certificates": [entry.pk for entry in group]} for group in groups}
    post_messages(kind="certificates.badge", payloads=signed, at=at)
    told = {entry.public_id: {"certificate": entry.pk} for entry in certificates if entry.enrolment.learner.email}
    post_messages(kind="certificates.mail", payloads=told, at=at)


def _edition(row: CourseEdition) -> Edition:
    outlines = {code: outline_at(row.manifest, language=code, edition=row.number) for code, _name in settings.LANGUAGES}
    outline = next(iter(outlines.values()))
    return Edition(
        row=row,
        outlines=outlines,
        offered=frozenset(offer.kind for offer in outline.certificates),
        needed=frozenset(item.key for item in outline.items if item.needed_for_achievement),
    )


def _certificate(draft: Draft, sources: Sources, at: datetime) -> tuple[Certificate, Achievement]:
    project = sources.project_of(draft.enrolment.project_id)
    facts = replace(draft.facts, emblem=sources.emblem_of(project))
    # An edition of a path names no editions of its courses, and what a certificate says of it follows from these.
    of_path = tuple(course.digest for course in facts.path.courses) if facts.path else ()
    shared = (facts.edition_digest, facts.kind, facts.issuer, of_path)
    achievement = sources.achievements.get(shared)
    words = _with_support(sources.press.all_words(facts), project)
    payload = build_payload(facts, words, achievement=achievement.key if achievement else "")
    if achievement is None:
        body = achievement_of(payload)
        achievement = Achievement(key=achievement_key(body), kind=facts.kind, body=body, first_issued_at=at)
        sources.achievements[shared] = achievement
    certificate = Certificate(
        public_id=facts.public_id,
        number=facts.number,
        enrolment=draft.enrolment,
        learning_path=draft.learning_path,
        learner_id=draft.enrolment.learner_id if draft.learning_path else None,
        cycle=facts.cycle,
        issuer=draft.issuer,
        kind=facts.kind,
        payload=payload,
        payload_sha256=digest(payload),
        supersedes=draft.supersedes,
        issued_at=at,
        valid_until=facts.valid_until,
        name_visibility=draft.supersedes.name_visibility if draft.supersedes else draft.visibility,
    )
    return certificate, achievement


def _with_support(words: dict[str, Words], project: Project | None) -> dict[str, Words]:
    """Add what a funded project asks to be said, where it is switched on; else nothing at all, as ever."""
    if project is None or visibility_of(project, "en") is None:
        return words
    return {
        language: replace(said, notes=[*said.notes, _support(project, said.language)])
        for language, said in words.items()
    }


def _support(project: Project, language: str) -> PrintedLine:
    shown = visibility_of(project, language)
    if shown is None:
        raise ValueError("a project that shows nothing")
    with override(language):
        label = gettext("Support")
    values = tuple(filter(None, (shown.statement, shown.disclaimer)))
    return PrintedLine("support", label, values, shown.language if shown.language != language else "")


def _keep_achievements(written: Sequence[tuple[Certificate, Achievement]], at: datetime) -> None:
    """Name the row of its achievement in each certificate, made where it is not there. Cost: 3 queries, 1 or none.

    Each body is kept once, whoever is first: the constraint decides.
    """
    new = {achievement.key: achievement for _certificate, achievement in written if achievement.pk is None}
    known = _achievements(new) if new else {}
    missing = [achievement for key, achievement in new.items() if key not in known]
    if missing:
        Achievement.objects.bulk_create(missing, ignore_conflicts=True)
        known |= _achievements(new)
    for achievement in new.values():
        achievement.pk = known[achievement.key]
        achievement._state.adding = False
    for certificate, achievement in written:
        certificate.achievement_id = achievement.pk or known[achievement.key]


def _achievements(keys: Mapping[str, Achievement]) -> dict[str, int]:
    return dict(Achievement.objects.filter(key__in=list(keys)).values_list("key", "pk"))
