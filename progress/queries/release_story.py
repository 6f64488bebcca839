"""What is to be said of one release: who did what and when, what it decided, and what became of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from courses.models import Release
from courses.queries.releasing import job_of
from foundation.queries import JobProgress, job_progress
from progress.models import Regrade
from progress.queries.impact import report_of
from progress.queries.markings import POLICY_WORDS
from progress.queries.release_words import POLICY_LABELS, in_a_row
from progress.queries.releases import said_name, said_time
from progress.rules.regrading import Policy


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about a release, under a short name."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class RegradeRow:
    """A quiz that a release marks again. `progress` is None while that is only planned."""

    regrade: Regrade
    title: str
    policy: str
    policy_words: str
    progress: JobProgress | None
    job_title: str
    results: str
    attempts_url: str
    html_id: str

    @property
    def is_over(self) -> bool:
        return self.progress is None or self.progress.is_over


def release_with_story(public_id: UUID) -> Release:
    """Return a release with the people and editions of its story. Cost: 1 query.

    :raises Release.DoesNotExist: if there is none.
    """
    people = ("created_by", "changed_by", "approved_by", "released_by", "scheduled_by")
    releases = Release.objects.select_related("course__current_edition", "edition", "base_edition", *people)
    return releases.defer("base_edition__manifest").get(public_id=public_id)


def facts_of(release: Release) -> list[Fact]:
    """Return who did what with a release, and when. No query for one read by `release_with_story`."""
    facts = [Fact(_("Put together by"), _by(release.created_by, release.created_at))]
    if release.changed_at and release.changed_by_id != release.created_by_id:
        facts.append(Fact(_("Changed last by"), _by(release.changed_by, release.changed_at)))
    if release.review_asked_at and not release.approved_at:
        facts.append(Fact(_("Asked for a second person"), said_time(release.review_asked_at)))
    if release.approved_at:
        facts.append(Fact(_("Agreed by"), _by(release.approved_by, release.approved_at)))
    if release.due_at:
        facts.append(Fact(_("Goes out"), said_time(release.due_at)))
    if release.released_at:
        facts.append(Fact(_("Released by"), _by(release.released_by, release.released_at)))
        facts.append(Fact(_("Edition"), _edition(release)))
    facts += [
        Fact(name, words)
        for name, words in ((_("Reason"), release.reason), (_("Note to learners"), release.note))
        if words
    ]
    if release.problem and release.state != Release.State.DRAFT:
        facts.append(Fact(_("Why it stopped"), release.problem))
    bound = _titles(release, release.bind_all)
    if bound:
        facts.append(Fact(_("Binds everybody on the way to"), in_a_row(bound)))
    if release.completes:
        facts.append(Fact(_("Completions"), _("Recorded for people who have nothing left to do.")))
    return facts


def regrade_rows(release: Release) -> list[RegradeRow]:
    """Return the quizzes that a release marks again, with how far that is. Cost: 1 query, and 4 for each quiz."""
    regrades = release.regrades.select_related("job", "quiz_version").exclude(policy=Policy.KEEP).order_by("pk")
    return [_regrade_row(release, regrade) for regrade in regrades]


def large_release_progress(release: Release) -> JobProgress | None:
    """Return how far a release of many drafts is that is being got ready; None for any other. Cost: 1 query."""
    job = job_of(release) if release.state == Release.State.SCHEDULED else None
    return job_progress(job) if job else None


def _by(person: User | None, at: datetime) -> str:
    return _("%(person)s, %(time)s") % {"person": said_name(person), "time": said_time(at)}


def _edition(release: Release) -> str:
    if release.edition is None:
        return _("None: no text changed.")
    return str(release.edition.number)


def _regrade_row(release: Release, regrade: Regrade) -> RegradeRow:
    titles = _titles(release, [str(regrade.item_key)])
    title = str(regrade.quiz_version.body["title"]) if regrade.quiz_version else (titles[0] if titles else "")
    policy = Policy(regrade.policy)
    return RegradeRow(
        regrade=regrade,
        title=title,
        policy=str(POLICY_LABELS[policy]),
        policy_words=str(POLICY_WORDS[policy]),
        progress=job_progress(regrade.job) if regrade.job else None,
        job_title=_("Marking the attempts at “%(title)s” again") % {"title": title},
        results=_results(regrade),
        attempts_url=reverse("progress_attempts", args=[release.course.key, regrade.item_key]),
        html_id=f"regrade-{regrade.public_id.hex}",
    )


def _results(regrade: Regrade) -> str:
    if regrade.decided_at is None:
        return ""
    report = report_of(regrade)
    if not report.changed:
        is_over = regrade.job is None or regrade.job.finished_at is not None
        return _("No result has changed.") if is_over else ""
    changed = ngettext("%(count)s result changed.", "%(count)s results changed.", report.changed)
    passed = ngettext("%(count)s passes now.", "%(count)s pass now.", report.pass_now)
    told = ngettext("%(count)s person was told.", "%(count)s people were told.", report.told)
    return " ".join(
        words % {"count": count}
        for words, count in ((changed, report.changed), (passed, report.pass_now), (told, report.told))
        if count
    )


def _titles(release: Release, keys: Sequence[str]) -> list[str]:
    """Return the titles of steps in the source language, as the edition of the release or the current one has them."""
    edition = release.edition or release.course.current_edition
    if edition is None or not keys:
        return []
    entries: Mapping[str, Mapping[str, object]] = {
        entry["key"]: entry for entry in (*edition.manifest["tombstones"], *edition.manifest["items"])
    }
    source = edition.manifest["source_language"]
    return [
        f"“{entries[key]['versions'][source]['title']}”"  # type: ignore[index]
        for key in keys
        if key in entries
    ]
