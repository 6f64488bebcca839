"""Tell learners what changed for them: a result, or what their course asks of them. Once, on the page and by mail.

A notice names what it is about and holds no text: the words are made when it is read or sent, from the records of
then, in the language of the reader. Nobody without an e-mail address misses anything: the page shows it until it is
read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.operations.mailing import send_words_to
from courses.models import Course, CourseEdition, Release
from courses.operations.releasing import CAUSE
from courses.rules.binds import newly_required
from foundation.jobs import Step
from foundation.operations import post_messages, start_job
from progress.models import Attempt, Enrolment, ItemCompletion, MarkEvent, MarkingTask, Notice
from progress.queries.changes import items_before_and_after
from progress.queries.enrolments import CourseProgress, progress_of
from progress.queries.notices import ChangedResult, JudgedWork, Told, notices_of

TELL = "progress.tell"
MAIL = "progress.notice.mail"
TOLD_AT_ONCE = 250
"""Enrolments looked at in one step."""


def tell_results_changed(told: Iterable[tuple[int, int]], *, at: datetime) -> None:
    """Tell learners of results that a regrade changed: pairs of enrolment and regrade, by row number.

    Once for a learner and regrade, however many tries it changed and however often this is called. Cost: 5 queries,
    none for nobody.
    """
    pairs = sorted(set(told))
    if not pairs:
        return
    Notice.objects.bulk_create(
        [
            Notice(enrolment_id=enrolment, regrade_id=regrade, kind=Notice.Kind.RESULT_CHANGED, made_at=at)
            for enrolment, regrade in pairs
        ],
        ignore_conflicts=True,  # told of it before, because of another try
    )
    one_of_them = Q()
    for regrade in {regrade for _, regrade in pairs}:
        one_of_them |= Q(regrade=regrade, enrolment__in=[entry for entry, other in pairs if other == regrade])
    _post_mails(Notice.objects.filter(one_of_them), at)


def tell_marked_by_hand(attempt: Attempt, event: MarkEvent, *, at: datetime) -> None:
    """Tell a learner that a person marked answers of theirs. Once an event. Cost: 5 queries."""
    _tell_one(Notice(kind=Notice.Kind.RESULT_CHANGED, mark_event=event), attempt.enrolment_id, at)


def tell_check_answered(task: MarkingTask, event: MarkEvent | None, *, at: datetime) -> None:
    """Tell a learner that a person checked their result, and of the points that came of it. Once. Cost: 6 queries.

    It takes the place of what they were told of a check of the same try before.
    """
    earlier = Notice.objects.filter(kind=Notice.Kind.CHECK_ANSWERED, task__attempt=task.attempt_id)
    _take_place_of(earlier.filter(enrolment=task.enrolment_id), at)
    _tell_one(Notice(kind=Notice.Kind.CHECK_ANSWERED, task=task, mark_event=event), task.enrolment_id, at)


def tell_work_judged(task: MarkingTask, *, at: datetime) -> None:
    """Tell a learner what became of work they handed in; `task` is the one that decided. Once. Cost: 7 queries.

    It takes the place of what they were told of earlier rounds: "given back" beside "passed" would contradict it.
    """
    assert task.submission is not None
    earlier = Notice.objects.filter(kind=Notice.Kind.WORK_JUDGED, task__submission__item_key=task.submission.item_key)
    _take_place_of(earlier.filter(enrolment=task.enrolment_id), at)
    _tell_one(Notice(kind=Notice.Kind.WORK_JUDGED, task=task), task.enrolment_id, at)


def start_telling(release: Release, edition: CourseEdition, at: datetime) -> None:
    """Have learners told of a release, after its transaction: those it gives new steps, and all where it has a note."""
    if release.note or (release.edition_id == edition.pk and _binds_somebody(edition)):
        start_job(kind=TELL, key=str(release.public_id), payload={"release": release.pk}, at=at)


def start_telling_of_edition(course: Course, edition: CourseEdition, at: datetime) -> None:
    """Have learners told of an edition that no release made and that binds people on the way: a step that came back.

    On the page only. An editor who takes a step down for five minutes must not send a mail to everybody.
    """
    if edition.cause != CAUSE and edition.number > 1 and _binds_somebody(edition):
        start_job(kind=TELL, key=f"edition {edition.pk}", payload={"edition": edition.pk}, at=at)


def count_to_tell(payload: Mapping[str, Any]) -> int:
    """Return how many enrolments the job has to look at."""
    return _on_the_way(_change(payload)).count()


def tell_some(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Tell the next learners of a change of their course: the step of a job. Cost: at most 11 queries.

    Who is through with the course is not told: nothing binds them any more. Nor is who came after the change.
    """
    change = _change(payload)
    rows = list(
        _on_the_way(change)
        .filter(pk__gt=cursor)
        .order_by("pk")
        .values_list("pk", "start_edition__number")[:TOLD_AT_ONCE]
    )
    bound = _bound_by_start(change.edition, {start for _, start in rows})
    done: dict[int, set[str]] = {pk: set() for pk, _ in rows}
    keys = frozenset[str]().union(*bound.values())
    completions = ItemCompletion.objects.filter(enrolment__in=done, item_key__in=keys)
    for pk, key in completions.values_list("enrolment_id", "item_key") if keys else ():
        done[pk].add(str(key))
    told = [pk for pk, start in rows if change.note or bound[start] - done[pk]]
    about: dict[str, Any] = {"release": change.release} if change.release else {"edition": change.edition}
    Notice.objects.bulk_create(
        [Notice(enrolment_id=pk, kind=Notice.Kind.COURSE_CHANGED, made_at=at, **about) for pk in told],
        ignore_conflicts=True,
    )
    if change.release:
        _post_mails(Notice.objects.filter(kind=Notice.Kind.COURSE_CHANGED, enrolment__in=told, **about), at)
    return Step(cursor=rows[-1][0] if rows else cursor, done=len(rows), finished=len(rows) < TOLD_AT_ONCE)


def mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `progress.notice.mail`: tell a learner by mail, in their language.

    The address is that of the moment of sending. Who read it on the page meanwhile, left the course, has no confirmed
    address, an account that is closed, or no wish for such mails gets none. Sent and then marked as done, so after a crash in between it is
    sent once more.
    """
    notice = Notice.objects.filter(pk=payload["notice"], read_at=None).first()
    if notice is None:
        return
    enrolment = Enrolment.objects.with_course().select_related("learner").get(pk=notice.enrolment_id)
    learner = enrolment.learner
    if not learner.email or not learner.is_active or enrolment.withdrawn_at is not None:
        return
    with override(learner.language):
        own = progress_of(enrolment, language=learner.language)
        about = notices_of([own], language=learner.language)
        told = next((entry for course in about for entry in course.told if entry.notice_id == notice.pk), None)
        if told is None:
            return
        words = _words_of(told, own)
        send_words_to(learner, kind=MAIL, words=words)


def _words_of(told: Told, own: CourseProgress) -> dict[str, Any]:
    if told.is_about_course:
        return _words_of_course(told, own)
    if told.work is not None:
        return _words_of_work(told.work, own)
    return _words_of_person(told, own) if told.is_by_person else _words_of_results(told, own)


def _words_of_person(told: Told, own: CourseProgress) -> dict[str, Any]:
    """Return the words of a mail about what a person marked or checked, and where to read what they say."""
    result = told.results[-1]
    quiz = result.quiz.title if result.quiz else own.outline.title
    said = (
        gettext("In the course “%(course)s” a person checked your result of the quiz “%(quiz)s”.")
        if told.is_check
        else gettext("In the course “%(course)s” a person marked your answers to the quiz “%(quiz)s”.")
    )
    paragraphs = [said % {"course": own.outline.title, "quiz": quiz}]
    # Without points to tell, the check left the result as it was.
    paragraphs.append(_words_of_result(result) if result.before else gettext("Your result stays as it is."))
    paragraphs.append(gettext("What they say stands on the page of the result."))
    return {
        "subject": gettext("Your result was checked: %(quiz)s") % {"quiz": quiz}
        if told.is_check
        else gettext("Your answers were marked: %(quiz)s") % {"quiz": quiz},
        "paragraphs": paragraphs,
        "button": gettext("See your result"),
        "link": _address("progress:result", result.attempt_id),
        "reason": gettext(
            "You get this message because a person looked at answers of yours. Once, no reminder follows."
        ),
    }


def _words_of_work(work: JudgedWork, own: CourseProgress) -> dict[str, Any]:
    """Return the words of a mail about work that was judged. What was found stands on its page only."""
    values = {"course": own.outline.title, "work": work.item.title if work.item else own.outline.title}
    if work.is_passed:
        subject = gettext("Your work passed: %(work)s") % values
        said = gettext("In the course “%(course)s” your work “%(work)s” passed. It is done, and it stays done.")
    elif work.is_given_back:
        subject = gettext("Your work was given back to you: %(work)s") % values
        said = gettext(
            "In the course “%(course)s” your work “%(work)s” was given back to you, so that you can improve it. "
            "Your text and your files are kept: you go on from there."
        )
    else:
        subject = gettext("Your work was judged: %(work)s") % values
        said = gettext(
            "In the course “%(course)s” your work “%(work)s” did not pass yet. "
            "You can improve it and hand it in once more."
        )
    return {
        "subject": subject,
        "paragraphs": [said % values, gettext("What was said of it stands beside each criterion.")],
        "button": gettext("See what was said"),
        "link": _address("progress:submission", work.submission_id),
        "reason": gettext("You get this message because work of yours was judged. Once, no reminder follows."),
    }


def _words_of_results(told: Told, own: CourseProgress) -> dict[str, Any]:
    """Return the words of a mail about results: from what to what, why, and where to look."""
    quiz = next((result.quiz.title for result in told.results if result.quiz), own.outline.title)
    paragraphs = [
        gettext("In the course “%(course)s” the quiz “%(quiz)s” was marked again.")
        % {"course": own.outline.title, "quiz": quiz},
        *map(_words_of_result, told.results),
    ]
    if told.words:
        paragraphs.append(gettext("The reason: %(reason)s") % {"reason": told.words})
    return {
        "subject": gettext("Your result changed: %(quiz)s") % {"quiz": quiz},
        "paragraphs": paragraphs,
        "button": gettext("See your result"),
        "link": _address("progress:result", told.results[-1].attempt_id),
        "reason": gettext("You get this message because a result of yours was changed. Once, no reminder follows."),
    }


def _words_of_result(result: ChangedResult) -> str:
    before = result.before or result.now
    sentences = [
        gettext("Try %(number)s: %(score)s of %(max_score)s points, before %(score_before)s of %(max_score_before)s.")
        % {
            "number": result.number,
            "score": result.now.score,
            "max_score": result.now.max_score,
            "score_before": before.score,
            "max_score_before": before.max_score,
        }
    ]
    if result.gives_pass:
        sentences.append(gettext("You have passed now."))
    if result.takes_pass_away:
        sentences.append(gettext("That is not enough to pass any more. But what you have done stays done."))
    return " ".join(sentences)


def _words_of_course(told: Told, own: CourseProgress) -> dict[str, Any]:
    """Return the words of a mail about a course: what is new to do, and what the editors say."""
    title = own.outline.title
    paragraphs = [gettext("The course “%(course)s” was changed.") % {"course": title}]
    if told.steps:
        paragraphs += [
            gettext("New to do for you: %(steps)s.") % {"steps": ", ".join(f"“{item.title}”" for item in told.steps)},
            gettext("What you have done stays done."),
        ]
    if told.words:
        paragraphs.append(gettext("The editors write: %(note)s") % {"note": told.words})
    return {
        "subject": gettext("Your course was changed: %(course)s") % {"course": title},
        "paragraphs": paragraphs,
        "button": gettext("Open the course"),
        "link": _address("progress:course", own.outline.slug),
        "reason": gettext("You get this message because you are enrolled in this course. Once, no reminder follows."),
    }


def _address(name: str, argument: Any) -> str:
    return settings.PORTAL_BASE_URL + reverse(name, args=[argument])


def _take_place_of(earlier: QuerySet[Notice], at: datetime) -> None:
    """Take unread notices of the same thing off the page. A mail of theirs that is still to be sent is not sent then."""
    earlier.filter(read_at=None).update(read_at=at)


def _tell_one(notice: Notice, enrolment_id: int, at: datetime) -> None:
    notice.enrolment_id, notice.made_at = enrolment_id, at
    notice.save()
    _post_mails(Notice.objects.filter(pk=notice.pk), at)


def _post_mails(notices: QuerySet[Notice], at: datetime) -> None:
    """Post a mail for each notice whose learner has an address. Cost: 3 queries."""
    rows = notices.filter(enrolment__withdrawn_at=None).exclude(enrolment__learner__email="")
    post_messages(
        kind=MAIL,
        payloads={
            f"{public_id}:{pk}": {"notice": pk} for pk, public_id in rows.values_list("pk", "enrolment__public_id")
        },
        at=at,
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """What people are told of: a release with its edition, if it made one, or an edition alone."""

    course_id: int
    release: Release | None
    edition: CourseEdition | None

    @property
    def note(self) -> str:
        return self.release.note if self.release else ""


def _change(payload: Mapping[str, Any]) -> _Change:
    if "edition" in payload:
        edition = CourseEdition.objects.defer("manifest").get(pk=payload["edition"])
        return _Change(edition.course_id, None, edition)
    release = Release.objects.select_related("edition").defer("edition__manifest").get(pk=payload["release"])
    return _Change(release.course_id, release, release.edition)


def _on_the_way(change: _Change) -> QuerySet[Enrolment]:
    """Return the enrolments that are told: those of before the change that are not through with the course."""
    enrolments = Enrolment.objects.active().filter(course=change.course_id, completion=None)
    if change.edition is not None:
        return enrolments.filter(start_edition__number__lt=change.edition.number)
    assert change.release is not None
    return enrolments.filter(enrolled_at__lte=change.release.released_at)


def _binds_somebody(edition: CourseEdition) -> bool:
    """Return whether who came before this edition has anything to do now that they had not to before. Cost: 1 query."""
    old, new = items_before_and_after([edition])[edition.pk]
    ranges = [pair for item in (*old, *new) for pair in item.binds]
    # Between two of these starts nothing differs.
    starts = {1, *(first for first, _ in ranges), *(last + 1 for _, last in ranges if last is not None)}
    return any(newly_required(old, new, start) for start in starts if 1 <= start < edition.number)


def _bound_by_start(edition: CourseEdition | None, starts: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return what an edition asks anew of people, by the edition at which they started. Cost: 1 query."""
    old, new = items_before_and_after([edition])[edition.pk] if edition else ((), ())
    return {start: newly_required(old, new, start) for start in starts}
