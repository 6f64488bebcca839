"""Takes the demo away again: its people, their records, its cases. Real courses and pages stay."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models import ProtectedError, Q
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from accounts.models import Cluster, ClusterMembership, Issuer, Organisation, Project, User
from case_studies.models import AppliedStory, CaseStudyPage
from case_studies.models.applied import MAIL as STORY_MAIL
from certificates.models import (
    Achievement,
    Badge,
    Certificate,
    CertificateDocument,
    CertificateEvent,
    CertificateRequest,
    HolderName,
    LogEntry,
    LogHead,
    ShareLink,
    SigningKey,
    StatusList,
    StatusPlace,
)
from certificates.operations.chaining import chain_events
from certificates.operations.keys import delete_secret
from courses.models import ContentReport, Release, ReleaseDraft
from courses.operations.review_mailing import MAIL as REVIEW_MAIL
from foundation.models import Job, OutboxMessage
from portal.loading.case_studies import FOLDER as CASES
from portal.loading.issuers import PARTNER, SITE
from portal.loading.ledger import Say
from portal.loading.people import FOLDER as PEOPLE
from portal.loading.releases import release_numbers
from portal.loading.removing_managing import remove_managing
from portal.loading.sections import COLLECTION, GROUP
from portal.loading.stories import report_numbers
from portal.models import LoadedObject
from progress.models import (
    Attempt,
    CourseCompletion,
    Enrolment,
    HandMark,
    HandMarkComment,
    ItemCompletion,
    Judgement,
    JudgementComment,
    MarkEvent,
    MarkingTask,
    Notice,
    ReadingPosition,
    Regrade,
    Response,
    Submission,
    SubmittedFile,
)
from progress.models.assignments import submission_storage


class StillNeeded(Exception):
    """Records of real people rest on something of the demo; nothing was removed."""


# Rows that rest on an enrolment, and the way to it; what rests on another row comes before it.
_RECORDS: tuple[tuple[type[models.Model], str], ...] = (
    (CertificateRequest, "certificate__enrolment"),
    (CertificateEvent, "certificate__enrolment"),
    (Badge, "certificate__enrolment"),
    (StatusPlace, "certificate__enrolment"),
    (CertificateDocument, "certificate__enrolment"),
    (ShareLink, "certificate__enrolment"),
    (Certificate, "enrolment"),
    (HolderName, "enrolment"),
    (CourseCompletion, "enrolment"),
    (ItemCompletion, "enrolment"),
    (Notice, "enrolment"),
    (MarkingTask, "enrolment"),
    (JudgementComment, "judgement__submission__enrolment"),
    (Judgement, "submission__enrolment"),
    (SubmittedFile, "submission__enrolment"),
    (Submission, "enrolment"),
    (HandMarkComment, "hand_mark__attempt__enrolment"),
    (HandMark, "attempt__enrolment"),
    (MarkEvent, "attempt__enrolment"),
    (Response, "attempt__enrolment"),
    (Attempt, "enrolment"),
    (ReadingPosition, "enrolment"),
)


def remove_demo(*, at: datetime, say: Say) -> int:
    """Remove what the demo made and what its people did with it, in one transaction; return how many accounts went.

    :raises StillNeeded: if a real person's record rests on it, such as an enrolment through a demo organisation.
    """
    try:
        with transaction.atomic():
            people = User.objects.filter(pk__in=_loaded(f"{PEOPLE}accounts/"))
            was_logged = _empty_log(people)
            _remove_records(people)
            _remove_issuers()
            _remove_releases()
            _remove_stories(people)
            # What waits to be written to people of the demo about reviews of their pages.
            OutboxMessage.objects.filter(
                kind=REVIEW_MAIL, payload__person__in=list(people.values_list("pk", flat=True))
            ).delete()
            _remove_section()
            if was_logged:
                chain_events(at=at, looks_everywhere=True)
            account_count = people.count()
            organisations = Organisation.objects.filter(pk__in=_loaded(f"{PEOPLE}organisations/"))
            clusters = Cluster.objects.filter(pk__in=_loaded(f"{PEOPLE}clusters/"))
            remove_managing(
                people, organisations, clusters, Project.objects.filter(pk__in=_loaded(f"{PEOPLE}projects/"))
            )
            people.delete()
            ClusterMembership.objects.filter(Q(organisation__in=organisations) | Q(cluster__in=clusters)).delete()
            organisations.delete()
            clusters.delete()
            case_count = _remove_cases()
            LoadedObject.objects.filter(Q(source__startswith=PEOPLE) | Q(source__startswith=CASES)).delete()
    except ProtectedError as error:
        rows = sorted({str(row._meta.verbose_name) for row in error.protected_objects})
        raise StillNeeded(
            f"Something that is not of the demo rests on it ({', '.join(rows)}). Nothing was removed."
        ) from error
    if was_logged:
        say("The log of certificates begins anew: heads that were published of it before do not fit it any more.")
    say(f"{account_count} demo accounts and {case_count} invented case studies removed, with all that rested on them.")
    return account_count


def _loaded(prefix: str) -> list[str]:
    return list(LoadedObject.objects.filter(source__startswith=prefix).values_list("object_id", flat=True))


def _empty_log(people: "models.QuerySet[User]") -> bool:
    """Take the whole log away where something of the demo is in it: a chain has no links that can be left out."""
    if not LogEntry.objects.filter(event__certificate__enrolment__learner__in=people).exists():
        return False
    heads = [head.isoformat() for head in LogHead.objects.values_list("day", flat=True)]
    OutboxMessage.objects.filter(kind="certificates.witness", key__in=heads).delete()
    LogHead.objects.all().delete()
    LogEntry.objects.all().delete()
    return True


def _remove_issuers() -> None:
    """Remove the demo's issuers, but for one that awarded something to somebody who is not of the demo."""
    Achievement.objects.filter(certificates=None).delete()
    for issuer in Issuer.objects.filter(pk__in=[pk for source in (SITE, PARTNER) for pk in _loaded(source)]):
        if issuer.certificates.exists():
            continue
        StatusList.objects.filter(issuer=issuer).delete()
        for key in SigningKey.objects.filter(issuer=issuer):
            transaction.on_commit(partial(delete_secret, key_id=key.key_id))
            key.delete()
        if issuer.logo:
            transaction.on_commit(partial(issuer.logo.storage.delete, str(issuer.logo.name)))
        issuer.delete()


