"""What readers say is wrong or unclear: filed without an account, answered or closed by an editor, deleted in time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import check_for_language, get_language_from_path, gettext, override
from wagtail.log_actions import log

from accounts.models import User
from accounts.operations import send_words
from courses.models import ContentReport
from courses.queries.reports import ReportedPage
from foundation.operations import post_message

MAIL = "courses.report.answer"
ANSWERED = "courses.report.answered"
CLOSED = "courses.report.closed"
"""In the history of the page a report was about; `report` is its public id."""

KEPT_FOR = timedelta(days=365)


class AlreadyEnded(Exception):
    """The report was answered or closed before, perhaps by somebody else."""


def file_report(
    *, public_id: UUID, about: ReportedPage, kind: str, text: str, email: str, at: datetime
) -> ContentReport:
    """Keep what a reader says of a page. Sent again with the same id, it changes nothing. Cost: at most 3 queries."""
    report, _is_new = ContentReport.objects.get_or_create(
        public_id=public_id,
        defaults={
            "page": about.page,
            "page_key": about.key,
            "course": about.course,
            "edition_number": about.edition,
            "language": about.language,
            "title": about.title,
            "path": about.path,
            "kind": kind,
            "text": text,
            "email": email,
            "created_at": at,
        },
    )
    return report


def answer_report(*, report: ContentReport, answer: str, by: User, at: datetime) -> None:
    """End a report with an answer, sent to the address that was given, if any. The address is erased here at once.

    :raises AlreadyEnded: if it is over.
    """
    with transaction.atomic():
        held = _hold(report)
        address = held.email
        _end(held, ContentReport.State.ANSWERED, answer=answer, by=by, at=at)
        if address:
            # The message empties itself once it is sent.
            post_message(kind=MAIL, key=str(held.public_id), payload={"report": held.pk, "address": address}, at=at)


def close_report(*, report: ContentReport, by: User, at: datetime) -> None:
    """End a report without an answer. An address that was given is erased.

    :raises AlreadyEnded: if it is over.
    """
    with transaction.atomic():
        _end(_hold(report), ContentReport.State.CLOSED, answer="", by=by, at=at)


def delete_old_reports(*, at: datetime) -> int:
    """Delete the reports that were answered or closed a year ago or more; return how many."""
    count, _kinds = ContentReport.objects.filter(ended_at__lte=at - KEPT_FOR).delete()
    return count


def mail_answer(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `courses.report.answer`: tell who wrote, in the language they wrote in."""
    report = ContentReport.objects.filter(pk=payload["report"]).first()
    if report is None:
        return
    language = get_language_from_path(report.path) or report.language
    language = language if check_for_language(language) else settings.LANGUAGE_CODE
    with override(language):
        words = {
            "subject": gettext("An answer to what you told us: %(title)s") % {"title": report.title},
            "paragraphs": [
                gettext("You told us about the page “%(title)s”:") % {"title": report.title},
                f"“{report.text}”",
                gettext("Our answer:"),
                report.answer,
                gettext("We have deleted your address now. An answer to this message would not reach us."),
            ],
            "button": gettext("Open the page"),
            "link": settings.PORTAL_BASE_URL + report.path,
            "reason": gettext("You get this message because somebody gave this address to be answered at."),
        }
        send_words(address=payload["address"], language=language, words=words)


def _hold(report: ContentReport) -> ContentReport:
    held = ContentReport.objects.select_for_update(of=("self",)).select_related("page").get(pk=report.pk)
    if held.state != ContentReport.State.OPEN:
        raise AlreadyEnded
    return held


def _end(report: ContentReport, state: str, *, answer: str, by: User, at: datetime) -> None:
    report.state, report.answer, report.email = state, answer, ""
    report.ended_at, report.ended_by = at, by
    report.save(update_fields=["state", "answer", "email", "ended_at", "ended_by"])
    if report.page is not None:
        action = ANSWERED if state == ContentReport.State.ANSWERED else CLOSED
        log(instance=report.page.specific_deferred, action=action, user=by, data={"report": str(report.public_id)})
