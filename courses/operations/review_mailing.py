"""Mails about reviews of pages: one waits for a reviewer, it was approved, or it was sent back with words.

They take the place of Wagtail's own, which go out before the act is kept, in the language of the CMS. A message names
the step of the review and the person; words, address and right are those of the moment of sending.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, override
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState

from accounts.models import User
from accounts.operations.mailing import send_words_to
from foundation.operations import post_messages

MAIL = "courses.review.mail"
ASKED, APPROVED, SENT_BACK = "asked", "approved", "sent_back"
_WANTS = {ASKED: "submitted", APPROVED: "approved", SENT_BACK: "rejected"}
"""What somebody can switch off in the CMS, under their own account, by the field that keeps it."""


def mail_reviewers(step: TaskState, *, by: User | None) -> None:
    """Have those told who may approve a page, but for the one who asked. Cost: 4 queries."""
    task = step.task.specific
    if not isinstance(task, AbstractGroupApprovalTask):
        return
    reviewers = User.objects.filter(Q(groups__in=task.groups.all()) | Q(is_superuser=True), is_active=True).distinct()
    _post(step, ASKED, (person for person in reviewers if person != by), at=step.started_at)


def mail_who_asked(step: TaskState, what: str, *, by: User | None) -> None:
    """Have the one told who asked for a review: `approved` or `sent_back`. Nobody is told what they did themselves."""
    person = step.workflow_state.requested_by
    if person is not None and person != by:
        _post(step, what, [person], at=step.finished_at or step.started_at)


def mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `courses.review.mail`.

    Who has no address, no account or no right by now gets none, nor who switched it off; nobody is asked for a review
    that is over.
    """
    step = TaskState.objects.filter(pk=payload["step"]).select_related("workflow_state__requested_by").first()
    person = User.objects.filter(pk=payload["person"], is_active=True).exclude(email="").first()
    page = step.workflow_state.content_object if step else None
    if step is None or person is None or not isinstance(page, Page) or not _is_told(person, step, payload["what"]):
        return
    with override(person.language):
        words = _words(step, page.draft_title or page.title, payload["what"])
        words |= {
            "button": gettext("Open the page"),
            "link": settings.PORTAL_BASE_URL + reverse("wagtailadmin_pages:edit", args=[page.pk]),
        }
        send_words_to(person, kind=MAIL, words=words)


def _post(step: TaskState, what: str, people: Iterable[User], *, at: datetime) -> None:
    payloads = {
        f"{step.pk}:{what}:{person.pk}": {"step": step.pk, "what": what, "person": person.pk} for person in people
    }
    post_messages(kind=MAIL, payloads=payloads, at=at)


def _is_told(person: User, step: TaskState, what: str) -> bool:
    profile = getattr(person, "wagtail_userprofile", None)
    if profile is not None and not getattr(profile, f"{_WANTS[what]}_notifications"):
        return False
    if what == ASKED:
        return bool(TaskState.objects.reviewable_by(person).filter(pk=step.pk).exists())
    return person.has_perm("wagtailadmin.access_admin")


def _words(step: TaskState, title: str, what: str) -> dict[str, Any]:
    """Return the subject, the paragraphs and the reason of a mail, in the language in force."""
    nobody = gettext("somebody")
    if what == ASKED:
        asker = str(step.workflow_state.requested_by or nobody)
        return {
            "subject": gettext("To review: %(title)s") % {"title": title},
            "paragraphs": [
                gettext("%(name)s asks for a review of the page “%(title)s”.") % {"name": asker, "title": title}
            ],
            "reason": gettext("You get this message because you review pages of this site."),
        }
    values = {"name": str(step.finished_by or nobody), "title": title}
    if what == APPROVED:
        subject = gettext("Approved: %(title)s")
        said = gettext("%(name)s approved the page “%(title)s”.")
    else:
        subject = gettext("Sent back: %(title)s")
        said = gettext("%(name)s sent the page “%(title)s” back to you. Change it, and ask for a review again.")
    comment = [gettext("The reviewer's words:"), f"“{step.comment}”"] if step.comment else []
    return {
        "subject": subject % {"title": title},
        "paragraphs": [said % values, *comment],
        "reason": gettext("You get this message because you asked for a review of this page."),
    }
