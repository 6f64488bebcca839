"""What a certificate says in words: the eleven elements of a micro-credential, and notes."""

from dataclasses import replace

import pytest

from certificates.rules.payload import ELEMENTS
from tests.certificates.builders import LANGUAGES
from tests.certificates.payloads import (
    FULL_ISSUER,
    full_facts,
    full_payload,
    path_payload,
    payload_of,
    plain_payload,
)


def _values(payload, language="en"):
    text = payload["texts"][language]
    return {line["key"]: line["values"] for line in [*text["elements"], *text["notes"]]}


@pytest.mark.parametrize("make", [full_payload, plain_payload, path_payload])
def test_the_eleven_elements_stand_in_order_and_say_something_in_every_language(make):
    payload = make()

    for language in LANGUAGES:
        elements = payload["texts"][language]["elements"]
        assert [element["key"] for element in elements] == list(ELEMENTS)
        empty = [element["key"] for element in elements if not element["values"] or not element["label"]]
        assert empty == ([] if make is not plain_payload else ["outcomes"])


def test_a_course_with_everything_says_all_of_it():
    assert _values(full_payload()) == {
        "learner": ["Giulia Ferri"],
        "title": ["Leading a social economy cluster in the twin transition"],
        "country": ["Belgium, Brussels-Capital Region"],
        "awarding_body": [
            "Example Learning Association",
            "Number in a national register: 0123.456.789",
            "Rue de l’Exemple 12, 1000 Brussels",
            "https://association.example/",
        ],
        "issued": ["24 November 2026"],
        "outcomes": [
            "Maps a local ecosystem and its gaps.",
            "Designs fair governance and a two-year budget.",
            "Runs a needs survey and turns it into services.",
            "Plans twin-transition support for at least five members.",
            "Builds a partnership for a call.",
            "Sets indicators and reports them honestly.",
        ],
        "workload": ["About 25 hours of learning.", "ECTS credits: 1.0."],
        "level": [
            "Indicative EQF level 6, set by the issuer.",
            "People manage complex work and answer for a team’s plan.",
        ],
        "assessment": [
            "Quiz, Marked assignment",
            "A final quiz of 24 questions from a pool of 72, and a plan judged by a named assessor.",
        ],
        "participation": ["Online"],
        "quality": [
            "Reviewed each year by two practitioners against the portal’s rules for courses.",
            "Reviewed by Maren Oduya, network of social enterprises.",
            "The course was last reviewed on 12 October 2026.",
        ],
        "criteria": ["Six quizzes passed with 60 per cent, the final quiz with 75, the action plan judged as passed."],
        "result": [
            "38 of 44 points in what is needed for it, 86 %.",
            "24 lessons done. 7 quizzes passed. 1 work passed.",
            "Pass marks: 60 to 75 %.",
        ],
        "supervision": ["Online, not supervised, identity not checked."],
        "prerequisites": ["Experience in a social enterprise or a cluster."],
        "stackability": ["Stands alone; counts towards the path Digital lead."],
        "further": ["The rubric of the action plan can be read on the page of the course."],
        "validity": ["Valid until 24 November 2029.", "It can be renewed from 24 May 2029 on."],
        "edition": ["Course edition 4.", "Completed on 23 November 2026.", "Language: English, Italiano."],
        "competences": [
            "EntreComp 2016: 1.3, 2.3, 2.4, 2.5, 3.2, 3.4 at level 6. GreenComp 2022: 2.1, 3.1, 4.1, 4.2. "
            "DigComp 2.2: 2.3, 2.4 at level 5; 5.2 at level 6.",
            "DigComp 2.2: 2.3 Engaging in citizenship through digital technologies; "
            "2.4 Collaborating through digital technologies; 5.2 Identifying needs and technological responses.",
        ],
        "signatory": ["Annelies Peeters", "Head of learning"],
        "issuer_quality": ["Courses are written with practitioners, read by a second person, and reviewed each year."],
        "is_not": ["Not a regulated qualification."],
    }


def test_a_review_after_the_issue_is_not_said_and_one_on_the_day_of_it_is():
    words = "The course was last reviewed on"
    for reviewed, is_said in (("2026-11-24", True), ("2026-11-25", False)):
        payload = full_payload(reviewed_date=reviewed)
        assert payload["course"]["reviewed_date"] == (reviewed if is_said else "")
        for part in (_values(payload)["quality"], [payload["texts"]["en"]["lines"]["quality"]]):
            assert any(line.startswith(words) for line in part) == is_said


def test_a_course_that_says_little_says_so_instead_of_nothing():
    said = _values(plain_payload())

    assert said["country"] == ["Not stated."]
    assert said["awarding_body"] == ["Demonstration, no issuer is set up"]
    assert said["level"] == ["No level of the European Qualifications Framework is given."]
    assert said["assessment"] == ["The outcomes were not assessed one by one."]
    assert said["participation"] == ["Online"]
    assert said["quality"] == ["Nothing is stated about this course."]
    assert said["validity"] == ["No expiry date."]
    assert said.keys().isdisjoint({"criteria", "signatory", "competences", "prerequisites"})


def test_words_of_the_course_stand_apart_where_the_portal_speaks_another_language():
    facts = full_facts(languages=["it"])
    german = replace(facts, outlines={"it": replace(facts.outlines["it"], language="de")})
    english_course = full_payload(languages=["en"])["texts"]["en"]
    course_in_german = payload_of(german)["texts"]["it"]

    assert not any("language" in line for line in [*english_course["elements"], *english_course["notes"]])
    elements = {line["key"]: line for line in course_in_german["elements"]}
    notes = {line["key"]: line for line in course_in_german["notes"]}
    assert elements["outcomes"]["language"] == "de"
    for key in ("level", "assessment", "quality"):
        assert "language" not in elements[key]
        assert notes[key]["language"] == "de"
        assert notes[key]["label"] == elements[key]["label"]
    assert notes["level"]["values"] == ["Le persone gestiscono lavori complessi e rispondono del piano di un gruppo."]


def test_a_path_names_its_courses_with_their_certificates():
    said = _values(path_payload())

    assert said["courses"] == [
        "Digital basics at work (CT-7PQE-9KT4-M8R2-HVXA)",
        "Leading a social economy cluster in the twin transition",
    ]
    assert said["edition"][0] == "Edition 2 of the learning path."
    assert _values(path_payload(), "it")["courses"][0] == "Basi digitali (CT-7PQE-9KT4-M8R2-HVXA)"


def test_a_second_cycle_and_what_it_replaces_are_said():
    said = _values(full_payload(cycle=2, supersedes="CT-AAAA-BBBB-CCCC-DDDD"))

    assert said["validity"][2:] == [
        "Certified 2 times in all.",
        "It replaces certificate CT-AAAA-BBBB-CCCC-DDDD.",
    ]


def test_on_site_it_is_not_called_online():
    said = _values(full_payload(mode="presential"))

    assert said["participation"] == ["On site"]
    assert said["supervision"] == ["Assessment not supervised, identity not checked."]


def test_an_identifier_of_no_register_is_called_identifier():
    issuer = replace(FULL_ISSUER, identifier=("other", "DEMO-0000-0001"))

    assert "Identifier: DEMO-0000-0001" in _values(full_payload(issuer=issuer))["awarding_body"]


def test_a_country_that_has_no_name_here_stands_by_its_code():
    assert _values(full_payload(issuer=replace(FULL_ISSUER, country="NZ", region="")))["country"] == ["NZ"]
