"""A release: put together, looked at by a second person, scheduled, published. Many drafts, one transaction, one edition.

    release = save_release(course=course, user=editor, revisions=[(page, revision)], at=now)
    publish_release(release=release, user=editor, at=now)

What a release does to learners is not known here. Apps above register what else must hold before one is published
(`register_release_guard`) and what else happens in its transaction (`register_release_follow_up`).
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from celery import current_app
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from courses.models import Course, CourseEdition, CoursePage, Release, ReleaseDraft
from courses.operations.drafts import drafts_of
from courses.operations.settling import settle
from courses.operations.snapshots import in_one_snapshot
from courses.queries.changes import words_of
from courses.queries.drafts import page_numbers_of
from courses.queries.publishing import problem_after_publishing
from courses.queries.releasing import JOB, can_release, course_page_of, job_key
from courses.rules.changes import ChangeKind, changes_between
from foundation.jobs import Step
from foundation.models import Job
from foundation.operations import post_message, start_job

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

AT_ONCE = 50
"""Drafts that are released while an editor waits; more are released in the background."""

MOST = 500
"""Drafts a release may hold."""

CAUSE = "release"
"""The cause of an edition that a release made."""

LOG_ACTION = "portal.release"
MAIL = "courses.release.mail"

_CHECKED_AT_ONCE = 20

FollowUp = Callable[[Release, CourseEdition, datetime], None]
"""Takes a release, the edition that is current after it (made by it, or not) and the time."""

Guard = Callable[[Release, "User"], str | None]
"""Takes a release and who wants to release it; returns in words why it may not be released yet, or None."""

_follow_ups: list[FollowUp] = []
_guards: list[Guard] = []


class ReleaseRefused(Exception):
    """A release that cannot be done as it is. `words`: why, one reason an entry, in the language that was active."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        super().__init__(" ".join(words))


class ReleaseClosed(ReleaseRefused):
    """The release is over, or not in the state that the act needs."""


class OwnRelease(ReleaseRefused):
    """Who put a release together, or changed it last, wants to agree to it."""


class SomebodyElseReleased(ReleaseRefused):
    """Something in the release was published, changed or deleted since it was put together; nothing was published.

    `changes`: what, in words.
    """

    @property
    def changes(self) -> list[str]:
        return self.words


class _NotDueAnyMore(Exception):
    """A release whose time had come was changed, put off or given up before the worker came to it."""


class CannotRelease(ReleaseRefused):
    """Drafts that are not fit to be published. `problems`: (page number, title, field, words)."""

    def __init__(self, problems: Sequence[tuple[int, str, str, str]]) -> None:
        self.problems = list(problems)
        super().__init__([f"“{title}”: {words}" for _, title, _, words in problems])


def register_release_follow_up(follow_up: FollowUp) -> None:
    """Have `follow_up` called in the transaction of every release, after its edition. Called from an app's `ready()`."""
    if follow_up not in _follow_ups:
        _follow_ups.append(follow_up)


def register_release_guard(guard: Guard) -> None:
    """Have `guard` asked, in its transaction, before a release is published. Called from an app's `ready()`."""
    if guard not in _guards:
        _guards.append(guard)


def anchor_course(*, course_page: CoursePage, at: datetime) -> Course:
    """Return the anchor of a course, making it for one that was never published: a release needs something to hang on.

    The page made first is the source, as when settling.
    """
    source = (
        CoursePage.objects.filter(translation_key=course_page.translation_key, alias_of=None)
        .select_related("locale")
        .order_by("pk")
        .first()
    ) or course_page
    course, _ = Course.objects.get_or_create(
        key=course_page.translation_key,
        defaults={"source_language": source.locale.language_code, "created_at": at},
    )
    return course


