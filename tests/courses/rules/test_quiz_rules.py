import pytest

from courses.queries.changes import words_of
from courses.rules.changes import ChangeKind, changes_between, changes_of_item
from courses.rules.freezing import freeze_quiz
from courses.rules.manifest import next_manifest
from courses.rules.quiz_rules import DEFAULTS, rules_in_outline
from tests.courses import drafts
from tests.courses.rules.test_changes import FOUND, KEY, course_part, entry, quiz_form

SET = {
    "tries_period": "week",
    "wait_minutes": 60,
    "counting": "last",
    "time_limit_minutes": 30,
    "layout": "one-page",
    "mixes_questions": True,
    "mixes_options": True,
    "feedback_timing": "after-pass",
    "reviews_first": False,
}


def draw(count, by="all", **named):
    return {"type": "draw", "id": f"draw-{count}-{by}", "value": {"count": count, "by": by, **named}}


def frozen(**columns):
    raw = drafts.quiz(**columns)
    return freeze_quiz(source=raw, text=raw, language="en", source_language="en", found=FOUND)


def problems(**columns):
    return [problem.field for problem in frozen(**columns).problems]


def test_a_quiz_that_sets_no_rule_freezes_as_before_there_were_any():
    before = frozen().body
    assert frozen(**DEFAULTS, draws=[]).body == before
    assert frozen(**{**DEFAULTS, "time_limit_minutes": None}).body == before
    assert not DEFAULTS.keys() & before.keys()


@pytest.mark.parametrize("rule", sorted(SET))
def test_each_rule_that_is_set_is_frozen_and_said_when_it_changes(rule):
    columns = {"max_attempts": 2}
    after = {**columns, rule: SET[rule]}
    assert frozen(**after).problems == ()
    assert frozen(**after).body[rule] == SET[rule]

    there = [words_of(change) for change in changes_of_item(quiz_form(**columns), quiz_form(**after))]
    back = [words_of(change) for change in changes_of_item(quiz_form(**after), quiz_form(**columns))]

    assert len(there) == len(back) == 1
    assert there != back
    assert "rules change" not in there[0] + back[0]


def test_practice_is_frozen_and_said_where_nothing_is_limited():
    changes = changes_of_item(quiz_form(), quiz_form(offers_practice=True))
    assert [words_of(change) for change in changes] == ["“Quiz: start safely” may now be done for practice."]


@pytest.mark.parametrize(
    "limits",
    [{"max_attempts": 3}, {"time_limit_minutes": 20}, {"wait_minutes": 5}],
    ids=lambda limits: next(iter(limits)),
)
def test_practice_is_refused_where_tries_or_time_are_limited(limits):
    assert problems(offers_practice=True, **limits) == ["offers_practice"]


def test_tries_in_seven_days_need_a_number():
    assert problems(tries_period="week") == ["tries_period"]
    assert problems(tries_period="week", max_attempts=1) == []


def test_a_wait_for_a_try_that_there_is_not_is_refused():
    assert problems(wait_minutes=10, max_attempts=1) == ["wait_minutes"]
    assert problems(wait_minutes=10, max_attempts=1, tries_period="week") == []
    assert problems(wait_minutes=10) == []


def test_a_wait_with_which_nobody_gets_to_their_tries_of_the_week_is_refused():
    assert problems(wait_minutes=5040, max_attempts=3, tries_period="week") == ["wait_minutes"]
    assert problems(wait_minutes=5039, max_attempts=3, tries_period="week") == []


def test_a_draw_is_frozen_with_what_it_takes_from():
    body = frozen(draws=[draw(2)]).body
    assert body["draws"] == [{"count": 2, "by": "all", "value": ""}]


def test_a_draw_that_asks_for_more_than_there_are_is_refused_in_words_that_name_it():
    (problem,) = frozen(draws=[draw(2), draw(2)]).problems
    assert (problem.field, problem.values) == ("draws", {"number": 2, "asked": 2, "left": 1})
    assert problems(draws=[draw(1, "tag", tag=" Safety ")]) == ["draws"]
    assert problems(draws=[draw(1, "outcome", outcome="")]) == ["draws"]


def test_another_number_of_questions_asked_is_said():
    (change,) = changes_of_item(quiz_form(draws=[draw(2)]), quiz_form(draws=[draw(1)]))
    assert change.kind is ChangeKind.DRAWS
    assert words_of(change) == "Quiz “Quiz: start safely”, asked in each try: 2 questions → 1 question"


def test_a_new_quiz_is_told_with_how_many_questions_it_asks():
    (change,) = changes_of_item(None, quiz_form(draws=[draw(2)]))
    assert change.values["count"] == 2


def test_people_on_the_way_are_told_which_limits_changed():
    def manifest(number, **rules):
        previous = None
        return next_manifest(previous, course_part(("m", [entry(KEY, kind="quiz", **rules)])), number=number)

    def said(old, new):
        return [words_of(change) for change in changes_between(old, new, language="en")]

    limited = manifest(2, time_limit_minutes=30, counting="last", sha="other")
    assert said(manifest(1), limited) == [
        f"“Step {KEY}”: now the last try counts. What was passed stays done.",
        f"“Step {KEY}”: time limit: none → 30 minutes",
    ]
    assert said(manifest(1), manifest(2, question_count=2, sha="other")) == [
        f"Quiz “Step {KEY}”, asked in each try: 3 questions → 2 questions"
    ]


def test_a_manifest_names_only_what_serving_must_know_before_the_start():
    assert rules_in_outline({**SET, "offers_practice": False}) == {
        "tries_period": "week",
        "wait_minutes": 60,
        "counting": "last",
        "time_limit_minutes": 30,
    }
