"""Case studies in files: the courses and modules they lead to."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from case_studies.models import CaseStudyPage
from courses.models import ModulePage
from portal.loading.case_studies import load_cases
from portal.loading.content import load_content
from portal.loading.fields import MalformedContent
from portal.loading.ledger import Ledger
from portal.loading.reading import CaseLink, read_content
from tests.portal.contents import CASE, case_study, small_texts, write_texts

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def folder_with(tmp_path: Path, *courses: Any) -> Path:
    return write_texts(tmp_path / "content", {**small_texts(), CASE: case_study(courses=list(courses))})


def test_a_case_names_courses_whole_or_by_a_module(tmp_path):
    case = read_content(folder_with(tmp_path, "small", {"course": "small", "module": "first"})).cases[0]

    assert case.courses == [CaseLink("small"), CaseLink("small", "first")]
    assert [link.module_key is None for link in case.courses] == [True, False]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("none", "There is no course 'none'."),
        ({"course": "none", "module": "first"}, "There is no course 'none'."),
        ({"course": "small", "module": "second"}, "The course 'small' has no module 'second'."),
        ({"module": "first"}, "courses[0].course: This field is missing."),
        ({"course": "small", "part": "first"}, "courses[0].part: Nobody reads this field here. Is its name right?"),
        (7, "courses[0].course: This must be text. Put 7 between quotation marks."),
    ],
    ids=["no course", "no course of the module", "no module", "without a course", "another field", "a number"],
)
def test_what_a_case_names_and_is_not_there_is_said_in_words(tmp_path, link, words):
    with pytest.raises(MalformedContent) as refusal:
        read_content(folder_with(tmp_path, link))

    assert any(str(problem).startswith(CASE) and words in str(problem) for problem in refusal.value.problems)


@pytest.mark.django_db
def test_a_loaded_case_leads_to_the_page_of_its_module(tmp_path):
    folder = folder_with(tmp_path, {"course": "small", "module": "first"})
    load_content(folder=folder, at=NOON, say=lambda _words: None)
    load_cases(read_content(folder).cases, ledger=Ledger(at=NOON, say=lambda _words: None))

    link = CaseStudyPage.objects.get().courses.get()
    assert ModulePage.objects.get(translation_key=link.module_key, locale__language_code="en").slug == "first"
    link.full_clean()
