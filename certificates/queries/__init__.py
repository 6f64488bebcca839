"""Reads of certificates. Each says what it costs in queries."""

from certificates.queries.counting import holder_count, issued_after
from certificates.queries.records import CertificateRule, certificate_lines, certificate_rule_of
from certificates.queries.showing import (
    certificate_by_public_id,
    certificates_of,
    certificates_of_enrolment,
    due_certificates_of,
    find_certificate,
    holder_name,
    is_shared,
    last_share_link_number,
    live_share_links,
    offers_certificate,
    own_certificate,
    own_enrolment,
    public_ids_of,
    qr_of,
    show_certificate,
    status_of,
)

__all__ = [
    "CertificateRule",
    "certificate_by_public_id",
    "certificate_lines",
    "certificate_rule_of",
    "certificates_of",
    "certificates_of_enrolment",
    "due_certificates_of",
    "find_certificate",
    "holder_count",
    "holder_name",
    "is_shared",
    "issued_after",
    "last_share_link_number",
    "live_share_links",
    "offers_certificate",
    "own_certificate",
    "own_enrolment",
    "public_ids_of",
    "qr_of",
    "show_certificate",
    "status_of",
]