@transaction.atomic
def save_release(
    *,
    course: Course,
    user: "User",
    revisions: Sequence[tuple[Page, Revision]],
    at: datetime,
    bind_all: Iterable[str] = (),
    completes: bool = False,
    note: str = "",
    reason: str = "",
    release: Release | None = None,
    public_id: UUID | None = None,
) -> Release:
    """Put a release together, or change one, and return it. It holds the very revisions, whatever is saved later.

    `public_id`: of a new one, chosen before, so that a form sent twice is one release.

    A change takes back an approval and a time, and is compared with the edition of now.

    :raises PermissionDenied: for somebody who may not publish the course.
    :raises ReleaseRefused: for more than 500 drafts, or pages of another course.
    :raises ReleaseClosed: when the release to change is over.
    """
    if release is not None:  # before the course, as everywhere: two that wait for each other would both lose
        release = _locked(release, *_CHANGEABLE)
    course = Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
    _need_permission(course, user)
    if len(revisions) > MOST:
        raise ReleaseRefused(
            [
                gettext("A release holds at most %(most)s drafts; this one has %(count)s. Release some of them first.")
                % {"most": MOST, "count": len(revisions)}
            ]
        )
    if release is None:
        release = Release(course=course, created_by=user, created_at=at)
        release.public_id = public_id or release.public_id
    elif release.course_id != course.pk:
        raise ReleaseRefused([gettext("This release is of another course.")])
    release.state = Release.State.DRAFT
    release.base_edition = course.current_edition
    release.bind_all = sorted(set(bind_all))
    release.completes, release.note, release.reason = completes, note, reason
    release.changed_by, release.changed_at = user, at
    release.review_asked_at = release.approved_by = release.approved_at = None
    release.due_at = release.scheduled_by = None
    release.problem = ""
    release.save()
    release.drafts.all().delete()
    ReleaseDraft.objects.bulk_create(_drafts(course, release, revisions))
    return release


@transaction.atomic
def ask_review(*, release: Release, user: "User", at: datetime, due_at: datetime | None = None) -> Release:
    """Ask for a second person's agreement. `due_at`: when it is to go out then; None: once somebody agreed.

    :raises ReleaseClosed: when the release is not being put together.
    """
    release = _locked(release, Release.State.DRAFT)
    _need_permission(release.course, user)
    release.state, release.review_asked_at, release.problem = Release.State.IN_REVIEW, at, ""
    release.due_at = due_at
    release.save(update_fields=["state", "review_asked_at", "problem", "due_at"])
    return release


@transaction.atomic
def approve_release(*, release: Release, user: "User", at: datetime) -> Release:
    """Agree to a release as it is. It is published, or scheduled, by another act. Agreeing twice changes nothing.

    :raises OwnRelease: when this person put it together or changed it last.
    :raises PermissionDenied: when this person may not publish the course.
    :raises ReleaseClosed: when nobody asked.
    """
    release = _locked(release, Release.State.IN_REVIEW)
    _need_permission(release.course, user)
    if user.pk in (release.created_by_id, release.changed_by_id):
        raise OwnRelease([gettext("You put this release together. Somebody else must agree to it.")])
    if release.approved_at is None:
        release.approved_by, release.approved_at = user, at
        release.save(update_fields=["approved_by", "approved_at"])
    return release


@transaction.atomic
def send_back(*, release: Release, user: "User", words: str, at: datetime) -> Release:
    """Do not agree: the release is being put together again, with the words of who looked at it.

    :raises ReleaseClosed: when nobody asked.
    """
    release = _locked(release, Release.State.IN_REVIEW)
    _need_permission(release.course, user)
    release.state, release.problem = Release.State.DRAFT, words
    release.review_asked_at = release.approved_by = release.approved_at = release.due_at = None
    release.save(update_fields=["state", "problem", "review_asked_at", "approved_by", "approved_at", "due_at"])
    return release


@transaction.atomic
def discard_release(*, release: Release, user: "User", at: datetime) -> Release:
    """Give a release up: its drafts stay drafts. Discarding twice changes nothing.

    :raises ReleaseClosed: when it was released.
    """
    release = _locked(release, *_CHANGEABLE, Release.State.DISCARDED)
    _need_permission(release.course, user)
    release.state, release.due_at = Release.State.DISCARDED, None
    release.save(update_fields=["state", "due_at"])
    release.drafts.update(revision=None)
    return release


@transaction.atomic
def schedule_release(*, release: Release, user: "User", due_at: datetime, at: datetime) -> Release:
    """Have a release published at `due_at` in the name of this person. What was agreed to stays agreed to.

    Whether it may be published is asked then, of the guards too.

    :raises PermissionDenied: when this person may not publish the course.
    :raises ReleaseClosed: when it is over.
    """
    release = _locked(release, Release.State.DRAFT, Release.State.IN_REVIEW, Release.State.SCHEDULED)
    _need_permission(release.course, user)
    release.state, release.due_at, release.scheduled_by = Release.State.SCHEDULED, due_at, user
    release.problem = ""
    release.save(update_fields=["state", "due_at", "scheduled_by", "problem"])
    return release


