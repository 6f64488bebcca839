"""The issuer as it stands on a certificate: what it says of itself now, its logo frozen. So is a project's emblem."""

import hashlib
import io
import logging

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from accounts.models import Issuer as IssuerRow
from accounts.models import Project
from accounts.queries.emblems import NotAnEmblem, emblem_of
from accounts.queries.issuers import site_issuer
from accounts.rules.issuers import is_demonstration
from certificates.models import SigningKey
from certificates.rules.facts import Emblem, Issuer, Logo

logger = logging.getLogger(__name__)


def issuer_row(key: str) -> IssuerRow:
    """Return the issuer that the terms of a certificate name; the site's own where they name none. Cost: 1 query.

    A partner that is gone is not replaced by the site: its certificates say a name that nobody gave away.

    :raises IssuerRow.DoesNotExist: if there is none of this key.
    """
    return IssuerRow.objects.get(key=key) if key else site_issuer()


def issuer_facts(row: IssuerRow) -> Issuer:
    """Return what an issuer says of itself, with its logo put into the `frozen` storage. Cost: 1 query."""
    has_key = SigningKey.objects.filter(issuer=row, retired_at=None, removed_at=None).exists()
    return Issuer(
        key=row.key,
        name=row.legal_name,
        country=row.country,
        region=row.region,
        site=settings.PORTAL_SITE_NAME,
        base_url=settings.PORTAL_BASE_URL,
        is_demo=is_demonstration(row, has_key=has_key, is_demo_site=settings.PORTAL_MODE == "demo"),
        did=row.did,
        identifier=(row.identifier_kind, row.identifier) if row.identifier_kind and row.identifier else None,
        street=row.street,
        postcode=row.postcode,
        locality=row.locality,
        website=row.website,
        email=row.email,
        logo=_frozen_logo(row),
        quality=row.quality_statement,
    )


def frozen_emblem(project: Project) -> Emblem | None:
    """Return the emblem of a project, put into the `frozen` storage; None where it has none that can be shown. No query."""
    try:
        file = emblem_of(project)
    except NotAnEmblem as error:
        logger.warning("The emblem of the project %s is not shown on certificates: %s.", project.public_id, error)
        return None
    if file is None:
        return None
    picture = _frozen(file.data, file.media_type, file.width, file.height)
    return Emblem(name=project.funder or project.name, picture=picture)


def _frozen_logo(row: IssuerRow) -> Logo | None:
    """Keep the bytes of the logo under their digest; None where there is none, or its file is lost or no picture."""
    if not row.logo:
        return None
    try:
        with row.logo.open("rb") as file:
            data: bytes = file.read()
        with Image.open(io.BytesIO(data)) as picture:
            media_type = Image.MIME.get(picture.format or "", "")
            width, height = picture.size
    except OSError:
        return None
    return _frozen(data, media_type, width, height)


def _frozen(data: bytes, media_type: str, width: int, height: int) -> Logo:
    picture = Logo(sha256=hashlib.sha256(data).hexdigest(), media_type=media_type, width=width, height=height)
    storage = storages["frozen"]
    if not storage.exists(picture.storage_name) or storage.size(picture.storage_name) != len(data):
        storage.delete(picture.storage_name)  # what is left of a write that a full disk cut off
        storage.save(picture.storage_name, ContentFile(data))
    return picture
