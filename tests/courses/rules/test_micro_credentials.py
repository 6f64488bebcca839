"""A certificate of achievement says all eleven elements, and its terms go together; whatever else it says is free."""

from hypothesis import given
from hypothesis import strategies as st

from courses.rules.micro_credentials import (
    ELEMENTS,
    IN_EACH_LANGUAGE,
    OF_THE_COURSE,
    empty_elements,
    empty_texts,
    lacks_of,
    unfit_terms,
)

COURSE = {"outcomes": ["Maps an ecosystem."], "hours": 3, "eqf_level": 6, "reviewed_date": "2026-10-20"}
CERTIFICATE = {
    "criteria": "Everything passed.",
    "assessment_types": ["quiz"],
    "assessment_text": "A quiz.",
    "mode": "online",
    "eqf_reason": "People answer for a plan.",
    "quality_text": "Read again each year.",
    "quality_reviewer": "Marta Kowal",
}
EMPTY = {"outcomes": [], "hours": 0, "eqf_level": None, "reviewed_date": "", "assessment_types": [], "mode": ""}
SPACES = st.sampled_from(["", " ", "\t", "\n \u00a0"])


def entry(kind="achievement", language="en", terms=(), **texts):
    own = {name: value for name, value in CERTIFICATE.items() if name not in {"assessment_types", "mode"}}
    return {
        "texts": {language: {"kind": kind, "statement": "has shown it.", **own, **texts}},
        "terms": {"assessment_types": ["quiz"], "mode": "online", **dict(terms)},
    }


def lacks(*entries, course=COURSE, has_needed_step=True):
    found = lacks_of(course=course, certificates=entries, source_language="en", has_needed_step=has_needed_step)
    return [(lack.field, lack.language) for lack in found]


def test_nothing_is_empty_where_everything_is_written():
    assert empty_elements(course=COURSE, certificate=CERTIFICATE) == ()


def test_nothing_written_lacks_everything_in_the_order_of_the_recommendation():
    assert empty_elements(course={}, certificate={}) == tuple(ELEMENTS)
    assert list(ELEMENTS.values()) == sorted(ELEMENTS.values())
    assert set(ELEMENTS.values()) == {6, 7, 8, 9, 10, 11}


@given(left_out=st.sets(st.sampled_from(list(ELEMENTS))), spaces=SPACES)
def test_exactly_what_is_left_out_is_empty(left_out, spaces):
    course = {**COURSE, **{name: EMPTY[name] for name in left_out if name in OF_THE_COURSE}}
    certificate = {**CERTIFICATE, **{name: EMPTY.get(name, spaces) for name in left_out if name not in OF_THE_COURSE}}

    assert set(empty_elements(course=course, certificate=certificate)) == left_out


@given(left_out=st.sets(st.sampled_from(list(IN_EACH_LANGUAGE))), spaces=SPACES)
def test_a_translation_has_texts_only(left_out, spaces):
    assert set(empty_texts({**CERTIFICATE, **dict.fromkeys(left_out, spaces)})) == left_out


@given(valid=st.integers(0, 240), renewed=st.integers(0, 60))
def test_what_is_renewed_ends_and_not_before_it_began(valid, renewed):
    fits = not renewed or renewed <= valid

    assert (unfit_terms({"validity_months": valid, "recertification_months": renewed}) == ()) == fits


def test_a_certificate_of_participation_may_be_without_any_element():
    bare = {"texts": {"en": {"kind": "participation", "statement": "took part."}}}
    assert lacks(bare, course={}, has_needed_step=False) == []


def test_each_certificate_says_what_it_lacks_itself():
    endless = entry("participation", terms={"recertification_months": 6})
    assert lacks(entry(criteria=""), endless) == [("criteria", ""), ("recertification_months", "")]


def test_achievement_needs_a_step_that_shows_it():
    assert lacks(entry(), has_needed_step=False) == [("kind", "")]


def test_a_text_that_a_translation_lacks_is_said_with_its_language():
    certificate = entry()
    certificate["texts"]["it"] = {**certificate["texts"]["en"], "quality_text": ""}
    assert lacks(certificate) == [("quality_text", "it")]