def start_release(*, release: Release, user: "User", at: datetime) -> Job | CourseEdition:
    """Release now: up to 50 drafts while the person waits, and return the edition; more in the background.

    A large release is scheduled for now, its drafts are checked by a job that shows how far it is, and the worker then
    publishes them in one transaction, as any scheduled release.

    :raises ReleaseRefused: see `publish_release`.
    """
    if release.drafts.count() <= AT_ONCE:
        return publish_release(release=release, user=user, at=at)
    with transaction.atomic():
        release = schedule_release(release=release, user=user, due_at=at, at=at)
        return start_job(kind=JOB, key=job_key(release), payload={"release": release.pk}, at=at)


def publish_release(*, release: Release, user: "User", at: datetime) -> CourseEdition:
    """Publish every draft of a release as one edition, in one transaction, and return the edition that is current then.

    All or nothing: the whole list is checked before the first page is published. Of a release that is done already the
    edition is returned and nothing happens. Not to be called inside a transaction: it needs one of its own, which reads
    one state of the database and is tried again when another was quicker. Cost: about 60 queries a draft.

    `release` is as the caller knows it: changed by somebody since, it is not what this person releases.

    :raises SomebodyElseReleased: when it, or something in it, was published, changed or deleted since.
    :raises CannotRelease: when a draft is not fit to be published.
    :raises PermissionDenied: when this person may not publish one of the pages.
    :raises ReleaseRefused: when a guard objects.
    :raises ReleaseClosed: when it was discarded, or its time has not come.
    """
    edition = in_one_snapshot(lambda: _publish(release, user, at, is_due=False))
    release.refresh_from_db()
    return edition


def release_due(*, at: datetime) -> int:
    """Publish the releases whose time has come; return how many. One that cannot be done is stopped, and it is said.

    What goes wrong otherwise is logged and tried again the next time.
    """
    with transaction.atomic():  # for the length of the query only: it passes over what another worker is at
        due = list(
            Release.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("scheduled_by", "course")
            .filter(state=Release.State.SCHEDULED, due_at__lte=at)
            .order_by("due_at", "pk")
        )
    done = 0
    for release in due:
        try:
            _publish_scheduled(release, at)
            done += 1
        except _NotDueAnyMore:
            continue
        except ReleaseRefused as refused:
            stop_release(release=release, words="\n".join(refused.words), at=at)
        except Exception:
            logger.exception("Release %s could not be published; it is tried again.", release.public_id)
    return done


@transaction.atomic
def stop_release(*, release: Release, words: str, at: datetime) -> Release:
    """Stop a scheduled release that cannot be done, and tell who scheduled it. In another state, or changed, it stays."""
    locked = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if locked.state != Release.State.SCHEDULED or locked.changed_at != release.changed_at:
        return locked
    locked.state, locked.problem, locked.due_at = Release.State.STOPPED, words, None
    locked.save(update_fields=["state", "problem", "due_at"])
    locked.drafts.update(revision=None)
    post_message(
        kind=MAIL,
        key=f"{locked.public_id}:{at:%Y%m%d%H%M%S%f}",
        payload={"release": locked.pk, "person": locked.scheduled_by_id},
        at=at,
    )
    return locked


