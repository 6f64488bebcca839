"""`manage.py demo`: who is there and how far they are, twice is once, and nothing stays when it is taken away."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import resolve, reverse
from wagtail.models import Page, Revision

from accounts.models import ClusterMembership, Issuer, Membership, Organisation, User
from accounts.rules.issuers import missing_of
from certificates.models import (
    Certificate,
    CertificateDocument,
    CertificateEvent,
    CertificateRequest,
    LogHead,
    StatusList,
)
from certificates.operations.bulk import NothingToIssue, start_cohort_issue
from certificates.queries.cohorts import cohort_job, cohort_of
from certificates.queries.renewing import renewal_of
from certificates.queries.showing import status_of
from cockpit.operations.reminding import candidates_of
from cockpit.queries.scope import sight_of
from cockpit.rules.reminding import Reason
from courses.models import Course, CourseEdition, Release
from courses.queries import serving
from foundation.models import Job, OutboxMessage
from foundation.operations import run_job
from portal.loading.content import load_content
from portal.loading.demo import load_demo
from portal.loading.organising import NO_ADDRESS
from portal.loading.pages import page_state
from portal.loading.people import ACCOUNTS, PASSWORD
from portal.loading.readers import READERS
from portal.models import LoadedObject
from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, MarkEvent, Notice
from progress.operations import enrol_learner, mark_lesson_done
from progress.operations.releasing import agree, stamp_of
from tests.people import make_learner, signed_in
from tests.progress.works import files_apart

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
SITE_NAME = "Common Thread Demonstration Cluster"
# Kept on purpose: who did what in the CMS, and what was set down for search and references by the pages that stay.
LOGS = {"wagtailcore.PageLogEntry", "wagtailcore.ModelLogEntry"}
# What the course was is its history, whoever made it so: editions, their versions and what follows from them.
HISTORY = {"courses.CourseEdition", "courses.QuizVersion", "courses.QuizKey", "wagtailcore.Revision", "foundation.Job"}
# In one process: the demo takes half a minute to load.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


def quiet(_line: str) -> None:
    pass


def row_counts() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in LOGS
    }


def without_history(counts: dict[str, int]) -> dict[str, int]:
    return {label: count for label, count in counts.items() if label not in HISTORY}


@pytest.fixture(scope="module")
def _demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """The demo, loaded once for all tests here; each sees it fresh. Yields how many rows there were without it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_content(at=NOON, say=quiet)
        counts = row_counts()
        load_demo(at=NOON, say=quiet)
        yield counts
        transaction.set_rollback(True)


@pytest.fixture
def counts_without_demo(_demo: dict[str, int], db: None) -> dict[str, int]:
    return _demo


@pytest.fixture
def demo(counts_without_demo: dict[str, int]) -> dict[str, User]:
    """The demo's people, by username."""
    return {user.username: user for user in User.objects.all()}


def course(title: str) -> Course:
    return next(found for found in Course.objects.all() if serving.outline_of(found, "en").title.startswith(title))


def certificate_of(learner: User, of: Course) -> Certificate:
    """The certificate somebody has of a course, not of a learning path."""
    return Certificate.objects.get(enrolment__learner=learner, enrolment__course=of, learning_path=None)


def demo_json() -> dict[str, Any]:
    output, errors = StringIO(), StringIO()
    call_command("demo", json=True, stdout=output, stderr=errors)
    return json.loads(output.getvalue())


def test_everybody_can_sign_in_with_the_one_password(demo, client):
    accounts = {account.username for account in ACCOUNTS}
    readers = {name for name in demo if name.startswith(("reader-", "group-", "acul-", "talwerk-", "nicu."))}
    assert set(demo) == accounts | readers
    assert [name for name in accounts if not demo[name].check_password(PASSWORD)] == []
    assert [name for name in readers if demo[name].has_usable_password()] == []


