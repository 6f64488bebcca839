"""My data: everything of the reader, and nothing of anybody else."""

import json

import pytest

from accounts.models import Look
from progress.models import Response
from tests.cockpit.evidence_builders import make_scene
from tests.people import signed_in
from tests.progress.builders import NOON, pass_quiz, quizzes_of

pytestmark = pytest.mark.django_db
PAGE = "/en/me/data/"


def test_a_person_takes_away_all_of_theirs_and_nothing_of_others() -> None:
    scene = make_scene(2)
    for number in range(2):
        attempt = pass_quiz(scene.enrolments[number], quizzes_of(scene.course)[0])
        Response.objects.filter(attempt=attempt).update(text=f"Words of {number}")
        Look.objects.create(
            viewer=scene.manager, viewer_of="Hub", subject=scene.people[number], kind="list", day=NOON.date()
        )
    browser = signed_in(scene.people[0])

    text = b"".join(browser.get(f"{PAGE}my-data.json").streaming_content).decode()

    data = json.loads(text)
    assert data["account"][0]["username"] == scene.people[0].username
    assert [row["public_id"] for row in data["enrolments"]] == [str(scene.enrolments[0].public_id)]
    assert {row["text"] for row in data["answers"]} == {"Words of 0"}
    assert all(data[part] for part in ("steps", "attempts", "memberships"))
    assert len(data["looks"]) == 1
    for other in ("Words of 1", scene.people[1].username, str(scene.enrolments[1].public_id), scene.manager.username):
        assert other not in text


def test_the_page_offers_the_file_and_both_want_a_sign_in(client) -> None:
    scene = make_scene(1)

    assert f"{PAGE}my-data.json" in signed_in(scene.people[0]).get(PAGE).content.decode()
    assert {client.get(address).status_code for address in (PAGE, f"{PAGE}my-data.json")} <= {302, 303}
