"""Own words, which a person marks."""

from hypothesis import given

from courses.rules.kinds import Answer, kind_of, marking_of
from tests.courses.kinds.asking import answers, entry_of, frozen, read, refusal, texts

QUESTION, KEY = frozen("open_answer")
RULES = kind_of("open_answer")


@given(answers)
def test_the_portal_itself_gives_no_points(answer):
    assert RULES.needs_person
    assert RULES.points(KEY, answer) == 0
    assert not RULES.parts(KEY, answer).is_whole


def test_lines_stay_as_they_were_written():
    answer = read(QUESTION, {"text": "  First.\r\n\r\n  - second  \r third\0\n\n"})
    assert answer == Answer(text="  First.\n\n  - second\n third")


@given(texts)
def test_what_is_read_is_read_the_same_again(text):
    answer = read(QUESTION, {"text": text})
    assert read(QUESTION, {"text": answer.text}) == answer
    assert RULES.says(QUESTION, answer) == ((answer.text,) if answer.text else ())


def test_ten_thousand_characters_fit_and_not_one_more():
    assert len(read(QUESTION, {"text": "a" * 10_000}).text) == 10_000
    assert refusal(QUESTION, {"text": "a" * 10_001}) == "Write at most 10000 characters."
    assert refusal(QUESTION, {"text": "ab " * 2_000_000}) == "Write at most 10000 characters."
    assert not RULES.fits(entry_of(QUESTION), Answer(text="a" * 10_001))


def test_what_the_person_who_marks_reads_is_in_the_key_and_decides_no_marking():
    _question, italian = frozen("open_answer", language="it")
    assert KEY["guidance"] == "Secret-guidance: others would see the client."
    assert italian["guidance"] == "Secret-guidance in italiano."
    assert "guidance" not in frozen("open_answer", guidance=" ")[1]
    assert marking_of(italian) == marking_of(KEY)
    assert RULES.right(QUESTION, KEY) == ()
