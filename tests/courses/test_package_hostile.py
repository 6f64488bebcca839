"""A package of a stranger: what may not be in it is said in words before anything is written, whatever the bytes are."""

import hashlib
import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from wagtail.models import Page

from accounts.models import User
from courses.models import CoursePackage
from courses.operations.unpacking import look_into
from courses.rules.package import PackageUnreadable
from tests.courses.bank import add_question, bank_question
from tests.courses.builders import lesson_pages, make_course, publish, quiz_pages
from tests.courses.every_kind import every_kind
from tests.courses.packages import imported, opened, package_of, packed, unpacked
from tests.courses.uploads import drawing_bytes, upload_document, upload_picture
from tests.people import make_editor

Files = dict[str, Any]


@pytest.fixture
def files(own_storage, db) -> Files:
    """A small package with a picture, a document, a question of the bank and a question of every kind."""
    course = make_course(lesson_count=1)
    picture, document = upload_picture(drawing_bytes(), name="drawing.png"), upload_document()
    body = [
        {"type": "rich_text", "id": "a", "value": {"html": "<p>Words</p>"}},
        {"type": "image", "id": "b", "value": {"picture": picture.pk, "alt": "A drawing", "decorative": False}},
        {"type": "download", "id": "c", "value": {"title": "Sheet", "file": document.pk, "description": ""}},
    ]
    publish(lesson_pages(course)[0], body=body)
    publish(quiz_pages(course)[0], questions=[*every_kind(), bank_question(add_question())])
    return unpacked(package_of(course))


LESSON, QUIZ, COURSE = "pages/module-1-item-1.en.json", "pages/module-1-item-2.en.json", "pages/course.en.json"
QUESTION = "questions/question-1.json"


def said(data: bytes) -> list[str]:
    """Return what keeps a package out, in words; no query is made for it."""
    with CaptureQueriesContext(connection) as queries:
        try:
            look_into(opened(data))
        except PackageUnreadable as error:
            return [problem.words % problem.values for problem in error.problems]
        finally:
            assert [query for query in queries if "SAVEPOINT" not in query["sql"]] == []
    return []


def test_a_package_as_it_went_out_has_nothing_against_it(files):
    assert said(packed(files)) == []


def _lesson(**fields: Any) -> Callable[[Files], None]:
    return lambda files: files[LESSON]["fields"].update(fields)


def _block(place: int, **value: Any) -> Callable[[Files], None]:
    return lambda files: files[LESSON]["fields"]["body"][place]["value"].update(value)


def _medium(files: Files, begin: str) -> str:
    return next(name for name in files if name.startswith("media/") and name.endswith(begin))


def _other_bytes(files: Files, extension: str, data: bytes) -> None:
    """Put bytes into the place of a file, honestly: with their own digest in every place."""
    old = _medium(files, extension)
    del files[old]
    new = f"media/{hashlib.sha256(data).hexdigest()}.{extension}"
    files[new] = data
    for relation in ("pictures", "documents"):
        for entry in files["media.json"][relation]:
            entry["file"] = new if entry["file"] == old else entry["file"]


def _huge_picture() -> bytes:
    out = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(out, "PNG")
    return out.getvalue()


