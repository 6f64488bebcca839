"""Who wrote what certificates say: who saved a draft in which that part is another than before.

Saving a page again is not writing its certificates anew. The editor of the CMS keeps a draft in the name of whoever opens
a page, so the one who only reads and approves has saved it too (decision 0020).
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from wagtail.models import Page, PageLogEntry, Revision, TaskState

from courses.models import CoursePage, LearningPathPage
from courses.rules.certificate_terms import comparable_terms, frozen_terms, frozen_text

Said = tuple[Any, ...]
"""What a page says on certificates, or what they take by it; the same value where the same is said."""

_FACTS = ("hours", "level", "eqf_level")
_OF_A_COMPETENCE = ("framework", "version", "code", "level")


def agreed_by_another(revision: Revision | None) -> bool:
    """Return whether somebody approved a revision in a review who wrote nothing of what it says on certificates.

    Who submitted it is never the second person, and what was submitted must say the same on certificates. Cost: 1 query; where somebody approved it 2 more, and about 4 for each
    draft that was kept since what was published before.
    """
    if revision is None:
        return False
    of_page = Revision.page_revisions.filter(object_id=revision.object_id)
    # An approval is of the draft that is the latest then, which may be a later one than was submitted.
    later = of_page.filter(created_at__gt=revision.created_at, created_at__lte=OuterRef("finished_at"))
    approvals = list(
        TaskState.objects.filter(
            ~Exists(later),
            workflow_state__base_content_type=revision.base_content_type_id,
            workflow_state__object_id=revision.object_id,
            status=TaskState.STATUS_APPROVED,
            finished_by__isnull=False,
            finished_at__gte=revision.created_at,
        ).select_related("revision", "workflow_state")
    )
    if not approvals:
        return False
    said, authors = said_on_certificates(revision.as_object()), _authors(revision)
    return any(
        approval.finished_by_id not in authors
        and approval.finished_by_id != approval.workflow_state.requested_by_id
        # What was submitted is what somebody was asked to look at.
        and (approval.revision == revision or said_on_certificates(approval.revision.as_object()) == said)
        for approval in approvals
    )


def said_on_certificates(
    page: Page,
    *,
    definitions: Iterable[Any] | None = None,
    outcomes: Iterable[Any] | None = None,
    competences: Iterable[Any] | None = None,
    courses: Iterable[Any] | None = None,
) -> Said:
    """Return what a page in memory says on certificates; children that are not given are its own.

    Certificates and outcomes are known by what they say: a draft that was never published gives them another key each
    time it is saved. Cost: 1 query for each issuer that is named.
    """
    if isinstance(page, CoursePage):
        own = competences if competences is not None else page.competences.all()
        return (
            _of_certificates(definitions if definitions is not None else page.certificate_definitions.all()),
            sorted(child.text for child in (outcomes if outcomes is not None else page.outcomes.all())),
            sorted(repr([getattr(child, name) for name in _OF_A_COMPETENCE]) for child in own),
            [getattr(page, name) for name in _FACTS],
        )
    if isinstance(page, LearningPathPage):
        taken = courses if courses is not None else sorted(page.courses.all(), key=lambda row: row.sort_order or 0)
        return (
            _of_certificates(definitions if definitions is not None else page.certificate_definitions.all()),
            [child.course_id for child in taken],
            page.eqf_level,
        )
    return (bool(getattr(page, "needed_for_achievement", False)),)


def said_in_latest_draft(page: Page) -> Said | None:
    """Return what the latest draft of a page says on certificates, None of a page without one. Cost: about 4 queries."""
    revision = Revision.page_revisions.filter(pk=page.latest_revision_id).first() if page.pk else None
    return said_on_certificates(revision.as_object()) if revision else None


def _authors(revision: Revision) -> set[int | None]:
    """Return who saved a draft that says something else on certificates than the one before it.

    Beginning with what was published before this revision; where that is not known, whoever saved the first one wrote it.
    """
    published = (
        PageLogEntry.objects.filter(page=revision.object_id, action="wagtail.publish", revision__isnull=False)
        .exclude(revision=revision.pk)
        .select_related("revision")
        .order_by("-timestamp", "-pk")
        .first()
    )
    drafts = Revision.page_revisions.filter(object_id=revision.object_id, created_at__lte=revision.created_at)
    before: Said | None = None
    if published is not None and published.revision is not None:
        before = said_on_certificates(published.revision.as_object())
        drafts = drafts.filter(created_at__gt=published.revision.created_at)
    authors = set()
    kept = {draft.pk: draft for draft in drafts.order_by("created_at", "pk")} | {revision.pk: revision}
    for draft in kept.values():
        said = said_on_certificates(draft.as_object())
        if said != before:
            authors.add(draft.user_id)
        before = said
    return authors


def _of_certificates(definitions: Iterable[Any]) -> list[str]:
    rows = [definition.frozen_columns() for definition in definitions]
    return sorted(repr([sorted(frozen_text(row).items()), comparable_terms(frozen_terms(row))]) for row in rows)