def test_rights_come_from_groups(demo):
    groups = {name: [group.name for group in user.groups.all()] for name, user in demo.items()}

    assert {name: names for name, names in groups.items() if names} == {
        "manager": ["Managers"],
        "manager2": ["Managers"],
        "manager3": ["Managers"],
        "editor": ["Editors"],
        "reviewer": ["Reviewers"],
        "translator": ["Translators"],
        "partner": ["Partner: Makers in Reach (demo)"],
        "assessor": ["Assessors"],
        "assessor2": ["Assessors"],
        "assessor3": ["Assessors"],
        "operator": ["Operators"],
        "registrar": ["Registrars"],
    }
    assert [name for name, user in demo.items() if user.is_superuser] == []
    assert [name for name, user in demo.items() if user.is_staff] == ["operator"]
    assert sorted(name for name, user in demo.items() if user.shows_edit_links) == [
        "editor",
        "partner",
        "reviewer",
        "translator",
    ]


def test_three_organisations_are_in_two_clusters_and_managers_in_different_ones(demo):
    clusters = {row.organisation.name: row.cluster.name for row in ClusterMembership.objects.all()}
    managers = {row.user.username: row.organisation for row in Membership.objects.filter(role="manager")}

    assert (len(clusters), len(set(clusters.values()))) == (3, 2)
    assert managers["manager"] != managers["manager2"]


def test_learner_has_begun_the_cluster_course_last(demo):
    enrolment = Enrolment.objects.filter(learner=demo["learner"]).latest("enrolled_at")

    assert enrolment.course == course("Leading")
    first = serving.outline_of(enrolment.course, "en").items[0]
    assert [str(done.item_key) for done in ItemCompletion.objects.filter(enrolment=enrolment)] == [first.key]
    assert enrolment.enrolled_at < NOON
    assert not Enrolment.objects.filter(learner=demo["learner2"]).exists()


def test_graduate_did_every_step_and_holds_a_certificate_of_the_past(demo):
    certificate = certificate_of(demo["graduate"], course("Digital"))
    enrolment = certificate.enrolment

    assert certificate.kind == "achievement"
    assert ItemCompletion.objects.filter(enrolment=enrolment).count() == len(
        serving.outline_of(enrolment.course, "en").items
    )
    marks = MarkEvent.objects.filter(attempt__enrolment=enrolment)
    assert {mark.passed for mark in marks} == {True}
    # All is right but the 3 points of an answer in own words, which nobody has marked yet.
    assert sorted(mark.max_score - mark.score for mark in marks) == [0] * (len(marks) - 1) + [3]
    completed_at = CourseCompletion.objects.get(enrolment=enrolment).completed_at
    assert completed_at < certificate.issued_at < NOON - timedelta(days=14)
    assert certificate.payload["holder"]["name"] == "Ilse Maes"


def test_the_graduate_holds_the_certificate_of_achievement_of_the_cluster_course_for_three_years(demo):
    certificate = certificate_of(demo["graduate"], course("Leading"))

    assert (certificate.kind, certificate.payload["issuer"]["name"]) == ("achievement", SITE_NAME)
    assert certificate.valid_until.year == certificate.issued_at.year + 3
    assert certificate.payload["is_demo"]
    assert [work["key"] for work in certificate.payload["learning"]["works"]]
    answers = {word: len(text["elements"]) for word, text in certificate.payload["texts"].items()}
    assert set(answers.values()) == {11}


def test_certificates_in_every_state_have_their_badges_and_the_log_holds(demo):
    states = {status_of(entry, today=NOON.date()).state.value for entry in Certificate.objects.all()}
    assert states == {"valid", "withdrawn", "expired", "replaced"}
    assert not Certificate.objects.filter(badges=None).exists()
    assert not StatusList.objects.filter(is_stale=True).exists()
    asked = CertificateRequest.objects.values_list("kind", "state", "requested_by__username", "decided_by__username")
    assert set(asked) == {
        ("revoke", "done", "registrar", "operator"),
        ("reissue", "done", "registrar", "operator"),
    }
    assert not CertificateEvent.objects.filter(log_entry=None).exists()
    call_command("verify_log", verbosity=0)
    call_command("verify_log", verbosity=0, head=LogHead.objects.get().document)


