"""Release a course with what that does to learners: content, marks and the rule of the second person joined.

The content half is `courses.operations.releasing`, what becomes of marks `progress.operations.regrading` (decisions 0011
and 0012).

    release = put_together(course=course, user=sofia, public_id=uuid4(), revisions=chosen, policies={quiz: policy}, at=now)
    ask_second_person(release=release, user=sofia, at=now)
    agree(release=release, user=ruth, stamp=stamp_of(release), at=later)

Whatever way a release goes out, `objection_to_release` is asked in its transaction: by a button, at a set time, from a
large release's job.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from accounts.models import User
from courses.models import Course, CourseEdition, Release
from courses.operations import releasing as content
from courses.operations.drafts import drafts_of, manifest_after
from courses.operations.releasing import ReleaseRefused
from courses.queries.releasing import course_page_of, others_who_may_release
from courses.rules.changes_certificates import differing_places
from foundation.models import Job
from foundation.rules.canonical import digest
from progress.operations.regrading import plan_regrades
from progress.operations.release_mailing import mail_about
from progress.queries.certifying import certified_quizzes
from progress.rules.regrading import Policy, needs_reason, needs_second_person

DELAY = timedelta(hours=24)
"""How long a release waits that needs a second person where there is none: time for an operator to stop it."""

_SAYS_ON_CERTIFICATES = ("coursepage", "quizpage", "assignmentpage")

OPERATORS = "Operators"
"""The group of those who run the site."""


class NeedsSecondPerson(ReleaseRefused):
    """What was chosen needs somebody else's agreement, or the delay of a team of one."""


class NeedsReason(ReleaseRefused):
    """What was chosen needs a reason."""


class ChangedMeanwhile(ReleaseRefused):
    """The release is not what this person looked at."""


class NothingToRelease(ReleaseRefused):
    """No draft is taken in, and no mark would be given anew."""


def put_together(
    *,
    course: Course,
    user: User,
    public_id: UUID,
    revisions: Sequence[tuple[Page, Revision]],
    at: datetime,
    policies: Mapping[UUID | str, Policy] | None = None,
    bind_all: Iterable[str] = (),
    completes: bool = False,
    note: str = "",
    reason: str = "",
    due_at: datetime | None = None,
) -> Release:
    """Save a release under its public id, anew or again, with what it decides about marks; return it.

    `due_at`: a time that was thought of; it goes out then only once it is scheduled.
    A form sent twice is one release. What was agreed before is taken back: it was agreed to something else.

    :raises ReleaseClosed: when it is over.
    :raises ReleaseRefused: see `courses.operations.releasing.save_release`.
    """
    known = Release.objects.filter(public_id=public_id, course=course).first()
    try:
        with transaction.atomic():
            release = content.save_release(
                course=course,
                user=user,
                revisions=revisions,
                bind_all=bind_all,
                completes=completes,
                note=note,
                reason=reason,
                release=known,
                public_id=public_id,
                at=at,
            )
            release.due_at = due_at
            release.save(update_fields=["due_at"])
            plan_regrades(release=release, policies=policies or {}, user=user)
    except IntegrityError:
        if known is not None or not Release.objects.filter(public_id=public_id, course=course).exists():
            raise
        # The same form, sent twice: the other one was quicker.
        return put_together(
            course=course,
            user=user,
            public_id=public_id,
            revisions=revisions,
            policies=policies,
            bind_all=bind_all,
            completes=completes,
            note=note,
            reason=reason,
            due_at=due_at,
            at=at,
        )
    return release


def release_course(*, release: Release, user: User, at: datetime) -> Job | CourseEdition:
    """Release now, where nobody else has to agree. Return the edition, or the job of a release of more than 50 drafts.

    :raises NeedsSecondPerson: where somebody else has to.
    :raises NeedsReason: where the reason is missing.
    :raises NothingToRelease: where nothing would happen.
    :raises ReleaseRefused: see `courses.operations.releasing.publish_release`.
    """
    _need_something(release)
    if second_person_needed(release) and release.approved_at is None:
        raise NeedsSecondPerson([_("Somebody else has to agree to this release before it goes out.")])
    return content.start_release(release=release, user=user, at=at)


def release_at(*, release: Release, user: User, due_at: datetime, at: datetime) -> Release:
    """Have a release go out at a set time, where nobody else has to agree.

    :raises NeedsSecondPerson: where somebody else has to.
    """
    _need_something(release)
    if second_person_needed(release) and release.approved_at is None:
        raise NeedsSecondPerson([_("Somebody else has to agree to this release before it goes out.")])
    return content.schedule_release(release=release, user=user, due_at=due_at, at=at)


