"""What a funded project asks to be said stands on its certificates only where it is switched on."""

import pytest

from accounts.models import ProjectText
from certificates.models import HolderName
from certificates.operations.issuing import issue_due_certificates
from certificates.rules.sheets import sheet_of
from progress import operations
from progress.models import Enrolment
from tests.courses.builders import make_course
from tests.people import make_learner, make_project
from tests.progress.builders import NOON, do_everything

pytestmark = pytest.mark.django_db


def payload_of(statement: str) -> dict:
    project = make_project("Threads", statement=statement)
    ProjectText.objects.create(
        project=project, language="en", statement="Funded by a fund", disclaimer="Views are ours."
    )
    enrolment = operations.enrol_learner(learner=make_learner(), course=make_course(), at=NOON, project=project)
    do_everything(enrolment)
    HolderName.objects.create(enrolment=enrolment, name="Ana Pop", confirmed_at=NOON)
    return issue_due_certificates(enrolment=Enrolment.objects.get(pk=enrolment.pk), at=NOON)[0].payload


def test_a_certificate_of_a_project_that_is_switched_on_says_who_supports_it() -> None:
    payload = payload_of("funded")

    (line,) = [note for note in payload["texts"]["en"]["notes"] if note["key"] == "support"]
    assert line["values"] == ["Funded by a fund", "Views are ours."]
    assert "Funded by a fund" in str(sheet_of(payload, "en").fine)


def test_a_project_that_is_switched_off_leaves_nothing_on_a_certificate() -> None:
    assert "support" not in str(payload_of("none")["texts"]["en"]["notes"])