def test_holders_of_what_does_not_count_any_more_sign_in_and_the_expired_one_can_be_renewed(demo):
    held = {}
    for username in ("expired", "withdrawn", "replaced"):
        certificates = Certificate.objects.filter(enrolment__learner=demo[username], superseded_by=None)
        held[username] = {status_of(entry, today=NOON.date()).state.value for entry in certificates}
        wallet = signed_in(demo[username]).get("/en/me/certificates/").content.decode()
        assert all(entry.number in wallet for entry in certificates)
    assert held == {"expired": {"expired"}, "withdrawn": {"withdrawn"}, "replaced": {"valid"}}
    expired = Certificate.objects.get(enrolment__learner=demo["expired"])
    assert renewal_of(expired, today=NOON.date()).may_begin
    mails = OutboxMessage.objects.filter(kind="certificates.mail", payload__what="withdrawn")
    assert mails.count() == 1


def test_no_certificate_says_that_its_course_was_reviewed_after_it_was_issued(demo):
    expired = Certificate.objects.get(enrolment__learner=demo["expired"])
    assert "reviewed on" not in json.dumps(expired.payload)
    for certificate in Certificate.objects.all():
        assert certificate.payload["course"]["reviewed_date"] <= certificate.payload["issued_date"]


def test_three_of_an_organisation_wait_for_their_names_and_are_issued_by_one_job(demo):
    of, organisation = course("Leading"), Organisation.objects.get(name="Wasserij Zilverlinde")
    found = cohort_of(of, organisation, language="en")
    assert found.unnamed_count == 3

    names = {person.public_id: f"{person.greeted_as} Bakker" for person in found.unnamed}
    asked = {"course": of, "organisation": organisation, "names": names, "by": demo["registrar"], "at": LATER}
    job = start_cohort_issue(token=uuid4(), **asked)
    other_tab = start_cohort_issue(token=uuid4(), **asked)
    run_job(job_id=job.pk, clock=lambda: LATER)

    assert other_tab == job
    assert cohort_job(job.public_id, language="en").issued_count == 3
    with pytest.raises(NothingToIssue):
        start_cohort_issue(token=uuid4(), **asked)
    assert Job.objects.filter(kind=job.kind).count() == 1


def test_two_invented_issuers_are_complete_and_marked_as_a_demonstration(demo):
    site, partner = Issuer.objects.all()
    assert (site.is_site, site.legal_name, partner.key) == (True, SITE_NAME, "talwerk-academy")
    for issuer in (site, partner):
        assert missing_of(issuer) == ()
        assert issuer.is_demonstration
        assert issuer.keys.count() == 1


def test_an_issuer_that_has_a_name_is_left_alone(demo):
    call_command("demo", remove=True, verbosity=0)
    Issuer.objects.create(key="site", is_site=True, legal_name="Somebody's own")

    load_demo(at=LATER, say=quiet)

    assert Issuer.objects.get(is_site=True).legal_name == "Somebody's own"


def test_a_quiz_of_the_learner_was_marked_again_and_its_pages_say_so(demo):
    first, again = MarkEvent.objects.filter(attempt__enrolment__learner=demo["learner"])
    assert (first.max_score - first.score, again.max_score - again.score) == (1, 0)
    assert (again.kind, again.policy, again.regrade.release.approved_by) == ("regrade", "accept-both", demo["reviewer"])

    browser = signed_in(demo["learner"])
    result = browser.get(reverse("progress:result", args=[again.attempt.public_id])).content.decode()
    assert "the wrong answer was set as the right one" in result
    notice = Notice.objects.get(enrolment__learner=demo["learner"])
    assert (notice.kind, notice.read_at) == ("result-changed", None)
    for name in ("changes", "history", "explain"):
        assert browser.get(reverse(f"progress:{name}", args=[notice.enrolment.public_id])).status_code == 200


def test_a_release_waits_for_the_reviewer(demo):
    release = Release.objects.get(state=Release.State.IN_REVIEW)
    assert (release.created_by, release.drafts.count(), release.regrades.count()) == (demo["editor"], 2, 1)

    assert serving.outline_of(release.course, "en").title in signed_in(demo["reviewer"]).get("/cms/").content.decode()
    agree(release=release, user=demo["reviewer"], stamp=stamp_of(release), at=LATER)

    release.refresh_from_db()
    assert (release.state, release.edition.number) == (Release.State.RELEASED, 4)


def test_texts_that_the_demo_changed_and_put_right_are_loaded_as_before(demo):
    quiz = Release.objects.get(state=Release.State.RELEASED).drafts.get().page
    states = LoadedObject.objects.filter(object_id=str(quiz.pk), content_type__model="quizpage")
    assert [row.state for row in states] == [page_state(quiz)]