WRONG = "This is not what a package has here."
NO_FIELD = "This portal knows no such field."
NO_NAME = "What is named here is not in the package."
OTHER_TYPE = "This value is of another type than the field."
FAULTS: dict[str, tuple[Callable[[Files], Any], str]] = {
    "another format": (
        lambda files: files["package.json"].update(format="other"),
        "This is not the package of a course.",
    ),
    "another version": (
        lambda files: files["package.json"].update(version=2),
        "This package is of another version. This portal reads version 1.",
    ),
    "no outline": (lambda files: files.pop("course.json"), "This file is missing."),
    "a text too few": (lambda files: files.pop(LESSON), "This file is missing."),
    "a text too many": (
        lambda files: files.update({"pages/module-9.en.json": {}}),
        "Nothing in the package names this file.",
    ),
    "a program": (
        lambda files: files.update({"run.exe": b"MZ"}),
        "A file of this name does not belong into a package.",
    ),
    "a zip in it": (
        lambda files: files.update({"media/more.zip": b"PK"}),
        "A file of this name does not belong into a package.",
    ),
    "a name of look-alike letters": (
        lambda files: files.update({"pages/\u0441ourse.en.json": {}}),
        "A file of this name does not belong into a package.",
    ),
    "a module of another name": (lambda files: files["course.json"]["modules"][0].update(name="module-2"), WRONG),
    "a step of another kind": (
        lambda files: files["course.json"]["modules"][0]["items"][0].update(kind="game"),
        WRONG,
    ),
    "no list of modules": (lambda files: files["course.json"].update(modules={}), WRONG),
    "a language that is none": (lambda files: files["course.json"].update(source_language="../en"), WRONG),
    "a key that is none": (lambda files: files["package.json"]["course"].update(key="1"), WRONG),
    "an address that is none": (lambda files: files["package.json"]["course"].update(slug="../x"), WRONG),
    "an unknown field": (_lesson(owner=1), NO_FIELD),
    "an unknown block": (
        lambda files: files[LESSON]["fields"]["body"].append({"type": "script", "id": "x", "value": {}}),
        "There is no block of this kind.",
    ),
    "an unknown field of a block": (_block(0, onclick="x"), NO_FIELD),
    "a text for a number": (_lesson(minutes="5"), OTHER_TYPE),
    "true for a number": (_lesson(minutes=True), OTHER_TYPE),
    "a number out of range": (_lesson(minutes=241), "Ensure this value is less than or equal to 240."),
    "a day that is none": (_lesson(reviewed_date="2026-13-01"), None),
    "no title": (_lesson(title=""), "This field must not be empty."),
    "a title that is too long": (_lesson(title="x" * 256), None),
    "an address of a page that is none": (_lesson(slug="a/b"), None),
    "no list of blocks": (_lesson(body={"a": 1}), "This must be a list."),
    "an inner name that is none": (
        lambda files: files[LESSON]["fields"]["body"][0].update(id=["x"]),
        "The inner name of this block is not one.",
    ),
    "a picture that is not there": (_block(1, picture="picture-7"), NO_NAME),
    "a document for a picture": (_block(1, picture="document-1"), NO_NAME),
    "a row number for a picture": (_block(1, picture=1), OTHER_TYPE),
    "a page that is not there": (_block(0, html='<p><a linktype="page" id="module-7/en">x</a></p>'), NO_NAME),
    "a row number for a page": (_block(0, html='<p><a linktype="page" id="1">x</a></p>'), NO_NAME),
    "an outcome that is not there": (
        lambda files: files[QUIZ]["fields"]["questions"][0]["value"].update(outcome="outcomes-7"),
        NO_NAME,
    ),
    "points out of range": (
        lambda files: files[QUIZ]["fields"]["questions"][0]["value"].update(points=10**9),
        "Ensure this value is less than or equal to 100.",
    ),
    "a bank question that is not there": (
        lambda files: files[QUIZ]["fields"]["questions"][-1]["value"].update(question="question-2/en"),
        NO_NAME,
    ),
    "a question without a key": (lambda files: files[QUESTION].update(key="x" * 36), WRONG),
    "a level that does not exist": (lambda files: files[COURSE]["fields"].update(level="genius"), None),
    "two certificates of a kind": (
        lambda files: files[COURSE]["children"]["certificate_definitions"].append(
            {**files[COURSE]["children"]["certificate_definitions"][0], "name": "certificate_definitions-2"}
        ),
        "A course has at most one certificate of each kind.",
    ),
    "child rows that are none": (
        lambda files: files[COURSE]["children"].update(outcomes=[7]),
        "This must have fields.",
    ),
    "unknown child rows": (lambda files: files[COURSE]["children"].update(comments=[]), WRONG),
    "a picture that is none": (
        lambda files: _other_bytes(files, "png", b"<svg onload=alert(1)>"),
        "The bytes of this file are no picture.",
    ),
    "a picture of another kind": (
        lambda files: _other_bytes(files, "png", _gif()),
        "The bytes of this picture are of another kind than its name says.",
    ),
    "a picture of too many pixels": (
        lambda files: _other_bytes(files, "png", _huge_picture()),
        "This picture has too many pixels.",
    ),
    "a document that is something else": (
        lambda files: _other_bytes(files, "txt", b"MZ\x90\0"),
        "The bytes of this file are not what its name says.",
    ),
    "the name of a file that turns the writing": (
        lambda files: files["media.json"]["pictures"][0].update(file_name="gnp\u202etxt"),
        WRONG,
    ),
    "a file in another folder": (lambda files: files["media.json"]["pictures"][0].update(file_name="../x"), WRONG),
    "no list of files": (lambda files: files.update({"media.json": []}), WRONG),
}


def _gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (2, 2)).save(out, "GIF")
    return out.getvalue()


def test_each_planted_fault_is_said_in_its_words(files):
    heard = {}
    for name, (plant, _words) in FAULTS.items():
        broken = deepcopy(files)
        plant(broken)
        heard[name] = said(packed(broken))

    # Where Django or Wagtail says it, whatever words it has for it.
    expected = {name: [words] if words else heard[name][:1] for name, (_plant, words) in FAULTS.items()}
    assert {name: words[:1] for name, words in heard.items()} == expected
    assert [name for name, words in heard.items() if not words] == []


