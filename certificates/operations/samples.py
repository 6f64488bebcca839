"""A sample: what the holder of a certificate would get, from the drafts of its course. Nothing is issued or recorded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, override

from certificates.operations.drafting import Sources
from certificates.operations.elements import certificate_words
from certificates.operations.printing import print_certificate
from certificates.queries.logos import logo_of
from certificates.rules.facts import CertificateFacts, QuizFact, ResultFact, WorkFact, required_offer
from certificates.rules.numbers import ALPHABET, RANDOM_LENGTH, number_from
from certificates.rules.payload import build_payload
from certificates.rules.validity import first_day_to_renew, last_day
from courses.models import CoursePage
from courses.queries.drafted_courses import drafted_manifest, source_draft, steps_drafted
from courses.rules.outlining import outline_at

PUBLIC_ID = "sample"
NUMBER = number_from(ALPHABET[0] * RANDOM_LENGTH)
"""A number that nobody is given: every place of it is the first character."""


def sample_payload(*, page: CoursePage, kind: str, holder: str, at: datetime) -> dict[str, Any]:
    """Return the payload of a sample, with example results: everything right. `is_sample` says what it is.

    :raises ValueError: if the draft has no certificate of this kind.
    """
    manifest = drafted_manifest(page)
    outlines = {code: outline_at(manifest, language=code, edition=1) for code, _name in settings.LANGUAGES}
    sources = Sources()
    offer = required_offer(next(iter(outlines.values())), kind)
    today = timezone.localdate(at)
    valid_until = last_day(today, validity_months=offer.validity_months)
    steps = steps_drafted(source_draft(page))
    quizzes = tuple(_quiz(step, at) for step in steps if step._meta.model_name == "quizpage" and _counts(step, kind))
    works = tuple(
        _work(step, at) for step in steps if step._meta.model_name == "assignmentpage" and _counts(step, kind)
    )
    needed = {str(step.translation_key) for step in steps if getattr(step, "needed_for_achievement", False)}
    shown: tuple[QuizFact | WorkFact, ...] = (*quizzes, *works)
    points = [fact.max_score for fact in shown if fact.key in needed]
    facts = CertificateFacts(
        number=NUMBER,
        public_id=PUBLIC_ID,
        kind=kind,
        cycle=1,
        holder_name=holder,
        issuer=sources.awarding(offer.issuer).facts,
        issued_at=at,
        issued_date=today,
        completed_at=at,
        edition_digest="",
        languages=(manifest["source_language"],),
        lesson_count=sum(step._meta.model_name == "lessonpage" and step.required for step in steps),
        quizzes=quizzes,
        works=works,
        result=ResultFact(sum(points), sum(points)) if kind == "achievement" else None,
        outlines=outlines,
        valid_until=valid_until,
        renewable_from=first_day_to_renew(today, valid_until, recertification_months=offer.recertification_months),
    )
    words = {language: certificate_words(facts, language) for language in outlines}
    payload = build_payload(facts, words) | {"is_sample": True}
    for text in payload["texts"].values():
        with override(text["words"]):
            text["lines"]["kind"] = gettext("SAMPLE. %(kind)s") % {"kind": text["lines"]["kind"]}
            text["lines"]["sample"] = gettext("A sample from a draft: it certifies nothing, and nobody holds it.")
    return payload


def sample_document(payload: Mapping[str, Any], language: str) -> bytes:
    """Return the PDF of a sample, without a badge: nothing of it is signed.

    :raises certificates.printing.NotPrinted: if it cannot be made.
    """
    return print_certificate(payload, language, logo=logo_of(payload))


def _counts(step: Any, kind: str) -> bool:
    return bool(step.required or (kind == "achievement" and step.needed_for_achievement))


def _quiz(step: Any, at: datetime) -> QuizFact:
    asked = sum(block.value["count"] for block in step.draws) or len(step.questions)
    return QuizFact(str(step.translation_key), asked, asked, step.pass_mark, at)


def _work(step: Any, at: datetime) -> WorkFact:
    best = sum(max((level["points"] for level in block.value["levels"]), default=0) for block in step.rubric)
    return WorkFact(str(step.translation_key), best, best, step.pass_mark, at)
