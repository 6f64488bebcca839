"""When a page counts as changed since it was frozen."""

from courses.queries.tree import fingerprint

BEFORE = {"title": "Wash at 40 degrees", "minutes": 5, "required": True}


def test_a_column_that_pages_got_later_changes_no_page_until_it_says_something() -> None:
    assert fingerprint([BEFORE | {"done_by_attendance": False}]) == fingerprint([BEFORE])
    assert fingerprint([BEFORE | {"done_by_attendance": True}]) != fingerprint([BEFORE])
    assert fingerprint([BEFORE | {"required": False}]) != fingerprint([BEFORE])
