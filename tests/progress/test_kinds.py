"""Every kind of question through its pages: answered, changed, checked, sent, told; and what is forged is never kept."""

import re
from urllib.parse import unquote, urlencode

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.rules.kinds import Answer, kind_of
from progress import operations
from progress.models import Attempt, MarkEvent, Response
from tests.people import make_learner
from tests.progress.builders import NOON, counted_queries, enrol, quizzes_of, saved, start
from tests.progress.kinds import (
    KINDS,
    as_sent,
    entry_of,
    make_course_of_kinds,
    right_answer,
    wrong_answer,
)

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def ana(db):
    return make_learner("ana")


@pytest.fixture
def attempt(ana) -> Attempt:
    course = make_course_of_kinds()
    return start(enrol(course, ana), quizzes_of(course)[0])


@pytest.fixture
def learner(ana) -> Client:
    client = Client()
    client.force_login(ana)
    return client


def address(attempt: Attempt, kind: str = "", language: str = "en") -> str:
    place = f"questions/{KINDS.index(kind) + 1}/" if kind else ""
    return f"/{language}/attempts/{attempt.public_id}/{place}"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return " ".join(response.content.decode().split())


def answer_of(attempt: Attempt, kind: str) -> Answer:
    return saved(attempt, entry_of(attempt, kind)["id"]).answer


SAID = {
    "true_false": "True",
    "ordering": "1. Save what you wrote.<br>2. Sign out.<br>3. Lock the screen.",
    "matching": "A passphrase – Your account<br>An update – Your device<br>A screen lock – Your device",
    "numeric": "3.5 hours",
    "short_text": "sign out",
    "open_answer": "<p>So that nobody writes in my name.</p> <p>It takes a second.</p>",
}


def test_every_kind_is_answered_changed_checked_sent_and_told(learner, attempt):
    for number, kind in enumerate(KINDS, start=1):
        for given_answer in (wrong_answer(attempt, kind), right_answer(attempt, kind)):
            response = learner.post(address(attempt, kind), as_sent(attempt, kind, given_answer))
            following = f"questions/{number + 1}/" if number < len(KINDS) else "check/"
            assert (response.status_code, response["Location"]) == (303, address(attempt) + following), kind
            assert answer_of(attempt, kind) == given_answer, kind
        again = learner.get(address(attempt, kind)).content.decode()
        chosen = re.findall(r"checked|selected|value=\"(?:3.5|sign out)\"|So that nobody", again)
        assert len(chosen) == max(len(right_answer(attempt, kind).options), 1), kind

    check = page(learner, f"{address(attempt)}check/")
    assert "All questions are answered" in check
    for kind, words in SAID.items():
        assert words in check, kind

    learner.post(f"{address(attempt)}send/")
    event = MarkEvent.objects.get()
    assert (event.score, event.max_score, event.passed) == (21, 24, True)
    result = page(learner, f"{address(attempt)}result/")
    assert result.count('<span class="mark">Right</span>') == 7
    assert result.count("Read by a person") == 1
    story = page(learner, f"{address(attempt)}marking/")
    for kind, words in SAID.items():
        assert words in result, kind
        assert words in story, kind
    assert "until a person has read the answer" in story


def test_what_is_wrong_is_not_quite_and_names_nothing_that_is_right(learner, attempt):
    for kind in KINDS:
        learner.post(address(attempt, kind), as_sent(attempt, kind, wrong_answer(attempt, kind)))
    learner.post(f"{address(attempt)}send/")
    result = page(learner, f"{address(attempt)}result/")
    assert MarkEvent.objects.get().score == 0
    assert result.count("Not quite") == 7 + 3 + 3  # and each entry of ordering and matching
    assert "Right is" not in result
    for secret in ("3.5 hours", "Sign out</dd>", "Log out", "Secret-guidance"):
        assert secret not in result


def test_not_sure_takes_the_place_of_an_answer_and_an_answer_of_not_sure(learner, attempt):
    for kind in KINDS:
        right = right_answer(attempt, kind)
        sent = as_sent(attempt, kind, right)
        response = saved(attempt, entry_of(attempt, kind)["id"])
        for form, expected in (
            (sent, (right, False)),
            ({"option": "unsure"}, (Answer(), True)),
            ({**sent, "option": [*sent.get("option", []), "unsure"]}, (right, False)),
        ):
            assert learner.post(address(attempt, kind), form).status_code == 303
            response.refresh_from_db()
            assert (response.answer, response.unsure) == expected, kind