def test_twenty_readers_took_a_quiz_so_that_its_questions_have_figures_and_one_is_worth_a_look(demo):
    attempts = Attempt.objects.filter(enrolment__learner__username__startswith="reader-")
    assert (attempts.count(), len(READERS)) == (20, 20)
    [item_key] = set(attempts.values_list("item_key", flat=True))
    enrolled = attempts[0].enrolment.course

    browser = signed_in(demo["editor"])
    page = browser.get(reverse("progress_analysis", args=[enrolled.key, item_key])).content.decode()
    assert page.count("analysis__chart") == 5
    assert "A wrong answer is given more often than the right one." in page


def test_a_cohort_of_the_demo_is_in_all_states_and_its_managers_see_it(demo):
    sight = sight_of(demo["manager"], at=NOON)
    seen = list(sight.enrolments().filter(learner__username__startswith="acul-"))

    assert len(seen) == 12
    assert {row.cached_state for row in seen} == {"enrolled", "in-progress", "completed"}
    assert sum(row.seen_completion is not None for row in seen) == 3
    assert all(row.is_whole for row in seen)
    assert sight.cohorts().get().members.count() == 12
    assert sight.invitations().filter(state="waiting").count() == 2
    reasons = {found.enrolment.learner.display_name: found.reason for found in candidates_of(seen, at=NOON)}
    assert {name for name, reason in reasons.items() if reason == Reason.NO_ADDRESS} == set(NO_ADDRESS)
    assert sum(reason is None for reason in reasons.values()) == 7  # and three are done
    of_cluster = sight_of(demo["manager3"], at=NOON)
    assert len({row.organisation_id for row in of_cluster.enrolments()}) == 2


def test_second_run_changes_nothing(demo):
    before = row_counts()
    revisions = set(Revision.objects.values_list("pk", flat=True))
    certificates = set(Certificate.objects.all())

    load_demo(at=LATER, say=quiet)

    assert row_counts() == before
    assert set(Revision.objects.values_list("pk", flat=True)) == revisions
    assert set(Certificate.objects.all()) == certificates
    assert set(CourseEdition.objects.values_list("number", flat=True)) == {1, 2, 3}


def test_second_run_gives_the_password_back_and_keeps_what_was_done(demo):
    learner = demo["learner"]
    learner.set_password("another passphrase of mine")
    learner.save()
    enrol_learner(learner=learner, course=course("Digital"), at=NOON)

    load_demo(at=LATER, say=quiet)

    assert User.objects.get(username="learner").check_password(PASSWORD)
    assert Enrolment.objects.filter(learner=learner).count() == 2


def test_json_has_the_shape_that_others_rely_on(demo, settings):
    summary = demo_json()

    assert list(summary) == ["accounts", "courses", "case_studies", "certificates", "join_links"]
    assert {tuple(account) for account in summary["accounts"]} == {("username", "role", "organisations")}
    assert {tuple(entry) for entry in summary["courses"]} == {("key", "title", "url")}
    assert {tuple(entry) for entry in summary["case_studies"]} == {("title", "url")}
    assert {tuple(entry) for entry in summary["certificates"]} == {
        ("public_id", "number", "url", "pdf", "badge", "elm", "status", "holder")
    }
    assert [set(entry) for entry in summary["join_links"]] == [{"url", "organisation"}] * 2
    assert {entry["organisation"] for entry in summary["join_links"]} == {"Acul de Nord", "Talwerk Miteinander"}
    assert [account["username"] for account in summary["accounts"]] == [account.username for account in ACCOUNTS]
    assert len(summary["courses"]) == Course.objects.count()
    assert len(summary["case_studies"]) == 8
    assert {entry["status"] for entry in summary["certificates"]} == {"valid", "withdrawn", "expired", "replaced"}
    assert {entry["status"] for entry in summary["certificates"] if entry["holder"] == "Ilse Maes"} == {"valid"}
    assert all("?share=" in entry[name] for entry in summary["certificates"] for name in ("pdf", "badge", "elm"))
    addresses = [entry["url"] for name in ("courses", "case_studies", "certificates") for entry in summary[name]]
    assert all(address.startswith(f"{settings.PORTAL_BASE_URL}/en/") for address in addresses)
    assert all(resolve(address.removeprefix(settings.PORTAL_BASE_URL)) for address in addresses)


