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
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from certificates.models import Certificate, CertificateDocument
from certificates.printing import NoPrinter, print_page
from certificates.rules.payload import address_for, text_for
from certificates.rules.qr import qr_path
from certificates.rules.weave import weave_path

logger = logging.getLogger(__name__)

# Longest texts, in characters, that each size of print takes on one or two lines.
_NAME_SIZES = ((26, ""), (40, " name--long"), (70, " name--longer"))
_LONGEST_NAMES = " name--longest"
_LONG_TITLE = 60


def document_of(*, certificate: Certificate, language: str, at: datetime) -> bytes:
    """Return the PDF of a certificate in a language, made now if it was not made before or its file is damaged.

    :raises certificates.printing.NotPrinted: if it cannot be made now; `NoPrinter` where it never can.
    """
    documents = CertificateDocument.objects.filter(certificate=certificate, language=language)
    document = documents.order_by("-made_at", "-pk").first()
    if document is not None:
        kept = _read(document)
        if kept is not None:
            return kept
    pdf = print_certificate(certificate.payload, language)
    document = CertificateDocument(
        certificate=certificate, language=language, sha256=hashlib.sha256(pdf).hexdigest(), made_at=at
    )
    _keep(document, pdf)
    return pdf


def print_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.pdf`.

    On a machine that cannot print the message is done: there is nothing to wait for, and the page says so in words.
    """
    certificate = Certificate.objects.get(pk=payload["certificate"])
    try:
        document_of(certificate=certificate, language=payload["language"], at=at)
    except NoPrinter:
        logger.info("No PDF of certificates on this machine: Pango is not installed.")


def print_certificate(payload: Mapping[str, Any], language: str) -> bytes:
    """Return the PDF of a payload in a language: the same bytes each time.

    :raises certificates.printing.NotPrinted: if it cannot be made.
    """
    html = certificate_html(payload, language)
    return print_page(html, identifier=hashlib.sha256(html.encode()).hexdigest()[:32])


def certificate_html(payload: Mapping[str, Any], language: str) -> str:
    """Return the page that is printed: complete in itself, drawings as `data:` addresses."""
    text = text_for(payload, language)
    size, path = qr_path(address_for(payload, language))
    base_url = payload["address"].partition("/{language}/")[0]
    name, title = payload["holder"]["name"], text["title"]
    return render_to_string(
        "certificates/print/certificate.html",
        {
            "payload": payload,
            "text": text,
            "lines": text["lines"],
            "name_size": next((style for length, style in _NAME_SIZES if len(name) <= length), _LONGEST_NAMES),
            "title_size": mark_safe(' class="title--long"') if len(title) > _LONG_TITLE else "",
            "course_lang": format_html(' lang="{}"', text["language"]) if text["language"] != text["words"] else "",
            "verify_address": f"{base_url}/{language}/verify/".partition("://")[2],
            "sheet": _drawing("sheet", weave=weave_path(payload["number"], upright=True), is_demo=payload["is_demo"]),
            "qr": _drawing("qr", size=size, path=path),
            "line": _drawing("line"),
            "mark": _drawing("mark"),
        },
    )


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