def _with_raw_json(files: Files, text: str) -> bytes:
    return packed({**files, LESSON: text.encode()})


NO_JSON = {
    "a name twice": '{"kind": "lesson", "kind": "quiz"}',
    "no number": '{"kind": NaN}',
    "a fraction": '{"kind": 1.5}',
    "a huge number": '{"a": 1' + "0" * 30 + "}",
    "deep": "[" * 50 + "]" * 50,
    "very deep": "[" * 100_000,
    "a zero sign": '{"a": "\\u0000"}',
    "half a sign": '{"a": "\\ud800"}',
    "empty": "",
    "a mark of order": "\ufeff{}",
    "no JSON": "nonsense",
}


def test_json_that_says_two_things_or_none_is_refused(files):
    heard = {name: said(_with_raw_json(files, text)) for name, text in NO_JSON.items()}

    words = "This is not JSON in UTF-8, or it holds something that a package may not hold."
    assert heard == {name: [words] for name in NO_JSON}


def _zip(write: Callable[[zipfile.ZipFile], Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        write(archive)
    return out.getvalue()


def _link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("course.json")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def _twice(archive: zipfile.ZipFile) -> None:
    for _time in range(2):
        archive.writestr("course.json", "{}")


def _encrypted() -> bytes:
    data = bytearray(_zip(lambda archive: archive.writestr("course.json", "{}")))
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def _lying(size: int) -> bytes:
    """Return a zip whose list of contents says another size of a file than it has."""
    data = bytearray(_zip(lambda archive: archive.writestr("course.json", b" " * 50_000)))
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, size)
    return bytes(data)


def _two_ends() -> bytes:
    """Return a zip with the end of a large one, whose long list of contents the other end does not own up to."""
    data = _zip(lambda archive: [archive.writestr(f"x{number}", "") for number in range(200)])
    place = data.rindex(b"PK\5\6")
    _mark, _disk, _first, here, count, size, offset, _comment = struct.unpack("<4s4H2LH", data[place:])
    far = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, here, count, size, offset)
    way = struct.pack("<4sLQL", b"PK\6\7", 0, place, 1)
    return data[:place] + far + way + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 46, offset, 0)


OUT = "The name of this file leads out of the package."
ZIPS = {
    "no zip": (lambda: b"no zip at all", "This is not a zip file, or it is damaged."),
    "nothing": (lambda: b"", "This is not a zip file, or it is damaged."),
    "cut off": (lambda: _zip(lambda archive: archive.writestr("course.json", "{}"))[30:-30], "This is not a zip file, or it is damaged."),
    "an absolute path": (lambda: _zip(lambda archive: archive.writestr("/etc/passwd", "x")), OUT),
    "a path upwards": (lambda: _zip(lambda archive: archive.writestr("media/../../x", "x")), OUT),
    "a backslash": (lambda: _zip(lambda archive: archive.writestr("pages\\..\\x", "x")), OUT),
    "a drive": (lambda: _zip(lambda archive: archive.writestr("C:/x", "x")), OUT),
    "a link": (lambda: _zip(_link), "This is a link to another file, not a file."),
    "a name twice": (lambda: _zip(_twice), "This file is there twice."),
    "encrypted": (_encrypted, "This file is encrypted."),
    "a bomb": (lambda: _zip(lambda archive: archive.writestr(f"media/{'a' * 64}.txt", b"0" * 20_000_000)), "Unpacked, this file would be more than 200 times as large."),
    "a large text": (lambda: _zip(lambda archive: archive.writestr("course.json", b"0" * 3_000_000)), "This file is too large."),
    "too many files": (lambda: _zip(lambda archive: [archive.writestr(f"x{number}", "") for number in range(10_001)]), "The zip holds more files than a course can have."),
    "two ends": (_two_ends, "This is not a zip file, or it is damaged."),
    "larger than it says": (lambda: _with_outline(_lying(10)), "This file is damaged."),
    "declared huge": (lambda: _lying(0xFFFFFFF0), "Unpacked, the zip would be larger than 400 MB."),
}  # fmt: skip