def check_some_drafts(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Check the next drafts of a large release: the step of the job `courses.release`. Whoever is last has it published.

    A draft that is not fit stops the release.
    """
    release = Release.objects.select_related("course", "scheduled_by").get(pk=payload["release"])
    if release.state != Release.State.SCHEDULED:
        return Step(cursor=cursor, done=0, finished=True)
    drafts = list(_drafts_of(release).filter(pk__gt=cursor).order_by("pk")[:_CHECKED_AT_ONCE])
    if not drafts:
        transaction.on_commit(_publish_soon, robust=True)
        return Step(cursor=cursor, done=0, finished=True)
    with _language_of(release.scheduled_by):
        problems = _problems(drafts)
        if problems:
            stop_release(release=release, words="\n".join(CannotRelease(problems).words), at=at)
    return Step(cursor=drafts[-1].pk, done=len(drafts), finished=bool(problems))


def count_drafts(payload: Mapping[str, Any]) -> int:
    """Return how many drafts a release has, for the progress bar."""
    return ReleaseDraft.objects.filter(release=payload["release"]).count()


_CHANGEABLE = (Release.State.DRAFT, Release.State.IN_REVIEW, Release.State.SCHEDULED, Release.State.STOPPED)


def _publish_soon() -> None:
    current_app.send_task("courses.tasks.publish_due_releases")  # by name: the task imports this module


def _publish_scheduled(release: Release, at: datetime) -> None:
    user = release.scheduled_by
    with _language_of(user):
        if user is None:
            raise ReleaseRefused([gettext("Who scheduled this release has no account any more.")])
        try:
            in_one_snapshot(lambda: _publish(release, user, at, is_due=True))
        except PermissionDenied:
            raise ReleaseRefused(
                [gettext("Who scheduled this release may no longer publish everything in it.")]
            ) from None


def _language_of(user: "User | None") -> Any:
    return translation.override(user.language if user else None)


def _publish(known: Release, user: "User", at: datetime, *, is_due: bool) -> CourseEdition:
    # The release, then the course, then pages: in this order everywhere, so nobody waits in a circle.
    release = Release.objects.select_for_update(of=("self",)).get(pk=known.pk)
    course = Course.objects.select_for_update(of=("self",), no_key=True).get(pk=release.course_id)
    if release.state == Release.State.RELEASED:
        return _edition_of(release, course)
    if release.state == Release.State.DISCARDED:
        raise _NotDueAnyMore if is_due else ReleaseClosed([gettext("This release was discarded.")])
    waits = release.state == Release.State.SCHEDULED and release.due_at is not None and release.due_at > at
    if is_due and (waits or release.state != Release.State.SCHEDULED or release.changed_at != known.changed_at):
        raise _NotDueAnyMore
    if waits:
        raise ReleaseClosed([gettext("This release waits for its time.")])
    if release.changed_at != known.changed_at:
        raise SomebodyElseReleased([gettext("This release was changed after you opened it. Look at it again.")])
    release.course = course
    course_page = _need_permission(course, user)
    drafts = list(_drafts_of(release))
    _need_nobody_else(release, course, drafts)
    _need_permissions(drafts, user)
    refused = [words for guard in _guards if (words := guard(release, user))]
    if refused:
        raise ReleaseRefused(refused)
    problems = _problems_of_previews(release, at) or _problems(drafts)
    if problems:
        raise CannotRelease(problems)
    for draft in drafts:
        assert draft.revision is not None  # `_need_nobody_else` saw to it
        draft.revision.publish(user=user)
    impossible = problem_after_publishing(course.key) if drafts else None
    if impossible:
        page, words = impossible
        raise CannotRelease([(page.pk, page.title, "required", words)])
    edition = settle(
        course_key=course.key,
        cause=CAUSE,
        at=at,
        user=user,
        bind_all=frozenset(release.bind_all),
        index_after_commit=True,
    )
    release.state, release.edition, release.problem = Release.State.RELEASED, edition, ""
    release.released_by, release.released_at, release.due_at = user, at, None
    release.save(update_fields=["state", "edition", "problem", "released_by", "released_at", "due_at"])
    release.drafts.update(revision=None)
    course.refresh_from_db(fields=["current_edition"])
    current = _edition_of(release, course)
    log(
        instance=course_page,
        action=LOG_ACTION,
        user=user,
        data={"release": str(release.public_id), "edition": current.number, "drafts": len(drafts)},
    )
    for follow_up in _follow_ups:
        follow_up(release, current, at)
    return current


def _edition_of(release: Release, course: Course) -> CourseEdition:
    edition = release.edition or course.current_edition
    if edition is None:
        raise ReleaseRefused([gettext("This course has nothing to release yet.")])
    return edition


def _drafts_of(release: Release) -> Any:
    return release.drafts.select_related("page__locale", "revision").order_by("page__path", "pk")


def _locked(release: Release, *states: str) -> Release:
    locked = Release.objects.select_for_update(of=("self",)).select_related("course").get(pk=release.pk)
    if locked.state not in states:
        words = {
            Release.State.RELEASED: gettext("This release is done already."),
            Release.State.DISCARDED: gettext("This release was discarded."),
            Release.State.IN_REVIEW: gettext("This release waits for a second person."),
            Release.State.SCHEDULED: gettext("This release waits for its time."),
        }
        raise ReleaseClosed(
            [words.get(Release.State(locked.state), gettext("This release is still being put together."))]
        )
    return locked


def _need_permission(course: Course, user: "User") -> CoursePage:
    page = course_page_of(course)
    if page is None:
        raise SomebodyElseReleased([gettext("The page of this course is gone.")])
    if not can_release(user, page):
        raise PermissionDenied
    return page


def _need_permissions(drafts: Iterable[ReleaseDraft], user: "User") -> None:
    locked = []
    for draft in drafts:
        page = draft.page
        assert page is not None  # `_need_nobody_else` saw to it
        if not page.permissions_for_user(user).can_publish():
            raise PermissionDenied
        if page.locked and page.locked_by_id != user.pk:
            locked.append(gettext("“%(title)s” is locked in the CMS.") % {"title": draft.title})
    if locked:
        raise ReleaseRefused(locked)


def _drafts(course: Course, release: Release, revisions: Sequence[tuple[Page, Revision]]) -> list[ReleaseDraft]:
    numbers = page_numbers_of(course)
    # Locked, so that the editor's automatic saving does not write into what is taken in.
    found = {
        revision.pk: revision
        for revision in Revision.objects.select_for_update(of=("self",))
        .filter(pk__in=[revision.pk for _, revision in revisions])
        .order_by("pk")
    }
    drafts = []
    for page, asked in revisions:
        revision = found.get(asked.pk)
        if revision is None or str(revision.object_id) != str(page.pk) or page.pk not in numbers:
            raise ReleaseRefused(
                [gettext("“%(title)s” is not a draft of this course any more.") % {"title": page.draft_title}]
            )
        if revision.created_at != asked.created_at:
            raise SomebodyElseReleased(
                [gettext("“%(title)s” was changed after it was looked at.") % {"title": page.draft_title}]
            )
        drafts.append(
            ReleaseDraft(
                release=release,
                page_id=page.pk,
                page_key=page.translation_key,
                title=str(revision.content.get("title") or page.draft_title)[:255],
                revision=revision,
                content_sha256=_digest(revision),
                published_before_at=page.last_published_at,
            )
        )
    return drafts


def _digest(revision: Revision) -> str:
    text = json.dumps(revision.content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _problems_of_previews(release: Release, at: datetime) -> list[tuple[int, str, str, str]]:
    """Return why drafts could not be frozen, or would not be part of the edition. Cost: as `drafts_of`."""
    problems = []
    for draft in drafts_of(release, at=at):
        problems += [(draft.page.pk, draft.title, name, words) for name, words in draft.problems]
        if draft.go_live_at is not None:
            # Wagtail would only schedule it, and take a page offline that has no revision of its live state.
            words = gettext("It has a time of its own, %(time)s. Take the time away, or leave it out of the release.")
            time_words = date_format(localtime(draft.go_live_at), "DATETIME_FORMAT")
            problems.append((draft.page.pk, draft.title, "go_live_at", words % {"time": time_words}))
    return problems


def _problems(drafts: Iterable[ReleaseDraft]) -> list[tuple[int, str, str, str]]:
    """Return why drafts are not fit to be published: (page number, title, field, words)."""
    problems = []
    for draft in drafts:
        if draft.revision is None:
            continue
        try:
            draft.revision.as_object().full_clean()
        except ValidationError as error:
            by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            problems += [
                (draft.page_id or 0, draft.title, name, words) for name, said in by_field.items() for words in said
            ]
    return problems


def _need_nobody_else(release: Release, course: Course, drafts: Sequence[ReleaseDraft]) -> None:
    """Refuse when something in the release is not as it was when it was put together. Cost: 2 to 4 queries."""
    numbers = page_numbers_of(course) if drafts else set()
    words = []
    for draft in drafts:
        values = {"title": draft.title}
        page, revision = draft.page, draft.revision
        if page is None or revision is None:
            words.append(gettext("“%(title)s” was deleted.") % values)
        elif page.pk not in numbers:
            words.append(gettext("“%(title)s” is in another course now.") % values)
        elif _digest(revision) != draft.content_sha256:
            words.append(gettext("The draft of “%(title)s” was changed after it was taken in.") % values)
        elif page.last_published_at != draft.published_before_at:
            words.append(gettext("“%(title)s” was published since.") % values)
    words += _changes_since(release, course, drafts)
    if words:
        raise SomebodyElseReleased(words)


def _changes_since(release: Release, course: Course, drafts: Sequence[ReleaseDraft]) -> list[str]:
    """Return in words what newer editions changed of what the release would publish. Another order is no conflict."""
    base, current = release.base_edition, course.current_edition
    if base is None or current is None or base.pk == current.pk:
        return []
    keys = {str(draft.page_key) for draft in drafts}
    languages = {draft.page.locale.language_code for draft in drafts if draft.page is not None}
    words: dict[str, None] = {}  # in order, each once: what is said of the source language is not said again
    for language in (course.source_language, *sorted(languages - {course.source_language})):
        for change in changes_between(base.manifest, current.manifest, language=language):
            is_listed = change.key in keys or (not change.key and not change.language and str(course.key) in keys)
            if is_listed and change.kind not in _ORDER:
                words[words_of(change)] = None
    return list(words)


_ORDER = {ChangeKind.ITEMS_REORDERED, ChangeKind.MODULES_REORDERED, ChangeKind.ITEM_MOVED}
