"""What holds of every kind of question, whatever is asked or sent."""

import itertools
import json
import random
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.blocks import BankQuestionBlocks, QuestionBlocks
from courses.rules.freezing import freeze_quiz, marking_digest, references
from courses.rules.kinds import KINDS, Answer, NotAnAnswer, UnknownKind, kind_of
from foundation.rules.canonical import canonical_json, digest
from tests.courses import drafts
from tests.courses.drafts import FOUND
from tests.courses.kinds.asking import answers, entry_of, forms, freeze, frozen, read
from tests.courses.questions import EVERY_KIND, EXTRAS, ITALIAN

FROZEN = {kind: frozen(kind) for kind in KINDS}
IN_ITALIAN = {kind: frozen(kind, language="it") for kind in KINDS}
every_kind = pytest.mark.parametrize("kind", KINDS)
kinds = st.sampled_from(list(KINDS))


def quiz_form(language="en", **columns):
    source = drafts.quiz(questions=list(EVERY_KIND.values()), **columns)
    text = source if language == "en" else drafts.quiz(questions=list(ITALIAN.values()))
    return freeze_quiz(source=source, text=text, language=language, source_language="en", found=FOUND)


def right_answers(kind, key):
    """Return answers that are wholly right, for kinds that the portal marks."""
    if kind == "numeric":
        return [Answer(text="3.5"), Answer(text="3.4"), Answer(text="3.6")]
    if kind == "short_text":
        return [Answer(text=text) for text in key["accepted"]]
    return [Answer(frozenset(key["correct"]))]


def test_every_kind_has_a_block_a_rule_and_a_test_file():
    assert list(KINDS) == list(EVERY_KIND)
    assert set(KINDS) <= set(QuestionBlocks().child_blocks)
    assert set(KINDS) <= set(BankQuestionBlocks().child_blocks)
    here = Path(__file__).parent
    assert [kind for kind in KINDS if not (here / f"test_{kind}.py").exists()] == []


def test_a_kind_that_no_rule_is_known_for_is_named():
    with pytest.raises(UnknownKind, match="drawing"):
        kind_of({"kind": "drawing"})


@given(kind=kinds, answer=answers)
def test_points_are_between_none_and_those_of_the_question(kind, answer):
    _question, key = FROZEN[kind]
    assert 0 <= KINDS[kind].points(key, answer) <= key["points"]


@given(kind=kinds, answer=answers)
def test_what_does_not_fit_never_scores(kind, answer):
    question, key = FROZEN[kind]
    rules = KINDS[kind]
    if not rules.fits(entry_of(question), answer):
        assert rules.points({**key, "points": 10_000, "partial": False}, answer) == 0


@given(kind=kinds, sent=forms, language=st.sampled_from(["en", "it"]))
def test_a_form_is_read_as_an_answer_that_fits_or_refused_in_words(kind, sent, language):
    question, _key = FROZEN[kind]
    try:
        answer = read(question, sent, language=language)
    except NotAnAnswer as error:
        said = error.words % error.values
    else:
        said = ""
        assert KINDS[kind].fits(entry_of(question), answer)
        assert "\0" not in answer.text
        answer.text.encode()  # the database takes it
    assert "%(" not in said


@given(kind=kinds, seed=st.integers(0, 1000), answer=answers)
def test_the_order_in_which_an_attempt_shows_options_never_matters(kind, seed, answer):
    question, key = FROZEN[kind]

    def mix(ids):
        return random.Random(seed).sample(list(ids), len(ids))

    mixed = {**question, "options": mix(question["options"])}
    assert KINDS[kind].fits(entry_of(question, mix), answer) == KINDS[kind].fits(entry_of(mixed), answer)
    shuffled = {**key, "correct": key["correct"][::-1]}
    assert KINDS[kind].points(shuffled, answer) == KINDS[kind].points(key, answer)


@given(kind=kinds, answer=answers)
def test_translation_never_changes_what_an_answer_is_worth(kind, answer):
    key, italian = FROZEN[kind][1], IN_ITALIAN[kind][1]
    also = {"Esci", "Disconnetti"} if kind == "short_text" else set()
    if answer.text not in also:
        assert KINDS[kind].points(italian, answer) == KINDS[kind].points(key, answer)


@every_kind
def test_what_is_right_earns_all_points_in_every_language_unless_a_person_marks(kind):
    for question, key in (FROZEN[kind], IN_ITALIAN[kind]):
        rules = KINDS[kind]
        for answer in right_answers(kind, key) if not rules.needs_person else ():
            assert rules.fits(entry_of(question), answer)
            assert rules.points(key, answer) == key["points"]


@every_kind
def test_nothing_given_is_an_answer_that_fits_and_earns_nothing(kind):
    question, key = FROZEN[kind]
    assert read(question, {}) == Answer()
    assert KINDS[kind].fits(entry_of(question), Answer())
    assert KINDS[kind].points(key, Answer()) == 0


@every_kind
def test_a_question_is_shown_in_the_words_of_its_translation(kind):
    question, key = IN_ITALIAN[kind]
    assert (question["language"], question["text"]) == ("it", f"In italiano: {kind}")
    assert key["explanation"] == "Spiegazione"
    assert [option["id"] for option in question["options"]] == [option["id"] for option in FROZEN[kind][0]["options"]]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "hint" in EVERY_KIND[kind]["value"]])
