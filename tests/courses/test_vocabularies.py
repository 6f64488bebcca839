"""The official lists, as files."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from courses.models.vocabularies import Framework
from courses.queries.vocabularies import competence_label, framework_label, level_label
from courses.rules.frameworks import FOLDER, competence_exists, frameworks

FILES = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def entries(value):
    if isinstance(value, dict):
        if "code" in value:
            yield value
        for entry in value.values():
            yield from entries(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from entries(entry)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_list_names_its_source_and_date_and_calls_everything_in_english_and_italian(name):
    data = FILES[name]
    assert data["source"]
    assert date.fromisoformat(data["date"])
    assert {key for entry in entries(data) for key in ("en", "it") if not entry["label"].get(key)} == set()


@pytest.mark.parametrize(
    ("framework", "version", "count"),
    [("digcomp", "2.2", 21), ("digcomp", "3.0", 21), ("greencomp", "1.0", 12), ("entrecomp", "1.0", 15)],
)
def test_a_framework_has_all_its_competences_once_and_each_in_an_area(framework, version, count):
    data = frameworks()[framework, version]
    codes = [competence["code"] for competence in data["competences"]]
    areas = {area["code"] for area in data["areas"]}
    assert (len(codes), len(set(codes))) == (count, count)
    assert {code.split(".")[0] for code in codes} == areas


def test_every_framework_that_editors_can_choose_is_there():
    assert {name for name, _ in frameworks()} == set(Framework.values)


def test_a_competence_is_called_as_its_version_calls_it():
    assert competence_label("digcomp", "2.2", "2.5", "en") == "Netiquette"
    assert competence_label("digcomp", "3.0", "2.5", "en") == "Digital behaviour"
    assert competence_label("digcomp", "2.2", "4.1", "it") == "Proteggere i dispositivi"
    assert competence_label("digcomp", "2.2", "4.1", "sv") == "Protecting devices"
    assert competence_label("digcomp", "9.9", "4.1", "en") == "4.1"
    assert framework_label("digcomp", "2.2") == "DigComp 2.2"
    assert framework_label("lifecomp", "1") == "lifecomp 1"


@pytest.mark.parametrize(
    ("framework", "version", "level", "band"),
    [
        ("digcomp", "2.2", 1, "Foundation"),
        ("digcomp", "2.2", 8, "Highly specialised"),
        ("digcomp", "3.0", 2, "Basic"),
        ("entrecomp", "1.0", 7, "Expert"),
        ("greencomp", "1.0", 3, ""),
        ("digcomp", "2.2", None, ""),
    ],
)
def test_a_level_is_said_in_the_band_of_its_version(framework, version, level, band):
    assert level_label(framework, version, level, "en") == band


def test_every_competence_in_the_courses_we_ship_exists():
    courses = [
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in Path(settings.BASE_DIR, "content/courses").glob("*/course.yaml")
    ]
    named = [competence for course in courses for competence in course["competences"]]
    assert named
    unknown = [entry for entry in named if not competence_exists(entry["framework"], entry["version"], entry["code"])]
    assert unknown == []
