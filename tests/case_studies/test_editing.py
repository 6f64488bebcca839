"""An editor writes a case study in the CMS: a draft may be unfinished, what is shown may not."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from case_studies.models import CaseStudyPage
from case_studies.models.editing import publish_problems
from tests.case_studies.builders import case_index, make_case
from tests.courses.builders import make_course
from tests.people import make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    case_index()
    client.force_login(make_editor())
    return client


def rich(words: str) -> str:
    """Rich text as the CMS's editor posts it."""
    block = {"key": "a1", "text": words, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def rows(prefix: str, *entries: dict[str, Any]) -> dict[str, Any]:
    """Return an inline form set as the CMS posts it."""
    posted: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(entries),
        f"{prefix}-INITIAL_FORMS": 0,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }
    for place, entry in enumerate(entries):
        posted |= {f"{prefix}-{place}-{name}": value for name, value in entry.items()}
        posted |= {f"{prefix}-{place}-ORDER": place + 1, f"{prefix}-{place}-DELETE": "", f"{prefix}-{place}-id": ""}
    return posted


def stream(prefix: str, kind: str, *values: dict[str, Any]) -> dict[str, Any]:
    posted: dict[str, Any] = {f"{prefix}-count": len(values)}
    for place, value in enumerate(values):
        posted |= {f"{prefix}-{place}-value-{name}": entry for name, entry in value.items()}
        posted |= {
            f"{prefix}-{place}-type": kind,
            f"{prefix}-{place}-order": place,
            f"{prefix}-{place}-deleted": "",
            f"{prefix}-{place}-id": "",
        }
    return posted


def interview(**changes: Any) -> dict[str, Any]:
    """Return everything an editor fills in, as the browser posts it."""
    return {
        "title": "Finding a coat",
        "slug": "finding-a-coat",
        "result": "Big labels cut the search from 9 to 3 minutes.",
        "illustrative": "on",
        "organisation": "Acul de Nord",
        "country": "RO",
        "region_type": "town",
        "sector": "textile",
        "size_band": "small",
        "staff_count": "28",
        "problem": rich("4,000 pieces hung in two halls."),
        "tool_category": "stock",
        "tool": "Stock list with labels",
        "product_examples": "InvenTree",
        "licence_type": "open-source",
        "cost_band": "500-2000",
        "running_cost": "About 20 EUR a month",
        "setup_time": "weeks",
        "staff_hours": "60",
        "went_wrong": rich("The labels were too small to read."),
        "data_protection": rich("No personal data."),
        "accessibility": rich("Letters 12 mm high."),
        "green_effect": rich("1.4 tonnes."),
        "try_it": rich("Choose one shelf."),
        "source": rich("Written for this portal."),
        "author": "The editors",
        "licence": "CC BY 4.0",
        "interview_date": "2026-09-14",
        "consent": "none-needed",
        "review_by_date": "2099-03-14",
        "art": "textile",
        **rows("audiences", {"audience": "worker"}),
        **rows("skills", {"framework": "digcomp", "version": "2.2", "code": "5.2", "level": "3"}),
        **rows("courses"),
        **rows("comments"),
        **stream("steps", "step", {"title": "Gave every rail a letter", "html": rich("Paper and tape.")}),
        **stream(
            "metrics",
            "metric",
            {
                "name": "Time to find one item",
                "unit": "minutes",
                "before": "9",
                "after": "3",
                "period": "February and August 2026",
                "method": "Average of 40 timed searches",
                "better": "lower",
            },
        ),
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        **changes,
    }


def add(client: Client, **changes: Any) -> Any:
    address = reverse("wagtailadmin_pages:add", args=["case_studies", "casestudypage", case_index().pk])
    return client.post(address, interview(**changes))


def test_an_editor_creates_a_story_and_everybody_reads_it(editor: Client):
    course = make_course(title="Digital basics")

    response = add(editor, **rows("courses", {"course": course.pk}), **{"action-publish": "1"})

    assert response.status_code == 302
    shown = Client().get("/en/case-studies/finding-a-coat/")
    assert shown.status_code == 200
    for words in ("Illustrative story.", "Gave every rail a letter", "The labels were too small", "Digital basics"):
        assert words in shown.content.decode()


def test_the_form_asks_in_the_order_of_a_conversation_with_examples(editor: Client):
    make_course(title="Digital basics")
    address = reverse("wagtailadmin_pages:add", args=["case_studies", "casestudypage", case_index().pk])

    page = editor.get(address).content.decode()

    parts = [
        "1. Who are they?",
        "3. What was wrong?",
        "6. How did they do it?",
        "7. What went wrong?",
        "12. Where this",
    ]
    places = [page.index(words) for words in parts]
    assert places == sorted(places)
    assert "Example: Big labels cut the search" in page
    assert "Digital basics</option>" in page