def _remove_records(people: "models.QuerySet[User]") -> None:
    enrolments = _by_number(Enrolment.objects.filter(learner__in=people))
    _remove_messages(enrolments)
    for document in CertificateDocument.objects.filter(certificate__enrolment__in=enrolments):
        transaction.on_commit(partial(storages["frozen"].delete, document.storage_name))
    files = SubmittedFile.objects.filter(submission__enrolment__in=enrolments).exclude(file="")
    for stored in set(files.values_list("file", flat=True)):
        transaction.on_commit(partial(submission_storage().delete, stored))
    for model, way in _RECORDS:
        rows = model._default_manager.filter(**{f"{way}__in": enrolments})
        if model is Certificate:
            _remove_certificates(Certificate.objects.filter(enrolment__in=enrolments))
        else:
            _by_number(rows).delete()
    enrolments.delete()


def _by_number(rows: Any) -> Any:
    """Return the same rows, named one by one.

    A deletion by conditions inside conditions, of tables whose figures PostgreSQL has not gathered yet, may be planned as
    every row against every other, and take hours.
    """
    return rows.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))


def _remove_section() -> None:
    """Remove the partner's group; its folder too where nothing was put into it."""
    Group.objects.filter(pk__in=_loaded(GROUP)).delete()
    for collection in Collection.objects.filter(pk__in=_loaded(COLLECTION)):
        files = (get_image_model(), get_document_model())
        if not any(model.objects.filter(collection=collection).exists() for model in files):
            collection.delete()


def _remove_releases() -> None:
    """Remove the demo's releases, and drafts that wait for one. The editions of the course stay: they are its history."""
    releases = Release.objects.filter(public_id__in=release_numbers())
    regrades = Regrade.objects.filter(release__in=releases)
    names = [*map(str, regrades.values_list("public_id", flat=True)), *map(str, release_numbers())]
    drafts = list(ReleaseDraft.objects.filter(release__in=releases).select_related("page", "revision"))
    regrades.delete()
    releases.delete()
    Job.objects.filter(kind__startswith="progress.", key__in=names).delete()
    for name in names:
        OutboxMessage.objects.filter(key__startswith=name).delete()
    for draft in drafts:
        _take_draft_back(draft)


def _take_draft_back(draft: ReleaseDraft) -> None:
    """Bring a page back to what is published, where nobody changed the draft since."""
    page, revision = draft.page, draft.revision
    if page is None or revision is None:
        return
    if page.latest_revision_id == revision.pk:
        page.latest_revision, page.draft_title, page.has_unpublished_changes = page.live_revision, page.title, False
        page.latest_revision_created_at = page.live_revision.created_at if page.live_revision else None
        # Only what a draft writes, so that no course is flagged.
        page.save(
            update_fields=["latest_revision", "draft_title", "has_unpublished_changes", "latest_revision_created_at"],
            clean=False,
        )
    revision.delete()


def _remove_certificates(certificates: "models.QuerySet[Certificate]") -> None:
    """Remove certificates, the latest of each chain first: one that was replaced is protected by its successor."""
    while certificates.exists():
        certificates.filter(pk__in=list(certificates.filter(superseded_by=None).values_list("pk", flat=True))).delete()


def _remove_messages(enrolments: "models.QuerySet[Enrolment]") -> None:
    requests = CertificateRequest.objects.filter(certificate__enrolment__in=enrolments)
    names = [
        *map(str, enrolments.values_list("public_id", flat=True)),
        *Certificate.objects.filter(enrolment__in=enrolments).values_list("public_id", flat=True),
        *map(str, requests.values_list("public_id", flat=True)),
    ]
    for name in names:
        own = Q(kind__startswith="certificates.") | Q(kind__startswith="progress.")
        OutboxMessage.objects.filter(own, key__startswith=name).delete()


def _remove_stories(people: "models.QuerySet[User]") -> None:
    """Remove what the demo's people told, with the pages made of it, and the demo's reports of readers."""
    stories = AppliedStory.objects.filter(learner__in=people)
    for public_id in list(stories.values_list("public_id", flat=True)):
        for page in CaseStudyPage.objects.filter(translation_key=public_id):
            page.delete()
        OutboxMessage.objects.filter(kind=STORY_MAIL, key__startswith=str(public_id)).delete()
    stories.delete()
    ContentReport.objects.filter(public_id__in=report_numbers()).delete()


def _remove_cases() -> int:
    keys = CaseStudyPage.objects.filter(pk__in=_loaded(CASES)).values_list("translation_key", flat=True)
    cases = list(CaseStudyPage.objects.filter(translation_key__in=list(keys)))
    for case in cases:
        case.delete()
    return len(cases)
