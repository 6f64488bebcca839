"""The PDF of a certificate: printed from its frozen payload alone, kept under its SHA-256, made again when missing."""

import base64
import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.template.loader import render_to_string

from certificates.models import Certificate, CertificateDocument
from certificates.operations.badges import NoBadge, sign_badge
from certificates.operations.keys import KeyMissing
from certificates.printing import Enclosed, NoPrinter, print_page
from certificates.queries.badges import holds_latest_badge
from certificates.queries.logos import emblem_of, logo_of
from certificates.rules.qr import qr_path
from certificates.rules.sheets import Sheet, sheet_of
from certificates.rules.weave import weave_path

logger = logging.getLogger(__name__)

BADGE_MEDIA_TYPE = "application/vc"


def document_of(*, certificate: Certificate, language: str, at: datetime) -> bytes:
    """Return the PDF of a certificate in a language, made now if it was not made before or its file is damaged.

    It is kept once it is whole, with the signed badge inside and the pictures it names: until then it is made each time.
    One whose badge does not count any more, as its key was removed, is made anew.

    :raises certificates.printing.NotPrinted: if it cannot be made now; `NoPrinter` where it never can.
    """
    documents = CertificateDocument.objects.filter(certificate=certificate, language=language)
    document = documents.order_by("-made_at", "-pk").first()
    if document is not None and holds_latest_badge(document):
        kept = _read(document)
        if kept is not None:
            return kept
    badge = _badge_text(certificate, language, at)
    payload = certificate.payload
    logo, emblem = logo_of(payload), emblem_of(payload)
    pdf = print_certificate(payload, language, badge=badge or "", logo=logo, emblem=emblem)
    named = ((logo, payload["issuer"].get("logo")), (emblem, payload.get("emblem")))
    if badge is not None and all(picture is not None or not name for picture, name in named):
        sha256 = hashlib.sha256(pdf).hexdigest()
        _keep(CertificateDocument(certificate=certificate, language=language, sha256=sha256, made_at=at), pdf)
    return pdf


def print_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.pdf`, of the time when PDFs were made ahead.

    On a machine that cannot print the message is done: there is nothing to wait for, and the page says so in words.
    """
    certificate = Certificate.objects.get(pk=payload["certificate"])
    try:
        document_of(certificate=certificate, language=payload["language"], at=at)
    except NoPrinter:
        logger.info("No PDF of certificates on this machine: Pango is not installed.")


def print_certificate(
    payload: Mapping[str, Any],
    language: str,
    *,
    badge: str = "",
    logo: bytes | None = None,
    emblem: bytes | None = None,
) -> bytes:
    """Return the PDF of a payload in a language: the same bytes each time.

    `badge` is the signed text that travels inside, `logo` and `emblem` the pictures that the payload names.

    :raises certificates.printing.NotPrinted: if it cannot be made.
    """
    pages = certificate_pages(payload, language, logo=logo, emblem=emblem)
    enclosed = None
    if badge:
        enclosed = Enclosed(
            name=f"{payload['number']}.json",
            media_type=BADGE_MEDIA_TYPE,
            text=badge,
            description=f"Open Badge {payload['number']}",
            made_at=payload["issued_at"],
        )
    digest = hashlib.sha256("\n".join((*pages, badge)).encode()).hexdigest()
    return print_page(pages, identifier=digest[:32], enclosed=enclosed)


def certificate_pages(
    payload: Mapping[str, Any], language: str, *, logo: bytes | None = None, emblem: bytes | None = None
) -> tuple[str, ...]:
    """Return the page as it is set on one sheet, then with a face and a sheet for everything, the fullest face first.

    Each is complete in itself, pictures as `data:` addresses.
    """
    sheet = sheet_of(payload, language)
    pictures = _pictures(sheet, payload, logo, emblem)
    one = {"columns": sheet.columns, "fine": sheet.fine, "foot": sheet.foot, "support": sheet.support}
    more = {"foot": sheet.short_foot, "table": sheet.table, "is_short": True}
    faces = [{"columns": columns, "support": sheet.short_support} for columns in sheet.faces]
    if sheet.support:
        faces.insert(0, faces[0] | {"support": sheet.support})
    return (
        _page(sheet, pictures, one | {"is_short": False}),
        *(_page(sheet, pictures, face | more) for face in faces),
    )


def _badge_text(certificate: Certificate, language: str, at: datetime) -> str | None:
    """Return the signed badge, signed now if it was not; empty for what is older than badges, None if it cannot be now."""
    try:
        return sign_badge(certificate=certificate, language=language, at=at).document
    except NoBadge:
        return ""
    except KeyMissing:
        return None


def _page(sheet: Sheet, pictures: Mapping[str, str], parts: Mapping[str, Any]) -> str:
    context = {"sheet": sheet, "pictures": pictures, "signature": sheet.signature, **parts}
    return render_to_string("certificates/print/certificate.html", context)


def _pictures(sheet: Sheet, payload: Mapping[str, Any], logo: bytes | None, emblem: bytes | None) -> dict[str, str]:
    size, path = qr_path(sheet.address)
    drawn = {"look": sheet.look, "stamp": sheet.stamp}
    return {
        "sheet": _drawing("sheet", **drawn, is_first=True, weave=weave_path(sheet.number, upright=True)),
        "next_sheet": _drawing("sheet", **drawn, is_first=False),
        "weave": _drawing("weave", path=weave_path(sheet.number)),
        "qr": _drawing("qr", size=size, path=path),
        "line": _drawing("line"),
        "mark": _drawing("mark"),
        "logo": _address(payload["issuer"].get("logo"), logo),
        "emblem": _address(payload.get("emblem"), emblem),
    }


def _address(picture: Mapping[str, Any] | None, data: bytes | None) -> str:
    media_type = (picture or {}).get("media_type", "")
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}" if data else ""


def _drawing(name: str, **values: Any) -> str:
    svg = render_to_string(f"certificates/print/{name}.svg", values).strip()
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _read(document: CertificateDocument) -> bytes | None:
    """Return the bytes of a document, or None where the file is missing or not what it was: never half a file."""
    try:
        with storages["frozen"].open(document.storage_name) as file:
            pdf: bytes = file.read()
    except OSError:
        return None
    return pdf if hashlib.sha256(pdf).hexdigest() == document.sha256 else None


def _keep(document: CertificateDocument, pdf: bytes) -> None:
    """Store the file, then the row that names it: a row without file would be a promise."""
    storage = storages["frozen"]
    if _read(document) is None:
        storage.delete(document.storage_name)  # what is left of a write that a full disk cut off
        storage.save(document.storage_name, ContentFile(pdf))
    CertificateDocument.objects.bulk_create(
        [document],
        update_conflicts=True,
        unique_fields=["certificate", "language", "sha256"],
        update_fields=["made_at"],
    )