def test_nothing_is_asked_for_in_words_where_a_person_presses_and_is_no_answer_where_a_script_saves(learner, attempt):
    for kind in KINDS:
        asked = learner.post(address(attempt, kind), {})
        assert asked.status_code == 422
        assert asked.content.decode().count("If you do not know, choose “I am not sure”.") == 2
        learner.post(address(attempt, kind), as_sent(attempt, kind, right_answer(attempt, kind)))
        emptied = learner.post(address(attempt, kind), {"sequence": 99}, headers=JSON)
        assert (emptied.status_code, answer_of(attempt, kind)) == (200, Answer())


def test_a_late_packet_changes_no_kind_of_answer(learner, attempt):
    for kind in KINDS:
        right, wrong = right_answer(attempt, kind), wrong_answer(attempt, kind)
        learner.post(address(attempt, kind), {**as_sent(attempt, kind, right), "sequence": 5}, headers=JSON)
        late = learner.post(address(attempt, kind), {**as_sent(attempt, kind, wrong), "sequence": 4}, headers=JSON)
        assert (late.status_code, answer_of(attempt, kind)) == (409, right)


class TestWhatIsNoAnswer:
    """The words stand at the field and on top, what was typed stays, nothing is stored."""

    def test_is_said_at_the_field_and_kept_there(self, learner, attempt):
        for kind, sent, words, kept in (
            ("numeric", {"text": "about three"}, "Write one number in digits", 'value="about three"'),
            ("short_text", {"text": "word " * 60}, "a word or two are enough", "word word"),
            ("open_answer", {"text": "x" * 10001}, "Write at most 10000 characters", "x" * 10001),
            ("ordering", {"pair-save": "1", "pair-leave": "1"}, "Place 1 is chosen more than once", "selected"),
            ("matching", {"pair-phrase": "9"}, "Choose from the list beside each entry", "pair-phrase"),
            ("single_choice", {"option": "invented"}, "Choose one of the answers of this question", "type="),
        ):
            response = learner.post(address(attempt, kind), sent)
            text = response.content.decode()
            assert response.status_code == 422
            assert text.count(words) == 2
            assert "<title>Error: " in text
            assert 'aria-describedby="answer-problem"' in text
            assert kept in text
            told = learner.post(address(attempt, kind), {**sent, "sequence": 3}, headers=JSON)
            assert told.status_code == 422
            assert words in told.json()["text"]
            assert saved(attempt, entry_of(attempt, kind)["id"]).answered_at is None

    def test_is_not_said_of_answers_that_were_sent(self, learner, attempt):
        operations.submit_attempt(attempt=attempt, at=NOON)
        response = learner.post(address(attempt, "numeric"), {"text": "about three"})
        assert response["Location"] == f"{address(attempt)}result/"
        assert learner.post(address(attempt, "numeric"), {"text": "x"}, headers=JSON).status_code == 409


def test_a_number_is_read_and_shown_as_the_language_of_the_page_writes_it(learner, attempt):
    for typed in ("3,5", "3,50 hours", " 3.5 "):
        learner.post(address(attempt, "numeric", "it"), {"text": typed})
        assert answer_of(attempt, "numeric") == Answer(text="3.5")
    assert 'value="3,5"' in page(learner, address(attempt, "numeric", "it"))
    assert 'value="3.5"' in page(learner, address(attempt, "numeric"))
    assert "3,5 hours" in page(learner, f"/it/attempts/{attempt.public_id}/check/")


def test_an_answer_of_any_kind_comes_back_through_a_sign_in(learner, attempt):
    for kind in ("ordering", "matching", "numeric", "short_text", "open_answer"):
        sent = as_sent(attempt, kind, right_answer(attempt, kind))
        goal = Client().post(address(attempt, kind), sent)["Location"]
        shown = page(learner, unquote(goal.partition("next=")[2]))
        assert "This answer is not saved yet" in shown, kind
        assert answer_of(attempt, kind) == Answer(), kind
        assert re.search(r"selected|value=\"(3.5|sign out)\"|So that nobody", shown), kind