def _with_outline(data: bytes) -> bytes:
    """Add the other files that are looked at first to a zip."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        package = {"format": "course-package", "version": 1}
        archive.writestr("package.json", json.dumps(package))
        archive.writestr("media.json", "{}")
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", list(ZIPS))
def test_a_hostile_zip_is_refused_in_words(name):
    make, words = ZIPS[name]

    with pytest.raises(PackageUnreadable) as refused:
        look_into(opened(make()))

    assert refused.value.problems[0].words == words


def test_bytes_that_are_not_those_that_the_package_names_are_refused(files):
    files = unpacked(packed(files))
    files[_medium(files, "txt")] = b"other words"

    assert said(packed(files, honest=False)) == ["The bytes of this file are not those that the package names."]


@pytest.mark.django_db
def test_html_that_is_not_allowed_is_taken_out_and_that_is_said(files):
    files[LESSON]["fields"]["body"][0]["value"]["html"] = '<p onclick="x()">Words<script>alert(1)</script></p>'
    files[LESSON]["fields"]["source"] = '<p><a href="javascript:x">here</a></p>'

    facts = look_into(opened(packed(files)))
    record = imported(packed(files), by=make_editor())

    assert facts["cleaned"] == [f"{LESSON}: source", f"{LESSON}: body[1].html"]
    lesson = Page.objects.descendant_of(record.course_page).get(slug="lesson-1-1").specific
    assert lesson.body.raw_data[0]["value"]["html"] == "<p>Words</p>"
    assert lesson.source == "<p><a>here</a></p>"


# Whatever comes: values of a package exchanged for others, and bytes of its zip.
_VALUES = st.sampled_from(
    [None, True, -1, 0, 10**18, "", "x", "picture-1", "document-1", "module-1-item-1/en", "outcomes-1", "../x", "\u202e",
     [], {}, [[]], [{}], {"type": "item", "value": 1}, {"key": 1}, "<p>x</p>", "00000000-0000-0000-0000-000000000000"]
)  # fmt: skip
_CHANGES = st.lists(
    st.tuples(st.randoms(use_true_random=False), st.sampled_from(["set", "drop", "add"]), _VALUES), max_size=3
)
_BYTES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4)
_quietly = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def _changed(files: Files, changes: list[Any]) -> Files:
    broken = deepcopy(files)
    for random, how, value in changes:
        name = random.choice(sorted(name for name in broken if name.endswith(".json")))
        place: Any = {"": broken[name]}
        step: Any = ""
        while isinstance(place[step], dict | list) and place[step] and random.random() < 0.85:
            place = place[step]
            step = random.choice(sorted(place)) if isinstance(place, dict) else random.randrange(len(place))
        if how == "drop" and step != "":
            del place[step]
        elif how == "add" and isinstance(place[step], list):
            place[step].append(deepcopy(value))
        else:
            place[step] = deepcopy(value)
            broken[name] = place[""] if step == "" else broken[name]
    return broken


def _answers(data: bytes, editor: Any) -> None:
    """Upload and import bytes, and take back what was made. Whatever is raised but a refusal in words is an error."""
    refusals: tuple[Any, ...] = ()
    try:
        with transaction.atomic():
            record = imported(data, by=editor)
            is_over = record.state in {CoursePackage.State.IMPORTED, CoursePackage.State.STOPPED}
            assert is_over
            assert (record.course_page is None) == (record.state == CoursePackage.State.STOPPED)
            assert record.course_page is None or not record.course_page.live
            raise _Undone
    except _Undone:
        return
    except PackageUnreadable as error:
        refusals = error.problems
    assert refusals
    assert all(problem.words % problem.values for problem in refusals)


class _Undone(Exception):
    """Takes back what an example made."""


@settings(max_examples=50, deadline=None, suppress_health_check=_quietly)
@given(changes=_CHANGES)
def test_whatever_a_package_says_comes_to_words_or_to_a_draft(files, changes):
    _answers(packed(_changed(files, changes)), _editor())


@settings(max_examples=50, deadline=None, suppress_health_check=_quietly)
@given(spots=_BYTES, cut=st.integers(0, 40))
def test_whatever_bytes_come_come_to_words_or_to_a_draft(files, spots, cut):
    _answers(_spoiled(packed(files), spots, cut), _editor())


@pytest.mark.full
@settings(max_examples=1000, deadline=None, suppress_health_check=_quietly)
@given(changes=_CHANGES)
def test_whatever_a_thousand_packages_say_comes_to_words_or_to_a_draft(files, changes):
    _answers(packed(_changed(files, changes)), _editor())


@pytest.mark.full
@settings(max_examples=1000, deadline=None, suppress_health_check=_quietly)
@given(spots=_BYTES, cut=st.integers(0, 40))
def test_whatever_a_thousand_files_hold_comes_to_words_or_to_a_draft(files, spots, cut):
    _answers(_spoiled(packed(files), spots, cut), _editor())


def _spoiled(data: bytes, spots: list[tuple[float, int]], cut: int) -> bytes:
    spoiled = bytearray(data)
    for place, byte in spots:
        spoiled[int(place * len(spoiled))] = byte
    return bytes(spoiled[: len(spoiled) - cut]) if cut > 20 else bytes(spoiled)


def _editor() -> Any:
    return User.objects.filter(username="fuzz").first() or make_editor("fuzz")
