"""Certificates in a file: what each kind says, as `content/README.md` has it."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from courses.models.vocabularies import AssessmentType, CertificateKind, CertificateLayout, ParticipationMode
from courses.rules.micro_credentials import unfit_terms
from portal.loading.fields import Node
from portal.loading.identity import inner_id

_TEXTS = {
    "criteria": 600,
    "assessment_text": 300,
    "eqf_reason": 300,
    "quality_text": 600,
    "quality_reviewer": 120,
    "prerequisites_text": 300,
    "stackability": 300,
    "further_information": 300,
    "signatory_name": 120,
    "signatory_role": 120,
}
"""Texts that may be left out, and their greatest length in characters."""


def read_certificates(node: Node, key: UUID) -> list[dict[str, Any]]:
    """Return the values of the certificates of a page, participation first. `key`: what their lasting ids are made from."""
    found = node.node("certificates")
    if found is None:
        return []
    certificates = []
    for kind in CertificateKind.values:
        certificate = found.node(kind)
        if certificate is not None:
            certificates.append(_certificate(certificate, kind, key))
    found.finish()
    return certificates


def _certificate(node: Node, kind: str, key: UUID) -> dict[str, Any]:
    types = node.choices("assessment_types", AssessmentType.values) if "assessment_types" in node.content else []
    values: dict[str, Any] = {
        "translation_key": inner_id(key, "certificate", kind),
        "kind": kind,
        "statement": node.text("statement", longest=300),
        **{name: node.text(name, longest=longest, default="") for name, longest in _TEXTS.items()},
        # In the order in which a form keeps them, so that a form that is saved without a change changes nothing.
        "assessment_types": [code for code in AssessmentType.values if code in types],
        "mode": node.choice("mode", ParticipationMode.values, default=""),
        "layout": node.choice("layout", CertificateLayout.values, default=CertificateLayout.WOVEN),
        "validity_months": node.whole("validity_months", low=0, high=240, default=0),
        "recertification_months": node.whole("recertification_months", low=0, high=60, default=0),
        "ects": _credits(node),
    }
    for name, words in unfit_terms(values):
        node.problem(name, words)
    node.finish()
    return values


def _credits(node: Node) -> Decimal | None:
    value = node.take("ects", None)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1000:
        node.problem("ects", f"This must be a number of credits, such as 1 or 2.5, not {value!r}.")
        return None
    return Decimal(str(value)).quantize(Decimal("0.1"))