def test_pages_that_json_names_open_for_a_visitor(demo, client, settings):
    summary = demo_json()

    names = ("courses", "case_studies", "certificates", "join_links")
    addresses = [entry["url"] for name in names for entry in summary[name]]
    answers = {address: client.get(address.removeprefix(settings.PORTAL_BASE_URL)).status_code for address in addresses}
    assert set(answers.values()) == {200}, answers


def test_remove_leaves_not_one_row_of_the_demo_and_every_real_page(demo, counts_without_demo):
    call_command("demo", remove=True, verbosity=0)

    assert without_history(row_counts()) == without_history(counts_without_demo)
    assert not Page.objects.filter(has_unpublished_changes=True).exists()
    assert Page.find_problems() == ([], [], [], [], [])


def test_remove_takes_what_people_did_with_the_demo_too(demo, counts_without_demo):
    learner = demo["learner2"]
    enrolment = enrol_learner(learner=learner, course=course("Digital"), at=NOON)
    first = serving.outline_of(enrolment.course, "en").items[0]
    mark_lesson_done(enrolment=enrolment, item_key=first.key, language="en", at=NOON)

    call_command("demo", remove=True, verbosity=0)

    assert without_history(row_counts()) == without_history(counts_without_demo)


def test_remove_takes_the_printed_certificates_from_the_disk(
    demo, settings, tmp_path, django_capture_on_commit_callbacks
):
    files_apart(settings, tmp_path)  # the rows that name them come back after this test, bytes would not
    settings.MEDIA_ROOT, settings.PORTAL_KEYS_DIR = tmp_path / "media", tmp_path / "keys"
    document = CertificateDocument.objects.create(
        certificate=certificate_of(demo["graduate"], course("Digital")), language="en", sha256="ab" * 32, made_at=NOON
    )
    storages["frozen"].save(document.storage_name, ContentFile(b"%PDF"))

    with django_capture_on_commit_callbacks(execute=True):
        call_command("demo", remove=True, verbosity=0)

    assert not storages["frozen"].exists(document.storage_name)


def test_remove_may_be_repeated_and_the_demo_loaded_again(demo, counts_without_demo):
    with_demo = row_counts()
    call_command("demo", remove=True, verbosity=0)
    call_command("demo", remove=True, verbosity=0)

    load_demo(at=LATER, say=quiet)

    assert without_history(row_counts()) == without_history(with_demo)


def test_remove_leaves_real_people_and_refuses_where_their_records_rest_on_the_demo(demo):
    somebody = make_learner("somebody")
    organisation = Organisation.objects.get(name="Acul de Nord")
    enrolment = enrol_learner(learner=somebody, course=course("Digital"), organisation=organisation, at=NOON)
    before = row_counts()

    with pytest.raises(CommandError, match="Nothing was removed"):
        call_command("demo", remove=True, verbosity=0)
    assert row_counts() == before

    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=None)
    call_command("demo", remove=True, verbosity=0)
    assert list(Enrolment.objects.all()) == [enrolment]
    assert list(User.objects.all()) == [somebody]


@pytest.mark.parametrize("options", [{}, {"json": True}, {"remove": True}], ids=["load", "json", "remove"])
def test_production_refuses_in_words(demo, settings, options):
    settings.IS_PRODUCTION = True
    before = row_counts()

    with pytest.raises(CommandError, match="This is a real site"):
        call_command("demo", **options)

    assert row_counts() == before


def test_name_of_a_real_person_is_not_taken_over(demo):
    call_command("demo", remove=True, verbosity=0)
    make_learner("Editor")

    with pytest.raises(CommandError, match="The demo needs the name “editor”, which is in use"):
        call_command("demo", verbosity=0)

    assert [user.username for user in User.objects.all()] == ["Editor"]


def test_manager_of_the_demo_signs_in(demo):
    assert signed_in(demo["manager"]).get("/en/me/").status_code == 200


def test_the_records_of_the_demo_pass_the_check(counts_without_demo):
    problems = StringIO()
    with suppress(CommandError):  # the list says more than the number of differences
        call_command("check_records", stdout=StringIO(), stderr=problems)

    assert problems.getvalue() == ""
