"""The history of an enrolment: everything that happened in it, with dates, whatever became of the course."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from courses.rules.binds import holds
from courses.rules.outline import OutlineItem
from progress.models import Attempt, Enrolment, ItemCompletion, MarkEvent
from progress.queries.attempts import needed_points
from progress.queries.changes import releases_since, required_at_start
from progress.queries.enrolments import CourseProgress, completion_of
from progress.queries.explaining import COMPLETED_BY, completions_of
from progress.queries.submissions import Finding, story_of
from progress.queries.tries import counting_marks


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `label` says what, `title` of which step, `details` the rest in sentences.

    `is_aside`: something that was done to the course, not by the learner. `quote` is what an editor wrote.
    """

    happened_at: datetime
    label: str
    title: str = ""
    title_language: str = ""
    details: tuple[str, ...] = ()
    quote: str = ""
    quote_language: str = ""
    url: str = ""
    url_label: str = ""
    is_aside: bool = False


def history_of(own: CourseProgress) -> list[Line]:
    """Return everything that happened in an enrolment, the first first. Certificates add theirs above.

    Cost: 5 queries, up to 9 where there is work that people judge.

    Titles are those of the course as it is now; a step that was taken out keeps the title it had last, and an attempt
    the title it began with.
    """
    lines = [
        *_enrolment(own.enrolment),
        *_attempts(own),
        *_work(own),
        *(_done(row, own) for row in completions_of(own.enrolment).values()),
        *_changes(own),
        *_completion(own.enrolment),
        *_archived(own.enrolment),
    ]
    return in_order(lines)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return lines by time; of the same time, in the order given."""
    return sorted(lines, key=lambda line: line.happened_at)


def _enrolment(enrolment: Enrolment) -> Iterator[Line]:
    details = [_("%(how)s.") % {"how": enrolment.get_source_display()}]
    if enrolment.organisation is not None:
        details.append(_("For %(organisation)s.") % {"organisation": enrolment.organisation})
    details.append(_in_edition(enrolment.start_edition.number))
    yield Line(enrolment.enrolled_at, _("Enrolled"), details=tuple(details))
    if enrolment.withdrawn_at is not None:
        yield Line(enrolment.withdrawn_at, _("Left the course"), details=(_("What was done is kept."),))


def _done(row: ItemCompletion, own: CourseProgress) -> Line:
    item = own.outline.by_key.get(str(row.item_key))
    details = [_in_edition(row.edition.number), _in_language(row.language)]
    if item is None or item.removed:
        details.append(_("It is no longer part of the course, and stays done."))
    return Line(
        row.completed_at,
        _done_words(row.evidence),
        title=item.title if item else "",
        title_language=item.language if item else "",
        details=tuple(details),
    )


def _done_words(evidence: str) -> str:
    if evidence == ItemCompletion.Evidence.ATTEMPT:
        return _("Quiz passed")
    if evidence == ItemCompletion.Evidence.ATTENDANCE:
        return _("There at a live session")
    return _("Work passed") if evidence == ItemCompletion.Evidence.SUBMISSION else _("Lesson marked as done")


def _work(own: CourseProgress) -> Iterator[Line]:
    """Yield what happened to work that people judge; what was found of it once it is decided."""
    for entry in story_of(own):
        submission, number = entry.submission, {"number": entry.submission.number}
        title, language = submission.assignment_version.body["title"], submission.language
        began = (_in_language(language),)
        yield Line(submission.started_at, _("Work begun, round %(number)s") % number, title, language, details=began)
        url = reverse("progress:submission", args=[submission.public_id])
        if submission.submitted_at is not None:
            label = _("Work handed in, round %(number)s") % number
            see = _("What was handed in")
            yield Line(submission.submitted_at, label, title, language, url=url, url_label=see)
        for finding in entry.findings:
            yield Line(
                finding.judgement.judged_at,
                _("Work judged, round %(number)s") % number,
                title,
                language,
                details=(_found(finding),),
                url=url,
                url_label=_("What was said"),
                is_aside=True,
            )


def _found(finding: Finding) -> str:
    values = {"score": finding.score, "total": finding.max_score, "needed": finding.needed}
    if finding.is_given_back:
        return _("%(score)s of %(total)s points, %(needed)s needed: given back, to be improved.") % values
    if finding.is_passed:
        return _("%(score)s of %(total)s points, %(needed)s needed: passed.") % values
    return _("%(score)s of %(total)s points, %(needed)s needed: not passed.") % values


def _attempts(own: CourseProgress) -> Iterator[Line]:
    enrolment = own.enrolment
    events: dict[int, list[MarkEvent]] = {}
    rows = (
        MarkEvent.objects.filter(attempt__enrolment=enrolment)
        .select_related("regrade__release", "attempt")
        .defer("attempt__form")
    )
    for event in rows.order_by("marked_at", "pk"):
        events.setdefault(event.attempt_id, []).append(event)
    attempts = Attempt.objects.filter(enrolment=enrolment).select_related("edition").defer("edition__manifest", "form")
    standing = [happened[-1] for happened in events.values()]
    several = Counter(event.attempt.item_key for event in standing)
    counting = {
        event.attempt_id
        for event in counting_marks(standing, own.outline).values()
        if several[event.attempt.item_key] > 1
    }
    for attempt in attempts.annotate(title=F("quiz_version__body__title")).order_by("started_at", "pk"):
        yield from _tries(attempt, events.get(attempt.pk, ()), enrolment, counts=attempt.pk in counting)


def _tries(attempt: Attempt, events: Sequence[MarkEvent], enrolment: Enrolment, *, counts: bool) -> Iterator[Line]:
    title, language = getattr(attempt, "title", ""), attempt.language
    number = {"number": attempt.number}
    began = (_in_edition(attempt.edition.number), _in_language(attempt.language))
    yield Line(attempt.started_at, _("Quiz started, try %(number)s") % number, title, language, details=began)
    before: MarkEvent | None = None
    for event in events:
        if before is None:
            label, quote = _sent(attempt) % number, ""
        elif event.kind == MarkEvent.Kind.BY_HAND:
            label, quote = _("Marked by a person, try %(number)s") % number, ""
        else:
            label = _("Marked again, try %(number)s") % number
            quote = event.regrade.release.reason if event.regrade else ""
        yield Line(
            event.marked_at,
            label,
            title,
            language,
            details=(_result(event, before), *([_("This try counts.")] if counts and event is events[-1] else [])),
            quote=quote,
            quote_language=enrolment.course.source_language,
            url=reverse("progress:marking", args=[attempt.public_id]),
            url_label=_("How was this marked?"),
            is_aside=before is not None,
        )
        before = event


def _sent(attempt: Attempt) -> str:
    if attempt.ended_by_time:
        return _("Time over, and what was saved was sent, try %(number)s")
    return _("Answers sent, try %(number)s")


def _changes(own: CourseProgress) -> Iterator[Line]:
    """Yield the releases that made steps binding for this learner, while they were on the way."""
    releases = [release for release in releases_since(own.enrolment) if release.bind_all]
    if not releases:
        return
    at_start = required_at_start(own.enrolment)
    items = (*own.outline.items, *own.outline.tombstones)
    bound = frozenset(item.key for item in items if holds((*item.binds, *item.past), own.start))
    for release in releases:
        if own.completed_at is not None and release.released_at > own.completed_at:
            continue
        keys = (release.bind_all & bound) - at_start
        if keys:
            named = [item for item in items if item.key in keys]
            yield _change(release.released_at, release.edition, named, release.note, own)


def _change(at: datetime, edition: int, items: Sequence[OutlineItem], note: str, own: CourseProgress) -> Line:
    label = ngettext(
        "The course was changed: one more step counts",
        "The course was changed: %(count)s more steps count",
        len(items),
    ) % {"count": len(items)}
    titles = ", ".join(item.title for item in items)
    source = own.enrolment.course.source_language
    return Line(
        at,
        label,
        title=titles,
        title_language=items[0].language,
        details=(_in_edition(edition),),
        quote=note,
        quote_language=source,
        is_aside=True,
    )


def _completion(enrolment: Enrolment) -> Iterator[Line]:
    completion = completion_of(enrolment)
    if completion is not None:
        how = _("Completed %(how)s.") % {"how": COMPLETED_BY.get(completion.cause, completion.cause)}
        details = (how, _in_edition(completion.edition.number), _("Later changes of the course ask for nothing more."))
        yield Line(completion.completed_at, _("Course complete"), details=details)


def _archived(enrolment: Enrolment) -> Iterator[Line]:
    if enrolment.course.archived_at is not None:
        said = (_("It takes nobody new. What was done in it is kept, and certificates stay valid."),)
        yield Line(enrolment.course.archived_at, _("The course was archived"), details=said, is_aside=True)


def _result(event: MarkEvent, before: MarkEvent | None) -> str:
    values: Mapping[str, int] = {
        "score": event.score,
        "total": event.max_score,
        "needed": needed_points(event),
        "before": before.score if before else 0,
        "total_before": before.max_score if before else 0,
    }
    if before is None and event.passed:
        return _("%(score)s of %(total)s, %(needed)s needed: passed.") % values
    if before is None:
        return _("%(score)s of %(total)s, %(needed)s needed: not passed.") % values
    if event.passed:
        return _("%(score)s of %(total)s, before %(before)s of %(total_before)s, %(needed)s needed: passed.") % values
    return _("%(score)s of %(total)s, before %(before)s of %(total_before)s, %(needed)s needed: not passed.") % values


def _in_edition(number: int) -> str:
    return _("Edition %(number)s of the course.") % {"number": number}


def _in_language(language: str) -> str:
    return _("In %(language)s.") % {"language": get_language_info(language)["name_translated"]}
