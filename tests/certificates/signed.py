"""Certificates with badges for tests, as rows of their own: what issuing does is tested elsewhere.

certificate = issue(course)                          # an achievement with every field, of a learner with an address
badge = sign_badge(certificate=certificate, language="en", at=NOON)
results = verify_independently([("as signed", json.loads(badge.document))])
"""

import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Issuer
from accounts.queries.issuers import site_issuer
from certificates.models import Achievement, Certificate, StatusList, new_public_id
from certificates.operations.events import record_issues
from certificates.operations.status_lists import list_address
from certificates.queries.keys import did_document_of
from certificates.rules.achievements import achievement_of
from courses.models import Course
from foundation.rules.canonical import digest
from progress.models import Enrolment
from tests.certificates.payloads import full_payload
from tests.people import make_learner
from tests.progress.builders import enrol

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BASE_URL = "https://learn.example"
ROOT = Path(settings.BASE_DIR)
_SCRIPT = ROOT / "tests" / "certificates" / "independent" / "verify.mjs"
_PACKAGES = ROOT / "node_modules" / "@digitalbazaar"


def issue(
    course: Course, *, issuer: Issuer | None = None, email: str = "giulia@collina.example", **changes: Any
) -> Certificate:
    """Return a certificate of a new learner of a course, with a payload of `tests.certificates.payloads`."""
    return issue_for(enrol(course, make_learner(email=email)), issuer=issuer, **changes)


def issue_for(
    enrolment: Enrolment, *, issuer: Issuer | None = None, payload: dict[str, Any] | None = None, **changes: Any
) -> Certificate:
    public_id = new_public_id()
    if payload is None:
        payload = full_payload(public_id=public_id, number=f"CT-{public_id[:16].upper()}", **changes)
    certificate = Certificate.objects.create(
        public_id=payload["public_id"],
        number=payload["number"],
        enrolment=enrolment,
        issuer=issuer or site_issuer(),
        kind=payload["kind"],
        payload=payload,
        payload_sha256=digest(payload),
        achievement=_achievement(payload),
        issued_at=NOON,
        valid_until=date.fromisoformat(payload["valid_until"]) if payload["valid_until"] else None,
    )
    record_issues(certificates=[certificate], at=NOON)
    return certificate


def _achievement(payload: dict[str, Any]) -> Achievement | None:
    if payload["schema"] < 2:
        return None
    achievement, _is_new = Achievement.objects.get_or_create(
        key=payload["achievement"]["key"],
        defaults={"kind": payload["kind"], "body": achievement_of(payload), "first_issued_at": NOON},
    )
    return achievement


def published() -> dict[str, Any]:
    """Return what the site publishes now for verifiers, by address: DID documents and status lists."""
    lists = {
        list_address(entry.number): json.loads(entry.document) for entry in StatusList.objects.exclude(document="")
    }
    return lists | {issuer.did: did_document_of(issuer) for issuer in Issuer.objects.exclude(did="")}


def verify_independently(
    cases: list[tuple[str, Any]], *, documents: dict[str, Any] | None = None, now: str = "2026-11-26T12:00:00Z"
) -> dict[str, dict[str, Any]]:
    """Return what the @digitalbazaar libraries say of credentials, by the name of the case, from one process of Node.

    A case is (name, credential) or (name, credential, now).
    """
    if shutil.which("node") is None:
        pytest.skip("Node is not on this machine (Debian: nodejs npm): badges are not verified by other software.")
    if not _PACKAGES.exists():
        pytest.skip(
            "node_modules lacks @digitalbazaar (make test installs it): badges are not verified by other software."
        )
    asked = {
        "documents": published() if documents is None else documents,
        "cases": [
            {"name": name, "credential": credential, "now": rest[0] if rest else now}
            for name, credential, *rest in cases
        ],
    }
    answer = subprocess.run(
        ["node", str(_SCRIPT)], input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return {result["name"]: result for result in json.loads(answer.stdout)}
