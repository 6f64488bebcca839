"""Mails to who told a story: that it arrived, and that it is published. In their language, each once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.operations.mailing import send_words_to
from case_studies.models import AppliedStory, CaseStudyPage
from case_studies.models.applied import MAIL
from courses.queries import serving


def mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `case_studies.story.mail`.

    Who has no address or no account by now gets none; nor is anybody told of a story that they took back since, or of a
    page that is down again.
    """
    story = AppliedStory.objects.select_related("learner", "course").filter(pk=payload["story"]).first()
    if story is None or story.learner is None or not story.is_with_editors:
        return
    learner = story.learner
    is_published = payload["what"] == "published"
    page = CaseStudyPage.objects.live().filter(translation_key=story.public_id).order_by("path").first()
    if not learner.is_active or not learner.email or (is_published and page is None):
        return
    with override(learner.language):
        values = {"course": serving.outline_of(story.course, learner.language).title}
        if is_published:
            subject = gettext("Your story is published")
            paragraphs = [
                gettext("What you told after the course “%(course)s” is a case study of this portal now."),
                gettext("You can read it, change how you are named, or take it back at any time."),
            ]
        else:
            subject = gettext("Your story arrived")
            paragraphs = [
                gettext("Thank you for telling what you did after the course “%(course)s”."),
                gettext("An editor reads it and may change its words. It is never published by itself."),
                gettext("You get a message when it is published. You can take it back at any time, before and after."),
            ]
        words = {
            "subject": subject,
            "paragraphs": [text % values for text in paragraphs],
            "button": gettext("See my story"),
            "link": settings.PORTAL_BASE_URL + reverse("progress:story", args=[story.public_id]),
            "reason": gettext("You get this message because you told a story on this site."),
        }
        send_words_to(learner, kind=MAIL, words=words)
