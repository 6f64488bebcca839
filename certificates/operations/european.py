"""The European Learning Model file of a certificate: made when it is asked for, of its frozen payload and its PDF."""

import base64
import json
from datetime import datetime

from certificates.models import Certificate
from certificates.operations.badges import end_of_day
from certificates.operations.printing import document_of
from certificates.printing import picture_of_page
from certificates.queries.logos import logo_of
from certificates.rules.elm import NotExportable, elm_document, languages_of, missing_of

PICTURE_PIXELS = 1000
"""Width of the picture of page 1 in each language: A4 landscape at 86 dots per inch, readable and half as large."""


def european_file(*, certificate: Certificate, language: str, at: datetime) -> str:
    """Return the European Learning Model file of a certificate, unsigned, as JSON; `language` first where it speaks it.

    It has a picture of the first page for each language in which the course has words of its own, so each such PDF is
    printed unless it is kept already; printing takes some tenths of a second, and so does a picture. Nothing is kept of the file itself.

    :raises certificates.rules.elm.NotExportable: if the certificate is older than badges or names no country.
    :raises certificates.printing.NotPrinted: if a picture cannot be made now; `NoPrinter` where it never can.
    """
    payload = certificate.payload
    missing = missing_of(payload)
    if missing:
        raise NotExportable(missing)
    pictures = {}
    for code in languages_of(payload):
        pdf = document_of(certificate=certificate, language=code, at=at)
        pictures[code] = [_base64(picture_of_page(pdf, width=PICTURE_PIXELS))]
    logo = logo_of(payload)
    document = elm_document(
        payload,
        pictures,
        language=language,
        valid_until=end_of_day(payload["valid_until"]),
        logo=_base64(logo) if logo else "",
    )
    return json.dumps(document, ensure_ascii=False)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
