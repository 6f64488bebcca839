"""Erasing a person: what names them is gone, what was done stays, and reports count what they counted."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.announcing import CertificatesStand
from accounts.models import Invitation, Look, ProjectParticipant
from accounts.operations.erasing import erase_person
from accounts.operations.notifying import notify
from certificates.models import Certificate, HolderName
from progress.models import MarkingTask, Response, Submission
from tests.cockpit.evidence_builders import LATER, files_of, make_pack, make_scene, report
from tests.people import make_operator, signed_in
from tests.progress.builders import NOON, pass_quiz, quizzes_of

pytestmark = pytest.mark.django_db
TOKEN = "Tokenzq"
MUCH_LATER = LATER + timedelta(days=30)


def tables_with(token: str) -> set[str]:
    """Return the models in a row of which a token stands, whatever the column."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        for row in model._base_manager.values_list():
            if token.casefold() in " ".join(map(str, row)).casefold():
                found.add(model._meta.label)
    return found


def name_everywhere(scene) -> None:
    """Let the first person leave their name wherever people do."""
    ana = scene.people[0]
    ana.username, ana.display_name, ana.email = f"ana-{TOKEN}", f"Ana {TOKEN}", f"{TOKEN}@example.org".lower()
    ana.save()
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    attempt = pass_quiz(scene.enrolments[0], quizzes_of(scene.course)[0])
    Response.objects.filter(attempt=attempt).update(text=TOKEN)
    MarkingTask.objects.create(
        kind="check", enrolment=scene.enrolments[0], attempt=attempt, words=TOKEN, opened_at=NOON, answer=TOKEN
    )
    HolderName.objects.create(enrolment=scene.enrolments[0], name=f"Ana {TOKEN}", confirmed_at=NOON)
    Invitation.objects.create(
        organisation=scene.hub, made_at=NOON, expires_at=LATER, email=ana.email, name=TOKEN, token_digest="d", code="c"
    )
    Look.objects.create(viewer=scene.manager, viewer_of="Hub", subject=ana, kind="list", day=NOON.date())
    notify(kind="cockpit.pack-ready", key="1", values={"pack": 1, "name": TOKEN}, person=ana, at=NOON)


def erase(scene, **choices) -> None:
    erase_person(person=scene.people[0], by=make_operator(), at=MUCH_LATER, **{"keeps_certificates": True, **choices})


@pytest.mark.both_databases
def test_after_an_erasure_nothing_in_the_database_names_the_person() -> None:
    scene = make_scene(2)
    name_everywhere(scene)
    browser = signed_in(scene.people[0])
    assert tables_with(TOKEN)

    erase(scene)

    assert tables_with(TOKEN) == set()
    assert browser.get("/en/me/").status_code in (302, 303)
    assert Submission.objects.filter(text=TOKEN).count() == 0


def test_an_erasure_leaves_records_that_every_check_accepts() -> None:
    scene = make_scene(1)
    name_everywhere(scene)

    erase(scene)
    erase(scene)

    call_command("check_records")


def test_reports_count_whoever_was_erased_and_lists_name_them_no_more() -> None:
    scene = make_scene(2, names_basis="legal-duty")
    name_everywhere(scene)
    before = report(scene.manager, project=scene.project).facts.total.counts()
    first = make_pack(scene.manager, project=scene.project, names="names")
    assert TOKEN in files_of(first)["list.csv"].decode()

    erase(scene)

    first.refresh_from_db()
    assert first.file == ""
    assert report(scene.manager, project=scene.project, at=MUCH_LATER).facts.total.counts() == before
    again = files_of(make_pack(scene.manager, project=scene.project, names="names", at=MUCH_LATER))
    assert TOKEN not in again["list.csv"].decode()
    assert "erased" in again["list.csv"].decode()


def test_a_project_that_keeps_its_list_still_names_the_person_and_nothing_else_does() -> None:
    scene = make_scene(2, names_basis="legal-duty")
    name_everywhere(scene)
    ProjectParticipant.objects.create(
        project=scene.project,
        enrolment_key=scene.enrolments[0].public_id,
        name=f"Ana {TOKEN}",
        course_title="Threads",
        enrolled_on=NOON.date(),
    )

    erase(scene)

    assert tables_with(TOKEN) == {"accounts.ProjectParticipant"}
    pack = make_pack(scene.manager, project=scene.project, names="names", at=MUCH_LATER)
    assert TOKEN in files_of(pack)["list.csv"].decode()


def test_certificates_that_are_not_to_stay_hold_an_erasure_up() -> None:
    scene = make_scene(1)
    Certificate.objects.create(
        number="CT-0001",
        enrolment=scene.enrolments[0],
        kind="participation",
        payload={},
        payload_sha256="",
        issued_at=NOON,
    )

    with pytest.raises(CertificatesStand):
        erase(scene, keeps_certificates=False)

    scene.people[0].refresh_from_db()
    assert scene.people[0].erased_at is None


def test_an_operator_erases_with_a_command_that_asks_for_a_yes() -> None:
    scene = make_scene(1)
    operator, username = make_operator(), scene.people[0].username

    with pytest.raises(CommandError):
        call_command("erase_person", username, by=operator.username)
    call_command("erase_person", username, by=operator.username, yes=True)

    scene.people[0].refresh_from_db()
    assert scene.people[0].erased_at
    assert not scene.people[0].has_usable_password()