def test_a_draft_may_be_unfinished(editor: Client):
    empty = {name: "" for name in interview() if not name.startswith(("audiences-", "skills-", "steps-", "metrics-"))}
    unfinished = {
        **empty,
        "title": "Finding a coat",
        "slug": "finding-a-coat",
        "problem": rich(""),
        "consent": "written",
    }
    unfinished |= {name: rich("") for name in ("went_wrong", "data_protection", "accessibility", "try_it", "source")}
    unfinished |= {"green_effect": rich(""), "illustrative": "on", "licence": "CC BY 4.0", "art": "textile"}
    unfinished |= {**rows("audiences"), **rows("skills"), **rows("courses"), **rows("comments")}
    unfinished |= {**stream("steps", "step"), **stream("metrics", "metric")}

    response = add(editor, **unfinished)

    assert response.status_code == 302
    story = CaseStudyPage.objects.get()
    assert story.live is False
    assert editor.get(reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk])).status_code == 200
    assert Client().get("/en/case-studies/finding-a-coat/").status_code == 404


def test_a_real_organisation_is_not_shown_without_its_written_consent(editor: Client):
    response = add(editor, illustrative="", **{"action-publish": "1"})

    assert response.status_code == 200
    assert "must agree in writing before its story is shown" in response.content.decode()
    assert not CaseStudyPage.objects.exists()


def test_a_story_without_steps_or_figures_is_not_shown(editor: Client):
    response = add(editor, **stream("steps", "step"), **stream("metrics", "metric"), **{"action-publish": "1"})

    assert response.status_code == 200
    assert not CaseStudyPage.objects.exists()


def test_a_share_above_a_hundred_per_cent_is_named_at_its_field(editor: Client):
    response = add(editor, **{"metrics-0-value-unit": "%", "metrics-0-value-before": "130", "action-publish": "1"})

    assert "at most 100 %" in response.content.decode()


@pytest.mark.parametrize("action", ["action-publish", "action-submit"])
@pytest.mark.parametrize("figures", [("", ""), ("20", ""), ("", "20"), ("many", "20")])
def test_a_figure_that_is_left_out_is_asked_for_at_its_field(editor: Client, figures: tuple[str, str], action: str):
    before, after = figures
    changes = {"metrics-0-value-before": before, "metrics-0-value-after": after, action: "1"}

    response = add(editor, **changes)

    assert response.status_code == 200
    assert not CaseStudyPage.objects.exists()


@pytest.mark.parametrize(("version", "code"), [("2.2", "9.9"), ("1.0", "5.2")])
def test_a_skill_must_exist_in_its_framework(editor: Client, version: str, code: str):
    unknown = rows("skills", {"framework": "digcomp", "version": version, "code": code, "level": ""})

    response = add(editor, **unknown, **{"action-publish": "1"})

    assert response.status_code == 200
    assert not CaseStudyPage.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"illustrative": False, "consent": "none-needed"}, "consent"),
        ({"illustrative": True, "consent": "written"}, "illustrative"),
        ({"staff_count": 9, "size_band": "small"}, "size_band"),
        ({"staff_count": 50, "size_band": "small"}, "size_band"),
        ({"staff_count": 250, "size_band": "medium"}, "size_band"),
    ],
)
def test_what_contradicts_itself_is_named_at_its_field(changes: dict[str, Any], field: str):
    sound = {"illustrative": True, "consent": "none-needed", "staff_count": 28, "size_band": "small"}

    assert list(publish_problems(sound)) == []
    assert [name for name, _words in publish_problems({**sound, **changes})] == [field]


def test_the_day_to_read_again_is_after_the_interview():
    story = make_case()
    values = {"illustrative": True, "interview_date": story.review_by_date, "review_by_date": story.interview_date}

    assert [name for name, _words in publish_problems(values)] == ["review_by_date"]


def test_a_preview_shows_the_draft_and_is_kept_by_nobody(editor: Client):
    story = make_case(title="Coats")
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk])
    form = interview(title="Warm coats", slug="coats")

    assert editor.post(address, form).json()["is_valid"] is True
    response = editor.get(address)

    assert "Warm coats" in response.content.decode()
    assert "public" not in response["Cache-Control"]


def test_the_index_keeps_its_address(editor: Client):
    index = case_index()
    address = reverse("wagtailadmin_pages:edit", args=[index.pk])

    response = editor.post(
        address, {"title": "Stories", "slug": "stories", "introduction": "", **rows("comments"), "action-publish": "1"}
    )

    assert "is always “case-studies”" in response.content.decode()
