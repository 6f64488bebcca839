"""Calendar files as RFC 5545 asks: folded, escaped, in UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from progress.rules.calendar_file import Event, calendar_file, escaped, folded

BRUSSELS = ZoneInfo("Europe/Brussels")


def event(**changes):
    values = {
        "uid": "session-1@example.org",
        "sequence": 0,
        "begins_at": datetime(2026, 12, 1, 14, 0, tzinfo=BRUSSELS),
        "minutes": 90,
        "title": "First meeting",
        "description": "",
        "place": "",
        "url": "",
        "made_at": datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
        **changes,
    }
    return Event(**values)


def unfolded(data):
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_is_said_in_utc_with_its_end():
    lines = unfolded(calendar_file(event(place="Room 3; first floor, left"), product="-//A//B//EN"))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261201T130000Z" in lines
    assert "DTEND:20261201T143000Z" in lines
    assert "LOCATION:Room 3\\; first floor\\, left" in lines
    assert "STATUS:CONFIRMED" in lines


def test_a_cancelled_one_says_so_with_a_higher_number():
    lines = unfolded(calendar_file(event(sequence=2, is_cancelled=True), product="-//A//B//EN"))
    assert {"SEQUENCE:2", "STATUS:CANCELLED", "UID:session-1@example.org"} <= set(lines)


@given(st.text(max_size=300))
def test_no_text_breaks_out_of_its_line(text):
    data = calendar_file(event(title=text, place=text, description=text, url=text), product="-//A//B//EN")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        assert not {10, 13} & set(line)
    starts = [line.partition(":")[0] for line in unfolded(data) if line]
    assert starts.count("BEGIN") == starts.count("END") == 2
    assert len(starts) <= 18


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_folding_loses_nothing(text):
    assert folded(text).replace("\r\n ", "") == text + "\r\n"


def test_a_line_break_is_said_in_two_characters():
    assert escaped("one\r\ntwo\nthree") == "one\\ntwo\\nthree"
