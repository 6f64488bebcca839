"""Certificates with badges for tests, as rows of their own: what issuing does is tested elsewhere.

certificate = issue(email="giulia@collina.example")   # an achievement with every field
badge = sign_badge(certificate=certificate, language="en", at=NOON)
results = verify_independently([("as signed", json.loads(badge.document))])
"""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Issuer, User
from accounts.queries.issuers import site_issuer
from certificates.models import Achievement, Certificate, StatusList, new_public_id
from certificates.operations.status_lists import list_address
from certificates.queries.keys import did_document_of
from certificates.rules.achievements import achievement_of
from progress.models import Enrolment
from tests.certificates.payloads import full_payload
from tests.certificates.rows import make_bare_course, make_certificate
from tests.people import make_learner

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BASE_URL = "https://learn.example"
ROOT = Path(settings.BASE_DIR)
_SCRIPT = ROOT / "tests" / "certificates" / "independent" / "verify.mjs"
_PACKAGES = ROOT / "node_modules" / "@digitalbazaar"


def issue(
    *,
    email: str = "",
    language: str = "en",
    issuer: Issuer | None = None,
    payload: dict[str, Any] | None = None,
    learner: User | None = None,
    **changes: Any,
) -> Certificate:
    """Return a certificate of a new learner; `changes` are those of `full_payload`."""
    if payload is None:
        public_id = new_public_id()
        payload = full_payload(public_id=public_id, number=f"CT-{public_id[:16].upper()}", **changes)
    learner = learner or make_learner(email=email, language=language)
    return make_certificate(payload, learner=learner, issuer=issuer or site_issuer())


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


def issue_crowd(size: int, *, is_bare: bool = False) -> list[int]:
    """Return the row numbers of so many certificates of new people, added in bulk: for measurements.

    `is_bare`: without payload, where nobody reads it.
    """
    course, issuer, start = make_bare_course(), site_issuer(), Certificate.objects.count()
    people = User.objects.bulk_create(
        User(username=f"crowd-{number}", email=f"crowd-{number}@example.org", language="en", password="!")
        for number in range(start, start + size)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(learner=person, course=course, start_edition=course.current_edition, enrolled_at=NOON)
        for person in people
    )
    payload = full_payload()
    body = achievement_of(payload)
    achievement, _is_new = Achievement.objects.get_or_create(
        key=payload["achievement"]["key"], defaults={"kind": payload["kind"], "body": body, "first_issued_at": NOON}
    )
    certificates = Certificate.objects.bulk_create(
        (
            Certificate(
                public_id=(public_id := new_public_id()),
                number=f"CT-{public_id[:16].upper()}",
                enrolment=enrolment,
                issuer=issuer,
                achievement=achievement,
                kind=payload["kind"],
                payload={}
                if is_bare
                else payload
                | {"public_id": public_id, "address": payload["address"].replace(payload["public_id"], public_id)},
                payload_sha256="0" * 64,
                issued_at=NOON,
            )
            for enrolment in enrolments
        ),
        batch_size=200,
    )
    return [certificate.pk for certificate in certificates]