def ask_second_person(*, release: Release, user: User, at: datetime, due_at: datetime | None = None) -> Release:
    """Ask those who may to look at a release and agree, by mail and on the first page of the CMS.

    `due_at`: when it is to go out then; None: as soon as somebody agreed.

    :raises NeedsReason: where the reason is missing.
    :raises NothingToRelease: where nothing would happen.
    :raises ReleaseClosed: when it is not being put together.
    """
    _need_something(release)
    _need_reason(release)
    with transaction.atomic():
        asked = content.ask_review(release=release, user=user, due_at=due_at, at=at)
        mail_about(asked, "asked", others(asked), at=at)
    return asked


def release_after_delay(*, release: Release, user: User, at: datetime, due_at: datetime | None = None) -> Release:
    """Have a release go out 24 hours from now, or later, where a second person is needed and there is none.

    The operators are told at once, and can stop it until then.

    :raises NeedsSecondPerson: where there is somebody who could agree.
    """
    _need_something(release)
    _need_reason(release)
    if others(release).exists():
        raise NeedsSecondPerson([_("Somebody else may publish this course: ask them to agree.")])
    with transaction.atomic():
        content.ask_review(release=release, user=user, due_at=None, at=at)
        later = max(at + DELAY, due_at or at)
        waiting = content.schedule_release(release=release, user=user, due_at=later, at=at)
        mail_about(waiting, "delayed", _operators(), at=at)
    return waiting


def agree(*, release: Release, user: User, stamp: str, at: datetime) -> Release:
    """Agree to a release as `stamp` says it was looked at, and have it go out: now, or at its time. Return it.

    :raises ChangedMeanwhile: when it is another than that.
    :raises courses.operations.releasing.OwnRelease: for who put it together or changed it last.
    :raises ReleaseRefused: when it cannot be published; the agreement is kept then.
    """
    with transaction.atomic():
        locked = Release.objects.select_for_update(of=("self",)).select_related("course").get(pk=release.pk)
        if locked.state == Release.State.RELEASED:
            return locked
        if stamp_of(locked) != stamp:
            raise ChangedMeanwhile([_("This release was changed after you opened it. Look at it again.")])
        due_at, is_new = locked.due_at, locked.approved_at is None
        approved = content.approve_release(release=locked, user=user, at=at)
        if due_at is not None and due_at > at:
            approved = content.schedule_release(release=approved, user=user, due_at=due_at, at=at)
        if is_new:  # pressed again because it could not go out: the author knows
            mail_about(approved, "agreed", _authors(approved), at=at)
    if approved.state == Release.State.IN_REVIEW:
        content.start_release(release=approved, user=user, at=at)
        approved.refresh_from_db()
    return approved


def send_back(*, release: Release, user: User, stamp: str, words: str, at: datetime) -> Release:
    """Do not agree, and say what should be different: the release is being put together again.

    :raises NeedsReason: without words.
    :raises ChangedMeanwhile: when it is not what this person looked at.
    """
    if not words.strip():
        raise NeedsReason([_("Say what should be different.")])
    with transaction.atomic():
        locked = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
        if stamp_of(locked) != stamp:
            raise ChangedMeanwhile([_("This release was changed after you opened it. Look at it again.")])
        sent_back = content.send_back(release=release, user=user, words=words.strip(), at=at)
        mail_about(sent_back, "sent-back", _authors(sent_back), at=at)
    return sent_back


def give_up(*, release: Release, user: User, at: datetime) -> Release:
    """Discard a release, or stop one that waits. Its drafts stay drafts.

    :raises ReleaseClosed: when it went out.
    """
    return content.discard_release(release=release, user=user, at=at)


def says_otherwise(release: Release) -> bool:
    """Return whether a release would change what a certificate of its course says, or takes. Cost: 2 to 60 queries.

    Only the course page and the steps that are assessed can; of any other release it is known at once.
    """
    edition = Course.objects.select_related("current_edition").get(pk=release.course_id).current_edition
    if edition is None or not edition.manifest["course"]["certificates"]:
        return False
    kinds = release.drafts.filter(page__content_type__model__in=_SAYS_ON_CERTIFICATES)
    if not kinds.exists():
        return False
    at = release.changed_at or release.created_at
    after = manifest_after(release.course, drafts_of(release, at=at))
    return after is not None and bool(differing_places(edition.manifest, after))


