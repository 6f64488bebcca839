"""Who sees what of whom, and when: one table, and the rule of time. `docs/scope.md` says the same to people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Sees(StrEnum):
    """What a page of managers shows. Each address of the cockpit names one of them, and a test reads it there."""

    ENROLMENTS = "enrolments"  # who is in which course, how far, complete since when; certificates
    PEOPLE = "people"  # names and sign-in names of members, ways in, cards
    COHORTS = "cohorts"
    MESSAGES = "messages"  # what became of messages that were sent for the organisation
    REPORTS = "reports"
    ORGANISATION = "organisation"  # the profile and its settings
    OWN = "own"  # things of the viewer alone
    WORK = "work"  # marking, by the rules of assessors
    REGISTER = "register"  # certificates, by the rules of registrars


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: who sees what, of whom, from when until when."""

    who: str
    what: Sees
    of_whom: str
    since: str
    until: str


TABLE = (
    Rule("manager of an organisation", Sees.ENROLMENTS, "enrolments made through it", "the person was told, and joined", "their membership ends"),
    Rule("manager of an organisation", Sees.ENROLMENTS, "an enrolment that a member shows to it, all of it", "it was shown", "the person ends that, or their membership ends: then nothing of it"),
    Rule("manager of an organisation", Sees.PEOPLE, "its members and whom it invited", "they joined or were invited", "60 days after an invitation ended; of members, the day they left"),
    Rule("manager of an organisation", Sees.COHORTS, "its cohorts and their members", "they joined the cohort", "they leave it, or their membership ends"),
    Rule("manager of an organisation", Sees.MESSAGES, "messages sent for it", "they were sent", "the viewer is manager no more"),
    Rule("manager of an organisation", Sees.REPORTS, "as enrolments; totals also of members who left", "as enrolments", "as enrolments"),
    Rule("manager of an organisation", Sees.ORGANISATION, "the organisation", "they are manager", "they are manager no more"),
    Rule("manager of a cluster", Sees.ENROLMENTS, "enrolments made through organisations of the cluster", "as the organisation's managers", "the organisation leaves the cluster, or as its managers"),
    Rule("manager of a cluster", Sees.REPORTS, "as enrolments", "as enrolments", "as enrolments"),
    Rule("assessor", Sees.WORK, "work of enrolments of their organisation or course", "they are assessor", "they are assessor no more"),
    Rule("registrar or operator", Sees.REGISTER, "certificates", "they have that right", "they have it no more"),
    Rule("every person", Sees.OWN, "themselves", "always", "always"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spell:
    """A time somebody belonged to an organisation and knew who sees what, or an organisation to a cluster.

    `sees_from`: None for a first time, which opens all that was done before its end; coming back opens only what is
    done from then on. `ended_at`: None while it runs.
    """

    sees_from: datetime | None
    ended_at: datetime | None


def is_seen(moment: datetime, spells: Iterable[Spell]) -> bool:
    """Say whether something that happened at a moment may be seen: in one of the spells, its last moment left out."""
    return any(
        (spell.sees_from is None or spell.sees_from <= moment) and (spell.ended_at is None or moment < spell.ended_at)
        for spell in spells
    )


def is_in_sight(moment: datetime, *, person: Iterable[Spell], place: Iterable[Spell], is_shown: bool) -> bool:
    """Say whether something that a person did may be seen by a viewer.

    `person`: their times in the organisation it was done for; `place`: the times the viewer has that organisation, always
    where they manage it; `is_shown`: the person shows the enrolment to an organisation that the viewer manages.
    """
    return is_shown or (is_seen(moment, person) and is_seen(moment, place))


def spells_in_cluster(times: Iterable[tuple[datetime, datetime | None]]) -> tuple[Spell, ...]:
    """Return the spells of an organisation's times in a cluster, each from its beginning to its end.

    As with people: the first time opens what was before it, too, and coming back only what is done from then on.
    """
    ordered = sorted(times, key=lambda each: each[0])
    return tuple(Spell(None if number == 0 else begin, end) for number, (begin, end) in enumerate(ordered))


ALWAYS = Spell(None, None)