def test_a_text_too_long_for_an_address_stays_on_the_page_when_the_session_has_ended(attempt):
    words = "Because others would see it.\n" * 80
    signed_out = Client().post(address(attempt, "open_answer"), {"text": words})
    shown = signed_out.content.decode()
    assert signed_out.status_code == 401
    assert shown.count("Because others would see it.") == 80
    assert urlencode({"next": address(attempt, "open_answer")}) in shown
    older = Client(enforce_csrf_checks=True).post(address(attempt, "open_answer"), {"text": words})
    assert (older.status_code, older.content.decode().count("Because others would see it.")) == (403, 80)


def test_a_question_shows_its_hint_closed_and_its_unit_behind_the_field(learner, attempt):
    text = page(learner, address(attempt, "numeric"))
    assert '<summary>A hint</summary><p lang="en">It is in the second lesson.</p></details>' in text
    assert 'inputmode="decimal"' in text
    assert '<span lang="en">hours</span>' in text


def test_part_of_the_points_is_said_with_the_points(learner, attempt):
    entry = entry_of(attempt, "matching")
    right = dict(token.split(":") for token in right_answer(attempt, "matching").options)
    one_wrong = {**right, "lock": right["phrase"]}
    sent = as_sent(attempt, "matching", Answer(frozenset(f"{option}:{target}" for option, target in one_wrong.items())))
    learner.post(address(attempt, "matching"), sent)
    learner.post(f"{address(attempt)}send/")
    assert MarkEvent.objects.get().points[entry["id"]] == 2
    result = page(learner, f"{address(attempt)}result/")
    assert "Partly" in result
    assert "2 of 3" in result


_texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
_values = st.one_of(
    _texts,
    st.sampled_from(
        ["1", "2", "3", "0", "-1", "99", "unsure", "true", "m-1", "3.5", "save:1", "save:save", "\0", "1e5"]
    ),
)
_names = st.one_of(
    st.sampled_from(
        ["option", "text", "pair-save", "pair-leave", "pair-lock", "pair-phrase", "pair-nobody", "sequence"]
    ),
    _texts,
)
_forms = st.dictionaries(_names, st.lists(_values, max_size=3), max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_forged_form_stores_what_a_question_cannot_have(learner, attempt, data):
    kind = data.draw(st.sampled_from(KINDS))
    sent = data.draw(_forms)
    response = learner.post(address(attempt, kind), sent, headers=data.draw(st.sampled_from([JSON, {}])))
    assert response.status_code in {200, 303, 409, 422}
    for row in Response.objects.filter(attempt=attempt):
        entry = next(entry for entry in attempt.form["questions"] if entry["id"] == row.question_id)
        assert kind_of(entry).fits(entry, row.answer)
        assert not (row.unsure and row.answer)
        assert len(set(row.options)) == len(row.options)


def test_an_answer_that_its_question_cannot_have_is_found_in_the_records(attempt):
    Response.objects.filter(question_id=entry_of(attempt, "numeric")["id"]).update(
        text="3,5", sequence=1, answered_at=NOON
    )
    with pytest.raises(CommandError):
        call_command("check_records", verbosity=0)


def test_pages_of_a_try_read_what_the_quiz_asks_once_a_process(learner, attempt):
    page(learner, address(attempt, "numeric"))
    with counted_queries() as queries:
        page(learner, address(attempt, "numeric"))
        learner.post(address(attempt, "numeric"), {"text": "3.5"})
        page(learner, f"{address(attempt)}check/")
    assert any('"courses_quizversion"' in query for query in queries)
    assert not any('"courses_quizversion"."body"' in query for query in queries)


def test_the_operation_refuses_what_no_form_would_send(attempt):
    forged = {
        "single_choice": Answer(text="yes"),
        "ordering": Answer(frozenset({"save:4"})),
        "matching": Answer(frozenset({"phrase:phrase"})),
        "numeric": Answer(text="3,5"),
        "short_text": Answer(text="a\0b"),
        "open_answer": Answer(frozenset({"text"}), "words"),
    }
    for kind, answer in forged.items():
        with pytest.raises(operations.UnfitAnswer):
            operations.save_response(
                attempt=attempt,
                question_id=entry_of(attempt, kind)["id"],
                answer=answer,
                unsure=False,
                sequence=1,
                at=NOON,
            )
    assert not Response.objects.exclude(answered_at=None).exists()
