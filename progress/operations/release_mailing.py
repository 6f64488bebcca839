"""Mails to editors about a release: to who may agree to it, back to who put it together, to the operators.

A message names the release and the person; words, address and right are those of the moment of sending.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.models import User
from accounts.operations import send_words
from courses.models import Release
from courses.queries.releasing import can_release, course_page_of
from foundation.operations import post_messages
from progress.queries.releases import said_name, said_time, titles_of

MAIL = "progress.release.mail"


def mail_about(release: Release, what: str, people: Iterable[User], *, at: datetime) -> None:
    """Have people told of a release by mail, after this transaction: `asked`, `agreed`, `sent-back` or `delayed`.

    Of a delay the contact address of the site is told too: an operator need not have an account here.
    """
    told = {str(person.pk): person.pk for person in people}
    payloads: dict[str, dict[str, Any]] = {
        f"{release.public_id}:{what}:{name}:{at.timestamp():.6f}": {
            "release": release.pk,
            "person": pk,
            "what": what,
            "words": release.problem if what == "sent-back" else "",
        }
        for name, pk in told.items()
    }
    if what == "delayed" and settings.PORTAL_CONTACT_EMAIL:
        payloads[f"{release.public_id}:{what}:contact:{at.timestamp():.6f}"] = {
            "release": release.pk,
            "person": None,
            "what": what,
            "words": "",
        }
    post_messages(kind=MAIL, payloads=payloads, at=at)


def mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `progress.release.mail`.

    Who has no address, no account or no right by now gets none; nor is anybody asked who need not answer any more.
    """
    release = Release.objects.select_related("course", "created_by", "approved_by").get(pk=payload["release"])
    what = payload["what"]
    page = course_page_of(release.course)
    if page is None or not _is_news(release, what):
        return
    if payload["person"] is None:
        address, language = settings.PORTAL_CONTACT_EMAIL, settings.LANGUAGE_CODE
    else:
        person = User.objects.filter(pk=payload["person"], is_active=True).exclude(email="").first()
        if person is None or (what != "delayed" and not can_release(person, page)):
            return
        address, language = person.email, person.language
    with override(language):
        words = _words(release, what, payload["words"])
        words |= {
            "button": gettext("Open the release"),
            "link": settings.PORTAL_BASE_URL + reverse("progress_release_page", args=[release.public_id]),
        }
        send_words(address=address, language=language, words=words)


def _is_news(release: Release, what: str) -> bool:
    if what == "asked":
        return release.state == Release.State.IN_REVIEW
    if what == "delayed":
        return release.state == Release.State.SCHEDULED
    return True


def _words(release: Release, what: str, answer: str) -> dict[str, Any]:
    """Return the subject, the paragraphs and the reason of a mail, in the language in force."""
    values = {
        "title": titles_of([release.course.key]).get(release.course.key, ""),
        "person": said_name(release.created_by),
        "approver": said_name(release.approved_by),
        "answer": answer,
        "reason": release.reason,
        "time": said_time(release.due_at) if release.due_at else "",
    }
    if what == "asked":
        paragraphs = [
            gettext(
                "%(person)s put a release of the course “%(title)s” together and asks somebody else to look at it."
            ),
            gettext("It goes out when a second person agrees."),
        ]
        subject = gettext("Please check a release: %(title)s")
        why = gettext("You get this message because you may publish this course.")
    elif what == "delayed":
        paragraphs = [
            gettext(
                "%(person)s put a release of the course “%(title)s” together that changes marks already given, or what a "
                "certificate says."
            ),
            gettext("Nobody else may publish this course, so it goes out by itself on %(time)s."),
            gettext("If something is wrong with that, open the release and stop it before then."),
        ]
        subject = gettext("A release goes out on %(time)s: %(title)s")
        why = gettext("You get this message because you run this site.")
    elif what == "sent-back":
        paragraphs = [gettext("Your release of the course “%(title)s” was sent back to you."), gettext("%(answer)s")]
        subject = gettext("Sent back to you: %(title)s")
        why = gettext("You get this message because you put this release together.")
    else:
        paragraphs = [
            gettext("%(approver)s agreed to your release of the course “%(title)s”. It goes out on %(time)s.")
            if values["time"]
            else gettext("%(approver)s agreed to your release of the course “%(title)s”. It goes out now.")
        ]
        subject = gettext("Agreed: %(title)s")
        why = gettext("You get this message because you put this release together.")
    if what in {"asked", "delayed"} and release.reason:
        paragraphs.append(gettext("The reason given: %(reason)s"))
    return {"subject": subject % values, "paragraphs": [words % values for words in paragraphs], "reason": why}
