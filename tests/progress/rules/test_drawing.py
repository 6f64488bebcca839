from hypothesis import given
from hypothesis import strategies as st

from courses.rules.drawing import asked_count, fits, shortages
from progress.rules.drawing import build_form, drawn_questions

TAGS = ["safety", "mail", "backup"]
OUTCOMES = ["sign-in", "share"]


def question(number, *, tags=(), outcome=""):
    options = [{"id": f"{number}-{letter}", "text": letter} for letter in "abcd"]
    extras = {"tags": list(tags)} if tags else {}
    extras |= {"outcome": outcome} if outcome else {}
    return {"id": f"q{number}", "kind": "multiple_choice", "options": options, **extras}


def draw(count, by="all", value=""):
    return {"count": count, "by": by, "value": value}


@st.composite
def quizzes(draw_):
    tags = st.lists(st.sampled_from(TAGS), unique=True)
    questions = [
        question(number, tags=draw_(tags), outcome=draw_(st.sampled_from(["", *OUTCOMES])))
        for number in range(draw_(st.integers(1, 12)))
    ]
    made = st.one_of(
        st.builds(draw, st.integers(1, 6)),
        st.builds(draw, st.integers(1, 6), st.just("tag"), st.sampled_from(TAGS)),
        st.builds(draw, st.integers(1, 6), st.just("outcome"), st.sampled_from(OUTCOMES)),
    )
    rules = draw_(
        st.fixed_dictionaries({}, optional={"mixes_questions": st.just(True), "mixes_options": st.just(True)})
    )
    drawn = draw_(st.lists(made, max_size=4))
    return {"questions": questions, **rules, **({"draws": drawn} if drawn else {})}


seeds = st.text(max_size=20)


def asked(quiz, seed="a seed"):
    return [entry["id"] for entry in drawn_questions(quiz, seed=seed)]


@given(quiz=quizzes(), seed=seeds)
def test_no_question_is_asked_twice_and_none_from_outside_the_pool(quiz, seed):
    ids = asked(quiz, seed)
    assert len(set(ids)) == len(ids)
    assert set(ids) <= {entry["id"] for entry in quiz["questions"]}


@given(quiz=quizzes(), seed=seeds)
def test_each_question_that_is_drawn_fits_one_of_the_draws(quiz, seed):
    pool = {entry["id"]: entry for entry in quiz["questions"]}
    draws = quiz.get("draws", [draw(1)])
    assert all(any(fits(pool[key], entry) for entry in draws) for key in asked(quiz, seed))


@given(quiz=quizzes(), seed=seeds)
def test_where_no_draw_can_come_short_every_try_asks_the_same_number(quiz, seed):
    if not shortages(quiz):
        assert len(asked(quiz, seed)) == asked_count(quiz)
    assert len(asked(quiz, seed)) <= asked_count(quiz)


@given(quiz=quizzes(), seed=seeds)
def test_the_same_seed_gives_the_same_form_whatever_the_quiz_was_read_from(quiz, seed):
    form = build_form(quiz, seed=seed)
    assert build_form(quiz, seed=seed) == form
    if quiz.get("mixes_questions") and quiz.get("mixes_options"):
        turned = {**quiz, "questions": quiz["questions"][::-1]}
        assert build_form(turned, seed=seed) == form


@given(quiz=quizzes(), seed=seeds)
def test_a_question_keeps_all_its_options_whatever_their_order(quiz, seed):
    pool = {entry["id"]: [option["id"] for option in entry["options"]] for entry in quiz["questions"]}
    for entry in build_form(quiz, seed=seed)["questions"]:
        assert sorted(entry["options"]) == sorted(pool[entry["id"]])
        if not quiz.get("mixes_options"):
            assert entry["options"] == pool[entry["id"]]


@given(quiz=quizzes(), seed=seeds)
def test_without_mixing_the_questions_come_in_the_order_of_the_quiz(quiz, seed):
    order = [entry["id"] for entry in quiz["questions"]]
    ids = asked({**quiz, "mixes_questions": False}, seed)
    assert ids == [key for key in order if key in ids]


def test_a_quiz_without_draws_asks_every_question_and_keeps_no_seed():
    quiz = {"questions": [question(1), question(2)]}
    form = build_form(quiz, seed="a seed")
    assert form["seed"] == ""
    assert [entry["id"] for entry in form["questions"]] == ["q1", "q2"]
    assert asked_count(quiz) == 2


def test_a_seed_is_kept_where_chance_had_a_part():
    quiz = {"questions": [question(1), question(2)]}
    for rule in ({"mixes_questions": True}, {"mixes_options": True}, {"draws": [draw(1)]}):
        assert build_form({**quiz, **rule}, seed="a seed")["seed"] == "a seed"


def test_a_draw_takes_what_the_draws_before_left():
    quiz = {
        "questions": [question(1, tags=["mail"]), question(2, tags=["mail", "safety"]), question(3)],
        "draws": [draw(1, "tag", "safety"), draw(1, "tag", "mail"), draw(1)],
    }
    assert asked(quiz) == ["q1", "q2", "q3"]


def test_a_draw_that_finds_fewer_than_it_asks_for_takes_all_it_finds():
    quiz = {"questions": [question(1, outcome="share"), question(2)], "draws": [draw(5, "outcome", "share")]}
    assert asked(quiz) == ["q1"]
    assert [(entry.number, entry.asked, entry.left) for entry in shortages(quiz)] == [(1, 5, 1)]


def test_a_draw_that_chance_might_leave_short_is_named_before_it_happens():
    few = [question(1, tags=["safety"]), *(question(number) for number in range(2, 6))]
    assert shortages({"questions": few, "draws": [draw(1), draw(1, "tag", "safety")]})
    assert not shortages({"questions": few, "draws": [draw(1, "tag", "safety"), draw(4)]})


def test_two_seeds_draw_and_order_differently():
    quiz = {
        "questions": [question(number) for number in range(40)],
        "draws": [draw(10)],
        "mixes_questions": True,
        "mixes_options": True,
    }
    forms = {str(build_form(quiz, seed=f"seed {number}")["questions"]) for number in range(20)}
    assert len(forms) == 20


def test_every_question_of_a_pool_is_drawn_about_equally_often():
    quiz = {"questions": [question(number) for number in range(10)], "draws": [draw(3)]}
    times = dict.fromkeys((entry["id"] for entry in quiz["questions"]), 0)
    for number in range(1000):
        for key in asked(quiz, f"seed {number}"):
            times[key] += 1
    assert sum(times.values()) == 3000
    assert all(240 <= count <= 360 for count in times.values())
