"""Saving what an organisation says of itself, so that reports of a past period read what was true then."""

from datetime import UTC, datetime

from django.db import transaction

from accounts.models import Organisation, OrganisationProfile

_SAID = ("name", "country", "sector", "size_band")
# Before the first change a profile holds since ever.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def save_organisation(*, organisation: Organisation, at: datetime) -> bool:
    """Save an organisation; return whether its profile changed. Saved unchanged, nothing is noted.

    With the first change two rows are written: what was true since ever, and what is from now on. Then one a change.
    """
    with transaction.atomic():
        before = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk).first()
        organisation.save()
        if before is None or all(getattr(before, name) == getattr(organisation, name) for name in _SAID):
            return False
        if not OrganisationProfile.objects.filter(organisation=organisation).exists():
            OrganisationProfile.objects.create(organisation=organisation, valid_from=_EVER, **_said(before))
        OrganisationProfile.objects.create(organisation=organisation, valid_from=at, **_said(organisation))
    return True


def _said(organisation: Organisation) -> dict[str, str]:
    return {name: getattr(organisation, name) for name in _SAID}
