"""Participation and achievement, each when its own rule is met; who awards, and until when it is valid."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import override
from PIL import Image

from accounts.models import Issuer
from accounts.queries.issuers import site_issuer
from certificates import operations
from certificates.models import Achievement, Certificate
from certificates.operations import issuing
from certificates.operations.issuers import issuer_facts
from certificates.operations.keys import create_key, remove_key, rotate_key
from certificates.queries.logos import logo_of
from certificates.queries.showing import due_certificates_of
from certificates.templatetags.certificate_tags import certificate_panel
from courses.models import AssignmentPage
from courses.operations.settling import one_edition
from progress.models import CourseCompletion
from progress.queries.enrolments import own_enrolment
from tests.certificates.builders import NOON
from tests.courses.builders import course_page, make_course, offer_achievement, publish
from tests.people import make_learner
from tests.progress.builders import do_everything, do_lessons, enrol, pass_quiz, quizzes_of
from tests.progress.works import assignment_of, files_apart, judge, make_capstone, make_course_assessor, submit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    files_apart(settings, tmp_path / "submissions")


def _named(course, learner=None):
    enrolment = enrol(course, learner)
    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)
    return enrolment


def _issue(enrolment, at=NOON):
    return [entry.kind for entry in operations.issue_due_certificates(enrolment=enrolment, at=at)]


@pytest.fixture
def capstone_course(db):
    """A course with a required quiz and a capstone that only achievement needs."""
    course = offer_achievement(make_capstone(quiz_count=1))
    with one_edition(cause="content", at=NOON):
        publish(AssignmentPage.objects.get(), needed_for_achievement=True, required=False)
    course.refresh_from_db()
    return course


def test_who_passes_everything_that_is_needed_gets_achievement_and_no_second_paper(db):
    enrolment = _named(offer_achievement(make_course()))
    do_everything(enrolment)

    assert _issue(enrolment) == ["achievement"]
    certificate = Certificate.objects.get()
    assert certificate.payload["learning"]["result"] == {"score": 3, "max_score": 3, "per_cent": 100}
    assert certificate.achievement == Achievement.objects.get()
    assert certificate.achievement.key == certificate.payload["achievement"]["key"]
    assert certificate.achievement.kind == "achievement"
    assert certificate.issuer == site_issuer()


def test_who_does_not_pass_what_is_needed_gets_participation(capstone_course):
    enrolment = _named(capstone_course)
    pass_quiz(enrolment, quizzes_of(capstone_course)[0])

    assert _issue(enrolment) == ["participation"]
    assert Certificate.objects.get().payload["learning"]["result"] is None


def test_work_that_is_passed_after_completion_earns_achievement_at_once(
    capstone_course, django_capture_on_commit_callbacks
):
    enrolment = _named(capstone_course)
    pass_quiz(enrolment, quizzes_of(capstone_course)[0])
    assert _issue(enrolment) == ["participation"]
    submission = submit(enrolment)
    assessor = make_course_assessor(capstone_course)

    with django_capture_on_commit_callbacks(execute=True):
        judge(submission, assessor)

    participation, achievement = Certificate.objects.order_by("pk")
    assert (participation.kind, achievement.kind) == ("participation", "achievement")
    work = achievement.payload["learning"]["works"][0]
    assert work["key"] == assignment_of(capstone_course).key
    assert achievement.payload["learning"]["result"]["max_score"] == 3 + work["max_score"]
    assert CourseCompletion.objects.get().completed_at == NOON


def test_a_course_that_gives_achievement_only_gives_nothing_to_who_merely_took_part(capstone_course):
    with one_edition(cause="content", at=NOON):
        page = course_page(capstone_course)
        kept = [entry for entry in page.certificate_definitions.all() if entry.kind == "achievement"]
        publish(page, certificate_definitions=kept)
    enrolment = _named(capstone_course)
    pass_quiz(enrolment, quizzes_of(capstone_course)[0])

    assert CourseCompletion.objects.exists()
    assert _issue(enrolment) == []


def test_people_of_one_edition_share_an_achievement(db):
    course = offer_achievement(make_course())
    for name in ("giulia", "stefan"):
        enrolment = _named(course, make_learner(name))
        do_everything(enrolment)
        _issue(enrolment)

    assert Achievement.objects.count() == 1
    assert Certificate.objects.filter(achievement=Achievement.objects.get()).count() == 2


def test_what_a_later_edition_needs_is_not_asked_of_who_completed_an_earlier_one(db):
    course = make_course(quiz_count=2)
    enrolment = enrol(course)
    do_everything(enrolment)
    offer_achievement(course)
    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)

    # The edition that was completed gives participation, the current one achievement for its first quiz: passed.
    assert _issue(enrolment) == ["achievement"]
    assert Certificate.objects.get().payload["course"]["edition"] == 2


def test_it_is_valid_for_the_months_of_its_terms_by_the_days_of_the_site(db):
    course = offer_achievement(make_course(), validity_months=36, recertification_months=6)
    enrolment = _named(course)
    do_everything(enrolment)
    # Ten at night in London is the next day in Brussels.
    _issue(enrolment, at=NOON.replace(hour=23, minute=30))

    certificate = Certificate.objects.get()
    assert certificate.payload["issued_date"] == "2026-11-25"
    assert certificate.payload["valid_until"] == "2029-11-25"
    assert certificate.payload["renewable_from"] == "2029-05-25"
    assert certificate.valid_until.isoformat() == "2029-11-25"


def test_a_partner_that_awards_stands_on_the_certificate_with_its_logo_as_it_was(db):
    partner = Issuer.objects.create(key="partner", legal_name="Rete Collina Viva", country="IT", locality="Bologna")
    drawing = io.BytesIO()
    Image.new("RGB", (60, 20), "green").save(drawing, "PNG")
    partner.logo.save("logo.png", ContentFile(drawing.getvalue()))
    enrolment = _named(offer_achievement(make_course(), issuer=partner))
    do_everything(enrolment)
    _issue(enrolment)
    partner.logo.delete()

    certificate = Certificate.objects.get()
    issuer = certificate.payload["issuer"]
    assert certificate.issuer == partner
    assert (issuer["key"], issuer["name"], issuer["country"]) == ("partner", "Rete Collina Viva", "IT")
    assert issuer["logo"] == {
        "sha256": hashlib.sha256(drawing.getvalue()).hexdigest(),
        "media_type": "image/png",
        "width": 60,
        "height": 20,
    }
    assert logo_of(certificate.payload) == drawing.getvalue()
    storages["frozen"].delete(f"issuers/{issuer['logo']['sha256'][:2]}/{issuer['logo']['sha256']}")


def test_issuing_for_many_is_as_issuing_for_one(db):
    course = offer_achievement(make_course())
    ids = []
    for name in ("giulia", "stefan", "ana"):
        enrolment = _named(course, make_learner(name))
        do_lessons(enrolment) if name == "ana" else do_everything(enrolment)
        ids.append(enrolment.pk)

    assert issuing.issue_many(enrolment_ids=ids, at=NOON) == 2
    assert issuing.issue_many(enrolment_ids=ids, at=NOON + timedelta(days=1)) == 0
    assert Certificate.objects.count() == 2


def test_the_panel_and_the_wallet_say_what_is_still_missing_for_achievement(capstone_course):
    enrolment = _named(capstone_course)
    pass_quiz(enrolment, quizzes_of(capstone_course)[0])
    _issue(enrolment)
    enrolment = own_enrolment(enrolment.learner, enrolment.public_id)

    with override("en"):
        panel = certificate_panel({}, enrolment)

    assert panel["certificate"].kind == "participation"
    assert [item.key for item, _url in panel["missing"]] == [assignment_of(capstone_course).key]


def test_where_achievement_alone_is_given_and_something_is_missing_nothing_is_said_to_be_on_its_way(capstone_course):
    with one_edition(cause="content", at=NOON):
        page = course_page(capstone_course)
        kept = [entry for entry in page.certificate_definitions.all() if entry.kind == "achievement"]
        publish(page, certificate_definitions=kept)
    enrolment = _named(capstone_course)
    pass_quiz(enrolment, quizzes_of(capstone_course)[0])
    enrolment = own_enrolment(enrolment.learner, enrolment.public_id)

    assert due_certificates_of(enrolment.learner, language="en") == []
    with override("en"):
        assert "waits_for_items" in certificate_panel({}, enrolment)


def test_an_issuer_whose_last_key_is_retired_awards_a_demonstration_again(settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    settings.PORTAL_MODE = "production"
    row = site_issuer()
    for name in ("legal_name", "country", "identifier", "street", "locality", "quality_statement"):
        setattr(row, name, "IT")
    row.identifier_kind, row.email, row.logo = "vat", "office@learn.example", "issuers/logo.png"
    row.is_demonstration = False
    row.save()
    retired = create_key(issuer=row, at=NOON)
    in_use = rotate_key(issuer=row, at=NOON)
    assert not issuer_facts(row).is_demo

    remove_key(key_id=in_use.key_id, at=NOON)

    assert issuer_facts(row).is_demo
    assert row.keys.get(removed_at=None) == retired