def objection_to_release(release: Release, user: User) -> str | None:
    """Return in words why a release may not go out because of what it does to marks, or None. The guard of a release.

    A second person agreed, or nobody else may publish the course and 24 hours have passed since the operators were told.
    """
    if not release.regrades.exclude(policy=Policy.KEEP).exists():
        return None
    if reason_needed(release) and not release.reason.strip():
        return _("A reason is needed: marks are changed that a certificate rests on, or that may fall.")
    if marks_need_second_person(release) and not _is_agreed(release) and not _has_waited(release):
        return _("Somebody else has to agree to this release before it goes out.")
    return None


def object_afterwards(release: Release, edition: CourseEdition, at: datetime) -> None:
    """Refuse, in its transaction, what only shows once its drafts are out, where nobody agreed.

    That is a release whose own drafts make a certificate rest on marks that it changes, and one that changes what a
    certificate says: compared with the edition before, whatever way it goes out.

    :raises ReleaseRefused: where somebody has to agree and nobody did.
    """
    if release.released_by is not None and (words := objection_to_release(release, release.released_by)):
        raise ReleaseRefused([words])
    if release.edition_id is None or _is_agreed(release) or _has_waited(release):
        return
    before = CourseEdition.objects.filter(course=release.course_id, number=edition.number - 1).first()
    if before is not None and differing_places(before.manifest, edition.manifest):
        raise ReleaseRefused([_("Somebody else has to agree: a certificate of this course would say something else.")])


def second_person_needed(release: Release) -> bool:
    """Return whether somebody else has to agree to a release: to marks, or to what a certificate says.

    Cost: 2 or 3 queries, and those of `says_otherwise`.
    """
    return marks_need_second_person(release) or says_otherwise(release)


def marks_need_second_person(release: Release) -> bool:
    """Return whether somebody else has to agree to what a release decides about marks. Cost: 2 or 3 queries."""
    certified = _certified(release)
    return any(
        needs_second_person(Policy(policy), carries_certificate=str(key) in certified)
        for key, policy in _planned(release)
    )


def reason_needed(release: Release) -> bool:
    """Return whether a release needs a reason. Cost: 2 or 3 queries."""
    certified = _certified(release)
    return any(
        needs_reason(Policy(policy), carries_certificate=str(key) in certified) for key, policy in _planned(release)
    )


def others(release: Release) -> QuerySet[User]:
    """Return who else may publish the course of a release: neither put it together nor changed it last."""
    page = course_page_of(release.course)
    if page is None:
        return User.objects.none()
    own = [pk for pk in (release.created_by_id, release.changed_by_id) if pk is not None]
    return others_who_may_release(page, None).exclude(pk__in=own)


def stamp_of(release: Release) -> str:
    """Return the digest of what somebody agrees to: drafts, decisions, words, time. Cost: 2 queries."""
    return digest(
        {
            "release": str(release.public_id),
            "state": release.state,
            "drafts": [list(pair) for pair in release.drafts.order_by("page").values_list("page", "content_sha256")],
            "policies": [[str(key), policy] for key, policy in _planned(release)],
            "bind_all": sorted(release.bind_all),
            "completes": release.completes,
            "words": [release.note, release.reason],
            "changed_at": str(release.changed_at),
            "due_at": str(release.due_at),
        }
    )


def _is_agreed(release: Release) -> bool:
    own = (release.created_by_id, release.changed_by_id)
    return release.approved_at is not None and release.approved_by_id not in own


def _has_waited(release: Release) -> bool:
    """Return whether a release of a team of one has waited: its time came 24 hours or more after the operators knew."""
    if release.state not in {Release.State.SCHEDULED, Release.State.RELEASED} or release.review_asked_at is None:
        return False
    goes_out = release.due_at or release.released_at
    return goes_out is not None and goes_out - release.review_asked_at >= DELAY and not others(release).exists()


def _planned(release: Release) -> list[tuple[UUID, str]]:
    return list(release.regrades.exclude(policy=Policy.KEEP).order_by("item_key").values_list("item_key", "policy"))


def _certified(release: Release) -> Set[str]:
    course = Course.objects.select_related("current_edition").get(pk=release.course_id)
    return certified_quizzes(course, course.current_edition.manifest if course.current_edition else None)


def _need_something(release: Release) -> None:
    if not release.drafts.exists() and not _planned(release):
        raise NothingToRelease([_("Nothing would change: tick a draft, or choose what becomes of marks.")])


def _need_reason(release: Release) -> None:
    if reason_needed(release) and not release.reason.strip():
        raise NeedsReason([_("Say why marks are changed.")])


def _authors(release: Release) -> QuerySet[User]:
    return User.objects.filter(pk__in=[pk for pk in (release.created_by_id, release.changed_by_id) if pk])


def _operators() -> QuerySet[User]:
    return User.objects.filter(groups__name=OPERATORS, is_active=True).distinct()
