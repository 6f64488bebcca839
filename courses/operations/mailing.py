"""The one mail about courses: a scheduled release that could not be done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.models import User
from courses.models import Release
from courses.queries.releasing import course_page_of


def mail_about_stopped_release(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `courses.release.mail`: tell who scheduled a release, in their language.

    Somebody without an address, or without an account by now, gets none: the CMS says it too. So does a release that
    was put together anew since.
    """
    person = User.objects.filter(pk=payload["person"], is_active=True).exclude(email="").first()
    release = Release.objects.select_related("course").get(pk=payload["release"])
    page = course_page_of(release.course)
    if person is None or page is None or release.state != Release.State.STOPPED:
        return
    with override(person.language):
        words = {
            "title": page.draft_title,
            "reasons": release.problem,
            "link": settings.PORTAL_BASE_URL + reverse("wagtailadmin_explore", args=[page.pk]),
            "site_name": settings.PORTAL_SITE_NAME,
        }
        EmailMessage(
            subject=gettext("The release of “%(title)s” was stopped") % {"title": page.draft_title},
            body=render_to_string("courses/mail/release_stopped.txt", words),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[person.email],
        ).send()
