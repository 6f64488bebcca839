"""Certificates of the people in sight: what ends soon comes first."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.db.models import Case, CharField, DateField, F, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Lower

from certificates.models import Certificate, CertificateQuerySet
from cockpit.queries.scope import Sight

SOON = 60
"""Days: a certificate that ends within them is on the list of things to do."""
WITHIN = (60, 180)
SORTS = ("ends", "name", "title", "issued")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class CertificateChoice:
    """What the list is narrowed to, and how it is sorted. `within`: days until the end; 0 for all."""

    within: int = 0
    name: str = ""
    sort: str = ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.within or self.name)


@dataclass(frozen=True)
class CertificateList:
    rows: tuple[Certificate, ...]
    found: int
    page: int
    page_count: int


def standing(sight: Sight) -> QuerySet[Certificate]:
    """Return certificates in sight that were neither withdrawn nor replaced."""
    rows = cast(CertificateQuerySet, sight.certificates())
    return rows.not_withdrawn().filter(superseded_by=None)


def certificates_of(sight: Sight, *, today: date, language: str) -> QuerySet[Certificate]:
    """Return certificates in sight that stand, with `title`, `title_language`, `is_over` and `ends` (far off for no end).

    Withdrawn and replaced ones are left out. Join nothing more: holder and organisation are joined. No query of its own.
    """
    rows = standing(sight)
    title, own_language = KT(f"payload__texts__{language}__title"), KT(f"payload__texts__{language}__language")
    return (
        rows.select_related("enrolment__learner", "enrolment__organisation")
        .defer("payload")
        .annotate(
            title=Coalesce(Cast(title, TextField()), Value(""), output_field=CharField()),
            title_language=Coalesce(Cast(own_language, TextField()), Value(""), output_field=CharField()),
            is_over=Case(When(valid_until__lt=today, then=Value(True)), default=Value(False)),
            ends=Coalesce(F("valid_until"), Value(date.max), output_field=DateField()),
        )
    )


def chosen_certificates(
    rows: QuerySet[Certificate], chosen: CertificateChoice, *, today: date
) -> QuerySet[Certificate]:
    """Narrow and sort certificates: first, unless told otherwise, what ends soonest, and what is over last."""
    if chosen.within:
        rows = rows.filter(valid_until__gte=today, valid_until__lte=today + timedelta(days=chosen.within))
    if chosen.name:
        rows = rows.filter(enrolment__learner__display_name__icontains=chosen.name)
    word, is_down = chosen.sort.removeprefix("-"), chosen.sort.startswith("-")
    names = [Lower("enrolment__learner__display_name"), Lower("enrolment__learner__username")]
    choices: dict[str, list[Any]] = {
        "name": names,
        "title": [F("title")],
        "issued": [F("issued_at")],
        "ends": [F("ends")],
    }
    keys = choices.get(word, [F("is_over"), F("ends")])
    return rows.order_by(*(key.desc() if is_down else key.asc() for key in keys), "-pk" if is_down else "pk")


def certificate_list(
    sight: Sight, chosen: CertificateChoice, *, page: int, today: date, language: str
) -> CertificateList:
    """Return a page of certificates. Cost: 2 queries."""
    rows = chosen_certificates(certificates_of(sight, today=today, language=language), chosen, today=today)
    found = rows.count()
    page_count = max(1, -(-found // PAGE_SIZE))
    page = min(max(page, 1), page_count)
    return CertificateList(tuple(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), found, page, page_count)
