"""The site every database starts with: made once, whole again after a flush."""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Locale, Page, Site, WorkflowPage

from home.operations import ensure_site
from tests.case_studies.builders import make_case

pytestmark = pytest.mark.both_databases


def make_site() -> None:
    ensure_site(
        apps,
        languages=tuple(code for code, _name in settings.LANGUAGES),
        default_language=settings.LANGUAGE_CODE,
        host="localhost",
        port=80,
    )


# Wagtail's own migrations grant these without a collection, or on its own picture model. They open nothing here.
OPENING_NOTHING = {
    f"{verb}_{model}" for verb in ("add", "change", "delete", "choose") for model in ("image", "document")
}


def state() -> dict[str, Any]:
    """Return what the site is made of, without row numbers, which a flush changes."""
    file_rights = GroupCollectionPermission.objects.exclude(permission__codename__startswith="delete_")
    return {
        "languages": sorted(Locale.objects.values_list("language_code", flat=True)),
        "pages": list(
            Page.objects.order_by("path").values_list("path", "depth", "numchild", "url_path", "title", "live")
        ),
        "types": [type(page).__name__ for page in Page.objects.order_by("path").specific()],
        "sites": [(site.hostname, site.port, site.root_page.url_path) for site in Site.objects.all()],
        "groups": {
            group.name: sorted(set(group.permissions.values_list("codename", flat=True)) - OPENING_NOTHING)
            for group in Group.objects.all()
        },
        "page rights": sorted(GroupPagePermission.objects.values_list("group__name", "permission__codename")),
        "review": [
            (row.workflow.name, task.name, sorted(task.specific.groups.values_list("name", flat=True)))
            for row in WorkflowPage.objects.filter(page__depth=1).select_related("workflow")
            for task in row.workflow.tasks
        ],
        "file rights": sorted(file_rights.values_list("group__name", "permission__codename")),
    }


@pytest.mark.django_db
def test_ensure_site_twice_changes_nothing():
    make_site()
    first = state()

    make_site()

    assert state() == first


@pytest.mark.django_db
def test_the_migration_made_it_all():
    made = state()

    assert made["languages"] == sorted(code for code, _name in settings.LANGUAGES)
    assert made["types"] == ["Page", "HomePage", "CourseIndexPage", "CaseStudyIndexPage"]
    assert made["sites"] == [("localhost", 80, "/home/")]
    assert set(made["groups"]) == {
        *("Editors", "Reviewers", "Translators", "Operators"),
        *("Managers", "Assessors", "Registrars"),
    }
    assert made["review"] == [("Review before publishing", "Read by a reviewer", ["Operators", "Reviewers"])]


@pytest.mark.django_db(transaction=True)
def test_ensure_site_restores_everything_after_a_flush(client):
    make_site()
    before = state()
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=False)
    make_site()

    assert state() == before
    make_case(title="Coats")
    assert client.get("/en/case-studies/coats/").status_code == 200


@pytest.mark.django_db
def test_the_tree_is_sound():
    assert Page.find_problems() == ([], [], [], [], [])
