import pytest

from courses.models import EditionDue, LearningPathEdition
from courses.operations.settling import one_edition
from courses.queries.paths import published_paths
from foundation.rules.canonical import digest
from tests.courses.builders import NOON, make_course, publish
from tests.courses.paths import make_path, path_page

pytestmark = pytest.mark.django_db


def test_publishing_freezes_what_readers_and_certificates_rest_on():
    first, second = make_course(slug="one", title="One"), make_course(slug="two", title="Two")
    path = make_path(second, first)
    edition = path.current_edition
    assert (edition.number, edition.digest, edition.made_at) == (1, digest(edition.body), NOON)
    assert edition.body["courses"] == [str(second.key), str(first.key)]
    assert edition.body["texts"]["en"]["title"] == "For people who lead"
    assert edition.body["certificates"][0]["texts"]["en"]["kind"] == "participation"


def test_publishing_the_same_again_makes_no_edition():
    path = make_path(make_course())
    with one_edition(cause="publish", at=NOON):
        publish(path_page(path))
    assert LearningPathEdition.objects.count() == 1
    assert not EditionDue.objects.exists()


def test_each_change_makes_one_edition():
    path = make_path(make_course())
    with one_edition(cause="publish", at=NOON):
        publish(path_page(path), title="Another title")
        publish(path_page(path), summary="Another summary.")
    assert [edition.number for edition in path.editions.order_by("number")] == [1, 2]


def test_a_draft_changes_nothing():
    path = make_path(make_course())
    page = path_page(path)
    page.title = "Only a draft"
    page.save_revision()
    assert not EditionDue.objects.exists()
    assert published_paths("en")[0].text.title == "For people who lead"
