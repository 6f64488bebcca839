"""What the demo holds, in the shape that scripts around the portal read (`manage.py demo --json`)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Membership
from case_studies.queries import cards as case_cards
from certificates.models import Certificate
from certificates.queries.showing import live_share_links, status_of
from courses.models import Course
from courses.queries import serving
from courses.rules.addresses import course_address
from portal.loading.organising import demo_links
from portal.loading.people import ACCOUNTS, FOLDER
from portal.models import LoadedObject

_LANGUAGE = settings.LANGUAGE_CODE


def demo_summary(*, at: datetime) -> dict[str, Any]:
    """Return accounts, courses, case studies, certificates and join links of the demo, with whole addresses."""
    with override(_LANGUAGE):
        return {
            "accounts": _accounts(),
            "courses": _courses(),
            "case_studies": [
                {"title": card.page.title, "url": _whole(card.url)} for card in case_cards(language=_LANGUAGE)
            ],
            "certificates": _certificates(at),
            "join_links": [
                {"url": _whole(reverse("cockpit:join", args=[link.token])), "organisation": link.organisation.name}
                for link in demo_links()
            ],
        }


def _whole(path: str) -> str:
    return settings.PORTAL_BASE_URL + path


def _accounts() -> list[dict[str, Any]]:
    memberships = Membership.objects.filter(end_date=None).select_related("user", "organisation").order_by("pk")
    return [
        {
            "username": account.username,
            "role": account.role,
            "organisations": [
                membership.organisation.name
                for membership in memberships
                if membership.user.username == account.username
            ],
        }
        for account in ACCOUNTS
    ]


def _courses() -> list[dict[str, Any]]:
    courses = Course.objects.filter(cards__language=_LANGUAGE).order_by("cards__position", "pk")
    outlines = [serving.outline_of(course, _LANGUAGE) for course in courses]
    return [
        {"key": outline.course_key, "title": outline.title, "url": _whole(course_address(outline, _LANGUAGE))}
        for outline in outlines
    ]


def _certificates(at: datetime) -> list[dict[str, Any]]:
    people = LoadedObject.objects.filter(source__startswith=f"{FOLDER}accounts/").values_list("object_id", flat=True)
    certificates = Certificate.objects.filter(enrolment__learner_id__in=list(people)).order_by("issued_at", "pk")
    return [_certificate(certificate, at) for certificate in certificates]


def _certificate(certificate: Certificate, at: datetime) -> dict[str, Any]:
    """Return a certificate with the addresses of its files, which its share link opens: valid, withdrawn, expired or replaced."""
    links = live_share_links(certificate, at=at)

    page = _whole(reverse("certificates:show", args=[certificate.public_id]))

    def file(address: str) -> str | None:
        return f"{address}?share={links[0].token}" if links else None

    return {
        "public_id": certificate.public_id,
        "number": certificate.number,
        "url": page,
        "pdf": file(_whole(reverse("certificates:pdf", args=[certificate.public_id]))),
        "badge": file(f"{page}badge.json"),
        "elm": file(f"{page}elm.json"),
        "status": status_of(certificate, today=timezone.localdate(at)).state,
        "holder": certificate.payload["holder"]["name"],
    }
