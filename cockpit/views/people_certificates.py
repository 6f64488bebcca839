"""Certificates of my people: what runs out soon comes first."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Look
from accounts.rules.sight import Sees
from cockpit.queries.people_certificates import (
    SORTS,
    WITHIN,
    CertificateChoice,
    certificate_list,
    certificates_of,
    chosen_certificates,
)
from cockpit.rules.people_sheet import Cell
from cockpit.views.managing import PLACE, ManagerRequest, manages
from cockpit.views.people import address_without, direction_of, next_sort
from cockpit.views.people_files import csv_answer
from cockpit.views.people_looks import note

_LONGEST_PAGE_NUMBER = 6  # digits
_AT_ONCE = 2000
_WORDS = (PLACE, "within", "q", "sort", "page")


@manages(Sees.ENROLMENTS)
@never_cache
@require_safe
def certificates(request: ManagerRequest) -> HttpResponse:
    """List the certificates of people in sight."""
    sight, chosen = request.sight, _chosen(request)
    number = request.GET.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) <= _LONGEST_PAGE_NUMBER else 1
    today, language = localdate(sight.at), get_language() or "en"
    found = certificate_list(sight, chosen, page=page, today=today, language=language)
    note(sight, Look.Kind.LIST, [row.enrolment.learner_id for row in found.rows])
    labels = {"name": _("Name"), "title": _("Certificate"), "issued": _("Issued"), "ends": _("Valid until")}
    context = {
        "found": found,
        "chosen": chosen,
        "within": [(days, str(days)) for days in WITHIN],
        "columns": [
            (word, labels[word], next_sort(word, chosen.sort), direction_of(word, chosen.sort)) for word in labels
        ],
        "today": today,
        "query": address_without(request.GET, _WORDS, "page"),
        "sort_query": address_without(request.GET, _WORDS, "page", "sort"),
        "page_language": language,
    }
    return render(request, "cockpit/managers/certificates.html", context)


@manages(Sees.ENROLMENTS)
@never_cache
@require_safe
def certificates_csv(request: ManagerRequest) -> HttpResponseBase:
    """Give the filtered list as CSV."""
    headings = [
        _("Name"),
        _("Organisation"),
        _("Certificate"),
        _("Kind"),
        _("Number"),
        _("Issued"),
        _("Valid until"),
    ]
    return csv_answer(request, "certificates", headings, _lines(request))


def _lines(request: ManagerRequest) -> Iterator[Sequence[Cell]]:
    sight, today = request.sight, localdate(request.sight.at)
    rows = certificates_of(sight, today=today, language=get_language() or "en")
    piece = []
    for row in chosen_certificates(rows, _chosen(request), today=today).iterator(chunk_size=_AT_ONCE):
        piece.append(row)
        if len(piece) == _AT_ONCE:
            yield from _cells(request, piece)
            piece = []
    yield from _cells(request, piece)


def _cells(request: ManagerRequest, piece: Sequence[Any]) -> Iterator[Sequence[Cell]]:
    note(request.sight, Look.Kind.EXPORT, [row.enrolment.learner_id for row in piece])
    for row in piece:
        organisation = row.enrolment.organisation
        yield (
            row.enrolment.learner.get_short_name(),
            organisation.name if organisation else "",
            row.title,
            str(row.get_kind_display()),
            row.number,
            localdate(row.issued_at),
            row.valid_until,
        )


def _chosen(request: ManagerRequest) -> CertificateChoice:
    sent = request.GET
    within, sort = sent.get("within", ""), sent.get("sort", "")
    return CertificateChoice(
        within=int(within) if within in {str(days) for days in WITHIN} else 0,
        name=sent.get("q", "").replace("\0", "").strip()[:100],
        sort=sort if sort.removeprefix("-") in SORTS else "",
    )
