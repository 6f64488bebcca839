"""What goes out comes back: lossless for what the format knows, and every loss is said."""

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.rules.exchange import Format, neutral, raw_block, read, write
from tests.courses.exchange.questions import questions

SOME = settings(max_examples=60, deadline=None)


def _back(form, sent):
    """Return the questions that a written file is read as, by their place in what was sent; and what was written."""
    file = write(form, sent)
    assert {note.number for note in file.skipped} <= set(range(1, len(sent) + 1))
    kept = [number for number in range(1, len(sent) + 1) if number not in {note.number for note in file.skipped}]
    if not kept:
        return {}, file
    found = read(form, file.text)
    assert found.skipped == ()
    assert len(found.questions) == len(kept)
    return dict(zip(kept, found.questions, strict=True)), file


@SOME
@given(sent=st.lists(questions(), min_size=1, max_size=3))
def test_our_template_carries_every_question_whole(sent) -> None:
    back, file = _back(Format.CSV, sent)

    assert file.losses == ()
    assert [(one.kind, one.value, one.title, one.tags) for one in back.values()] == [
        (one.kind, one.value, one.title, one.tags) for one in sent
    ]


@SOME
@given(sent=st.lists(questions(), min_size=1, max_size=3))
def test_moodle_xml_brings_every_question_back_but_for_feedback_on_single_pairs(sent) -> None:
    back, file = _back(Format.MOODLE_XML, sent)

    for number, one in back.items():
        expected = dict(sent[number - 1].value)
        if one.kind == "matching":
            expected["options"] = [
                {name: text for name, text in option.items() if name != "feedback"} for option in expected["options"]
            ]
            assert (expected == sent[number - 1].value) == (
                "options" not in {note.field for note in file.losses if note.number == number}
            )
        assert (one.kind, one.value) == (sent[number - 1].kind, expected)
        assert (one.title, one.tags) == (sent[number - 1].title, sent[number - 1].tags)


@SOME
@given(sent=st.lists(questions(), min_size=1, max_size=3))
def test_gift_brings_back_each_field_that_it_does_not_call_lost(sent) -> None:
    back, file = _back(Format.GIFT, sent)

    for number, one in back.items():
        original = sent[number - 1]
        lost = {note.field for note in file.losses if note.number == number}
        assert one.kind == original.kind
        for name in (original.value.keys() | one.value.keys()) - lost:
            assert (name, one.value.get(name)) == (name, original.value.get(name))
        if "tags" not in lost:
            assert (one.title, one.tags) == (original.title, original.tags)


@SOME
@given(question=questions())
def test_the_raw_block_of_a_question_is_that_question_again(question) -> None:
    ids = iter(range(1000))
    raw = raw_block(question, lambda: f"id-{next(ids)}")

    assert neutral(raw["type"], raw["value"]) == (question.value, set())
