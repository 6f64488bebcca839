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
    Rule("manager of an organisation", Sees.ENROLMENTS, "an enrolment that a member shows to it", "it was shown", "the person ends that, or their membership ends"),
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
    """A time somebody belonged to an organisation and knew who sees what.

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
