"""A statement."""

from courses.rules.kinds import Answer, kind_of
from tests.courses.kinds.asking import entry_of, frozen, problems, read, refusal

QUESTION, KEY = frozen("true_false")


def test_only_what_the_statement_is_earns_points():
    assert kind_of(KEY).points(KEY, read(QUESTION, {"option": "true"})) == 1
    assert kind_of(KEY).points(KEY, read(QUESTION, {"option": "false"})) == 0
    assert kind_of(KEY).points(KEY, Answer(frozenset({"true", "false"}))) == 0


def test_it_is_one_of_the_two():
    assert refusal(QUESTION, {"option": "perhaps"}) == (
        "Choose one of the answers of this question. Nothing was changed."
    )


def test_true_stays_before_false_in_every_try():
    assert entry_of(QUESTION, lambda ids: list(ids)[::-1])["options"] == ["true", "false"]


def test_a_statement_without_its_answer_is_not_published():
    assert problems("true_false", answer="") == ["No answer of question 1 is marked as right."]