@pytest.mark.parametrize("lacking", ["text", "hint", "alt"])
def test_a_question_whose_translation_lacks_a_word_is_shown_in_the_source_language(kind, lacking):
    italian = deepcopy(ITALIAN[kind])
    italian["value"][lacking] = " "
    source, text = drafts.quiz(questions=[EVERY_KIND[kind]]), drafts.quiz(questions=[italian])
    form = freeze_quiz(source=source, text=text, language="it", source_language="en", found=FOUND)
    assert form.body["questions"] == [FROZEN[kind][0]]


def test_the_marking_digest_is_the_same_in_every_language():
    english, italian = quiz_form(), quiz_form(language="it")
    assert english.body != italian.body
    assert marking_digest(english.body, english.key) == marking_digest(italian.body, italian.key)


def test_nothing_of_the_key_is_in_what_a_learner_gets():
    form = quiz_form()
    public = json.dumps(form.body)
    assert "Secret" not in public
    assert json.dumps(form.key).count("Secret") == 14
    for name in (
        "correct",
        "points",
        "feedback",
        "explanation",
        "lesson",
        "number",
        "tolerance",
        "accepted",
        "guidance",
    ):
        assert f'"{name}"' not in public


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_public_form_is_the_same_whatever_belongs_to_what_and_comes_first(order):
    ordering = deepcopy(EVERY_KIND["ordering"]["value"]["options"])
    matching = deepcopy(EVERY_KIND["matching"]["value"]["options"])
    pairs = [(entry["value"]["match"], entry["value"]["match_id"]) for entry in matching]
    for position, entry in zip(order, matching, strict=True):
        entry["value"]["match"], entry["value"]["match_id"] = pairs[position]
    assert frozen("ordering", options=[ordering[position] for position in order])[0] == FROZEN["ordering"][0]
    assert frozen("matching", options=matching)[0] == FROZEN["matching"][0]


def test_what_a_question_has_beyond_its_kind_is_frozen_with_it():
    question, _key = FROZEN["numeric"]
    assert {name: question[name] for name in ("hint", "picture", "tags", "outcome", "competence", "unit")} == {
        "hint": EXTRAS["hint"],
        "picture": {
            "sha256": "a" * 64, "width": 900, "height": 600, "alt": EXTRAS["alt"], "author": "Rosa Lind",
            "licence": "CC BY 4.0", "source": "Drawn for this portal.",
        },
        "tags": ["module 1", "tablets"],
        "outcome": EXTRAS["outcome"],
        "competence": "digcomp:2.2:4.1",
        "unit": "hours",
    }  # fmt: skip


def test_a_picture_of_a_question_is_found_and_translated():
    assert references(drafts.quiz(questions=[EVERY_KIND["numeric"]])).pictures == {3}
    assert IN_ITALIAN["numeric"][0]["picture"] == {**FROZEN["numeric"][0]["picture"], "alt": "Un tablet."}


def test_a_picture_is_described_or_decoration_and_there():
    undecided = "The picture of question 1 needs a decision: say what it shows, or that it is decoration only."
    gone = "Question 1 has no picture any more. Choose one, or take it out."

    def said(**values):
        return [problem.words % problem.values for problem in freeze("numeric", **values).problems]

    assert said(alt="") == [undecided]
    assert said(decorative=True) == [undecided]
    assert said(picture=99) == [gone]
    assert said(alt="", decorative=True) == []
    assert said(picture=None, alt="", decorative=False) == []


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "true_false"])
def test_a_draft_that_sets_nothing_new_freezes_to_the_same_digest(kind):
    nothing = {**dict.fromkeys(EXTRAS, ""), "picture": None, "decorative": False, "partial": False}
    assert digest(freeze(kind, **nothing).body) == digest(freeze(kind).body)
    assert digest(freeze(kind, **nothing).key) == digest(freeze(kind).key)


@pytest.mark.parametrize(
    ("kinds_of", "sha256", "marking_sha256"),
    [
        # As frozen before there was any kind but these three, and nothing beside them.
        (
            ["single_choice", "multiple_choice", "true_false"],
            "67713eb0b3e3374b24591f7564abd21bda8046ef75f9abd5709a2cdab10eb391",
            "2f34ac3237d45e8245e0bb01693299fc6a824e610dc0b616f40eae1914577e3c",
        ),
        (
            list(KINDS),
            "ebe54b468c4c7b54dd2945b3a8ac84e097d9ed13f2bfe8d396776451ba887d49",
            "22c985152010c195cc89cd6eb49bba459721ee267f921a9ceb5cc2bbae454048",
        ),
    ],
)
def test_the_same_quiz_freezes_to_the_same_digests_for_ever(kinds_of, sha256, marking_sha256):
    columns = drafts.quiz(questions=[EVERY_KIND[kind] for kind in kinds_of])
    form = freeze_quiz(source=columns, text=columns, language="en", source_language="en", found=FOUND)
    assert digest({"body": form.body, "key": form.key}) == sha256
    assert marking_digest(form.body, form.key) == marking_sha256


def test_what_is_frozen_is_the_same_when_frozen_again_from_what_was_stored():
    form = quiz_form()
    assert json.loads(canonical_json(form.body)) == form.body
    assert quiz_form() == form


def test_feedback_of_pairs_is_for_entries_that_were_paired_wrong_and_of_choices_for_what_was_chosen() -> None:
    key = {"kind": "matching", "correct": ["soap:wash", "towel:dry"], "points": 2, "feedback": {}}
    given = Answer(frozenset({"soap:wash", "towel:wash"}))

    assert kind_of("matching").told(key, given) == {"towel"}
    assert kind_of("multiple_choice").told({"correct": ["a"]}, Answer(frozenset({"a", "b"}))) == {"a", "b"}
