"""What certificates say is frozen without what is not set; and what changes of it is found, whatever the way."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.queries.changes import words_of
from courses.rules.certificate_terms import ALWAYS, COLUMNS, TERMS, TEXTS, certificate_entry, in_order_of, offer_in
from courses.rules.changes import changes_between
from courses.rules.changes_certificates import differing_places
from courses.rules.manifest import next_manifest
from courses.rules.outline import CertificateOffer
from courses.rules.outlining import outline_at
from foundation.rules.canonical import digest
from tests.courses.manifests import course_of, item

ROW = {
    **dict.fromkeys(COLUMNS, ""),
    **TERMS,
    "kind": "participation",
    "statement": "took part.",
    "signatory_name": "Ada Byron",
    "signatory_role": "",
}
WHOLE = {
    **ROW,
    "kind": "achievement",
    "criteria": "Everything passed.",
    "assessment_types": ["quiz", "marked-assignment"],
    "mode": "online",
    "ects": Decimal("1.0"),
    "validity_months": 36,
    "recertification_months": 6,
    "layout": "plain",
    "issuer": "repair-hub",
}


def course(*entries, items=(), **facts):
    manifest = course_of({})
    manifest["course"] |= {"certificates": list(entries), **facts}
    manifest["items"] = list(items)
    manifest["modules"][0]["items"] = [entry["key"] for entry in items]
    return next_manifest(None, manifest, number=1)


def certificate(key="c", **changes):
    return certificate_entry(key, {"en": {**WHOLE, **changes}}, "en")


def step(key, *, needed=False):
    return item(key, kind="quiz", pass_mark=60, **({"needed_for_achievement": True} if needed else {}))


def test_a_certificate_that_says_nothing_new_is_frozen_as_it_was_before_there_was_more_to_say():
    assert certificate_entry("c", {"en": ROW}, "en") == {
        "id": "c",
        "texts": {
            "en": {
                "kind": "participation",
                "statement": "took part.",
                "signatory_name": "Ada Byron",
                "signatory_role": "",
            }
        },
    }


def test_a_whole_certificate_is_frozen_and_offered_as_it_was_written():
    entry = certificate()
    (offer,) = outline_at(course(entry), language="it", edition=1).certificates

    assert entry["terms"]["ects"] == "1.0"
    assert offer == CertificateOffer(
        kind="achievement",
        statement="took part.",
        signatory_name="Ada Byron",
        signatory_role="",
        criteria="Everything passed.",
        assessment_types=("quiz", "marked-assignment"),
        mode="online",
        ects="1.0",
        validity_months=36,
        recertification_months=6,
        layout="plain",
        issuer="repair-hub",
    )


@given(
    texts=st.dictionaries(st.sampled_from(TEXTS), st.text(max_size=8)),
    months=st.integers(0, 240),
    ects=st.none() | st.decimals(0, 60, places=1),
)
def test_freezing_keeps_what_is_written_and_leaves_out_what_is_not(texts, months, ects):
    row = {**ROW, **texts, "validity_months": months, "ects": ects}
    entry = certificate_entry("c", {"en": row}, "en")
    text = entry["texts"]["en"]

    assert set(text) == {*ALWAYS, *(name for name, value in texts.items() if value.split())}
    assert all(" ".join(texts[name].split()) == text[name] for name in texts if name in text)
    assert entry.get("terms", {}) == {
        **({"validity_months": months} if months else {}),
        **({"ects": f"{ects:.1f}"} if ects is not None else {}),
    }
    assert digest(offer_in(entry, "it", "en")) == digest({**text, **entry.get("terms", {})})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"criteria": "Other."}, "Certificate of achievement, what it takes to get it: Other."),
        ({"criteria": ""}, "Certificate of achievement, what it takes to get it: taken out"),
        ({"validity_months": 24}, "Certificate of achievement, valid for, months: 36 months → 24 months"),
        ({"recertification_months": 0}, "Certificate of achievement, may be renewed, months before the end: 6 months → none"),
        ({"mode": "blended"}, "Certificate of achievement, form of participation: Online → Online and on site"),
        ({"ects": None}, "Certificate of achievement, ECTS credits: 1.0 → not given"),
        ({"issuer": ""}, "Certificate of achievement, issuer: repair-hub → this site"),
        ({"assessment_types": ["quiz"]}, "Certificate of achievement, types of assessment: Quiz, Marked assignment → Quiz"),
        ({"statement": "did it."}, "The certificate says: did it.\nAda Byron"),
        (
            {"kind": "participation"},
            "Certificate of participation, kind: Certificate of achievement → Certificate of participation",
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_each_change_of_a_certificate_is_said_and_is_one_that_two_people_make(changes, words):
    before, after = course(certificate()), course(certificate(**changes))

    assert [words_of(change) for change in changes_between(before, after, language="en")] == [words]
    assert differing_places(before, after) == {("", "en")}


def test_a_first_certificate_is_no_change_and_a_second_one_is():
    assert differing_places(course(), course(certificate())) == frozenset()
    assert differing_places(course(certificate()), course(certificate(), certificate("d", kind="participation")))
    assert differing_places(course(certificate()), course()) == {("", "en")}


def test_a_translation_that_says_something_else_is_found_in_its_language():
    before = course(certificate())
    after = course(certificate_entry("c", {"en": WHOLE, "it": {**WHOLE, "criteria": "Tutto superato."}}, "en"))
    assert differing_places(before, after) == {("", "it")}


@pytest.mark.parametrize(("kind", "found"), [("achievement", {("", "en")}), ("participation", set())])
def test_facts_of_the_course_stand_behind_an_achievement(kind, found):
    entry = certificate(kind=kind)
    outcomes = [{"id": "o", "texts": {"en": {"text": "Maps."}}}]
    assert differing_places(course(entry, hours=3), course(entry, hours=4)) == found
    assert differing_places(course(entry), course(entry, outcomes=outcomes)) == found
    assert differing_places(course(entry), course(entry, plain_language=True)) == set()


def test_what_an_achievement_takes_is_changed_by_a_tick():
    entry = certificate()
    neither, both = [step("a"), step("b")], [step("a", needed=True), step("b", needed=True)]
    one = [step("a", needed=True), step("b")]

    assert differing_places(course(entry, items=both), course(entry, items=one)) == {("b", "en")}
    assert differing_places(course(entry, items=one), course(entry, items=both)) == {("b", "en")}
    assert differing_places(course(entry, items=neither), course(entry, items=[*neither, step("c")])) == set()
    words = [words_of(change) for change in changes_between(course(items=both), course(items=one), language="en")]
    assert words == ["“B” is no longer needed for the certificate of achievement."]


def test_a_step_that_is_gone_lowers_the_bar_unless_nothing_is_left_to_pass():
    entry = certificate()
    both = course(entry, items=[step("a", needed=True), step("b", needed=True), step("c")])

    without_one = course(entry, items=[step("a", needed=True), step("c")])
    without_both = course(entry, items=[step("c")])
    assert differing_places(both, without_one) == {("b", "en")}
    assert differing_places(both, without_both) == set()


def test_what_was_taken_down_together_comes_back_together_and_as_it_was():
    entry = certificate()
    both = course(entry, items=[step("a", needed=True), step("b", needed=True), step("c")])
    down = next_manifest(both, {**course(entry, items=[step("c")])}, number=2)

    back = course(entry, items=[step("a", needed=True), step("b", needed=True), step("c")])
    assert differing_places(down, back) == set()
    assert differing_places(down, course(entry, items=[step("a", needed=True), step("c")])) == {("b", "en")}
    assert differing_places(down, course(entry, items=[step("a"), step("b"), step("c")])) == {("a", "en"), ("b", "en")}
    assert differing_places(down, course(entry, items=[step("c"), step("d")])) == set()


def test_the_order_of_types_of_assessment_is_no_change_and_stays_as_it_was_frozen():
    before = certificate_entry("c", {"en": {**WHOLE, "assessment_types": ["marked-assignment", "quiz"]}}, "en")
    after = certificate_entry("c", {"en": {**WHOLE, "assessment_types": ["quiz", "marked-assignment"]}}, "en")
    other = certificate_entry("c", {"en": {**WHOLE, "assessment_types": ["quiz"]}}, "en")
    assert in_order_of([before], [after]) == [before]
    assert in_order_of([before], [other]) == [other]
    assert in_order_of([], [after]) == [after]
    first = next_manifest(None, course(before), number=1)
    assert next_manifest(first, course(after), number=2) == first
    assert not differing_places(first, course(after))
    assert differing_places(first, course(other))
