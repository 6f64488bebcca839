from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.sheets import Block, Value, in_columns, is_right_to_left, sheet_of
from tests.certificates.payloads import full_payload, old_payload, plain_payload

blocks = st.lists(
    st.builds(
        Block,
        key=st.sampled_from(["outcomes", "level", "quality"]),
        label=st.sampled_from(["", "Level"]),
        values=st.lists(st.builds(Value, st.text(max_size=120)), min_size=1, max_size=5).map(tuple),
    ),
    max_size=9,
)


@given(blocks=blocks, count=st.integers(min_value=1, max_value=4))
def test_columns_hold_every_block_once_in_its_order_and_none_is_empty(blocks, count):
    columns = in_columns(blocks, count, width=40)

    assert [block for column in columns for block in column] == blocks
    assert all(columns)
    assert len(columns) <= count


@given(blocks=blocks)
def test_no_column_is_longer_than_all_in_one_would_be_and_three_are_no_longer_than_two(blocks):
    def longest(count):
        return max(
            (sum(block.lines(40) for block in column) for column in in_columns(blocks, count, width=40)), default=0
        )

    assert longest(3) <= longest(2) <= longest(1)


def test_a_long_block_stands_alone_and_the_short_ones_share_a_column():
    long = Block("quality", "Quality", (Value("x" * 400),))
    short = Block("level", "Level", (Value("6"),))

    assert in_columns([long, short, short], 2, width=40) == [[long], [short, short]]


def test_direction_is_that_of_the_first_letter_that_has_one():
    assert is_right_to_left("محمد Ferri")
    assert is_right_to_left("(אברהם)")
    assert not is_right_to_left("Giulia محمد")
    assert not is_right_to_left("2026 —")


def test_every_element_and_note_stands_on_the_one_sheet_and_in_the_table_of_the_second():
    payload = full_payload()
    text = payload["texts"]["en"]
    keys = {line["key"] for line in (*text["elements"], *text["notes"])}

    sheet = sheet_of(payload, "en")

    on_one = [*sheet.columns, *sheet.fine, *sheet.foot, sheet.signature, sheet.beside_code]
    assert {block.key for column in on_one for block in column} | {"learner", "title"} == keys
    assert {block.key for block in sheet.table} == keys


def test_each_face_says_less_than_the_one_before_and_the_outcomes_may_stand_in_two_columns():
    sheet = sheet_of(full_payload(), "en")

    faces = [[block for column in face for block in column] for face in sheet.faces]

    keys = [{block.key for block in face} for face in faces]
    assert keys[0] == keys[1] > keys[2] > keys[3] > keys[4] == set()
    halves = [block for block in faces[1] if block.key == "outcomes"]
    assert [block.label for block in halves] == ["Learning outcomes", ""]
    assert sum((block.values for block in halves), ()) == sheet.blocks["outcomes"].values


def test_what_the_holder_did_stands_below_the_title_and_of_the_first_schema_among_the_lines():
    assert sheet_of(full_payload(), "en").statement.startswith("Passed its final quiz")
    assert sheet_of(old_payload(), "en").statement == ""
    assert "Did all its steps." in [value.text for value in sheet_of(old_payload(), "en").blocks["assessment"].values]


def test_what_is_said_of_one_thing_in_two_languages_stands_under_one_label():
    payload = full_payload()
    text = payload["texts"]["en"]
    text["notes"].append({"key": "level", "label": "Level", "values": ["Wer führt"], "language": "de"})

    level = sheet_of(payload, "en").blocks["level"]

    assert level.values[-1] == Value("Wer führt", "de")
    assert level.shortened.values == level.values[:1]


def test_the_stamp_is_that_of_a_sample_or_of_a_demonstration_and_the_look_is_one_that_there_is():
    assert sheet_of(full_payload(), "en").stamp == ""
    assert sheet_of(plain_payload(), "en").stamp == "DEMO"
    assert sheet_of(plain_payload() | {"is_sample": True}, "en").stamp == "SAMPLE"
    assert sheet_of(full_payload(layout="plain"), "en").look == "plain"
    assert sheet_of(full_payload() | {"layout": "of another time"}, "en").look == "woven"


def test_before_there_were_elements_the_lines_are_what_is_printed():
    sheet = sheet_of(old_payload(), "it")

    assert [value.text for value in sheet.blocks["awarding_body"].values] == ["Example Learning Association, Belgium"]
    assert [value.text for value in sheet.blocks["outcomes"].values] == ["Signs in and out safely.", "Checks a source."]
    assert "No expiry date." in [value.text for value in sheet.blocks["issued"].values]
    assert sheet.look == "woven"
