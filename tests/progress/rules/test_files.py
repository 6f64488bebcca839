"""Which files are taken: by their bytes, never by their name alone."""

import codecs
import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.rules.files import KINDS, MAX_NAME, FileRefused, Refusal, clean_name, content_type_of, ending_of
from tests.progress.works import PDF, PNG, docx, odt, zipped

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def shown(value: str | bytes) -> str:
    """Return what a case is called: archives hold the time they were made at, and names must not change."""
    return value if isinstance(value, str) else f"{len(value)} bytes"


def refusal_of(name: str, content: bytes) -> Refusal:
    with pytest.raises(FileRefused) as refused:
        content_type_of(io.BytesIO(content), name)
    return refused.value.reason


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("plan.pdf", PDF, "application/pdf"),
        ("PLAN.PDF", PDF, "application/pdf"),
        ("plan.odt", odt(), "application/vnd.oasis.opendocument.text"),
        ("plan.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("photo.png", PNG, "image/png"),
        ("photo.jpg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("notes.txt", "Näh-Plan\r\n".encode(), "text/plain"),
        ("notes.txt", "Näh-Plan".encode("cp1252"), "text/plain"),
        ("people.csv", b"\xef\xbb\xbfname;age\n", "text/csv"),
        ("people.csv", codecs.BOM_UTF16_LE + "name\tage\r\nZoë\t31 🎉\r\n".encode("utf-16-le"), "text/csv"),
        ("notes.txt", codecs.BOM_UTF16_BE + ("Näh-Plan\r\n" * 9000).encode("utf-16-be"), "text/plain"),
    ],
    ids=shown,
)
def test_what_offices_make_is_taken(name, content, content_type):
    assert content_type_of(io.BytesIO(content), name) == content_type


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.pdf", HTML, Refusal.NOT_WHAT_IT_SAYS),
        ("page.pdf", b"\n" + PDF, Refusal.NOT_WHAT_IT_SAYS),  # readers look for the sign further down; we do not
        ("page.html", HTML, Refusal.UNKNOWN_KIND),
        ("drawing.svg", SVG, Refusal.UNKNOWN_KIND),
        ("drawing.png", SVG, Refusal.NOT_WHAT_IT_SAYS),
        ("page.txt", HTML, Refusal.NOT_WHAT_IT_SAYS),
        ("page.csv", b"\xef\xbb\xbf  " + SVG, Refusal.NOT_WHAT_IT_SAYS),
        ("page.txt", codecs.BOM_UTF16_LE + " \r\n<html>".encode("utf-16-le"), Refusal.NOT_WHAT_IT_SAYS),
        ("page.txt", codecs.BOM_UTF16_BE + "\ufeff<svg>".encode("utf-16-be"), Refusal.NOT_WHAT_IT_SAYS),
        ("program.txt", codecs.BOM_UTF16_LE + "Plan\x00\x01".encode("utf-16-le"), Refusal.NOT_WHAT_IT_SAYS),
        ("wide.txt", codecs.BOM_UTF32_LE + "Plan".encode("utf-32-le"), Refusal.NOT_WHAT_IT_SAYS),
        ("half.txt", codecs.BOM_UTF16_LE + b"P\x00l", Refusal.DAMAGED),
        ("bare.txt", "Plan".encode("utf-16-le"), Refusal.NOT_WHAT_IT_SAYS),  # nothing says that it is UTF-16
        ("program.txt", b"MZ\x90\x00\x03", Refusal.NOT_WHAT_IT_SAYS),
        ("bomb.zip", zipped({"a": b"0" * 100_000}), Refusal.UNKNOWN_KIND),
        ("bomb.docx", zipped({"a": b"0" * 100_000}), Refusal.NOT_WHAT_IT_SAYS),
        ("plan.docx", odt(), Refusal.NOT_WHAT_IT_SAYS),
        ("plan.odt", docx(), Refusal.NOT_WHAT_IT_SAYS),
        ("plan.docm", docx(), Refusal.HAS_MACROS),
        ("plan.docx", docx(**{"word/vbaProject.bin": b"x"}), Refusal.HAS_MACROS),
        ("plan.odt", odt(**{"Basic/Standard/Module1.xml": b"x"}), Refusal.HAS_MACROS),
        ("plan.docx", docx(**{"../../etc/passwd": b"x"}), Refusal.DAMAGED),
        ("plan.docx", docx()[:60], Refusal.DAMAGED),
        ("both.docx", PDF + docx(), Refusal.NOT_WHAT_IT_SAYS),  # a PDF and an archive in one
        ("no-ending", PDF, Refusal.UNKNOWN_KIND),
        (".pdf", PDF, Refusal.UNKNOWN_KIND),
    ],
    ids=shown,
)
def test_what_is_something_else_than_it_says_is_refused(name, content, reason):
    assert refusal_of(name, content) is reason


def test_an_office_file_that_unpacks_to_more_than_200_mb_is_refused():
    part = b"\0" * (1024 * 1024)
    packed = zipped({f"word/{number}": part for number in range(201)})

    assert len(packed) < 1024 * 1024
    assert refusal_of("plan.docx", packed) is Refusal.DAMAGED


@given(content=st.binary(max_size=600), ending=st.sampled_from(sorted(KINDS)))
def test_no_bytes_do_more_than_be_taken_or_refused(content, ending):
    opened = io.BytesIO(content)
    with contextlib.suppress(FileRefused):
        assert content_type_of(opened, f"x.{ending}") == KINDS[ending].content_type
    assert opened.tell() == 0


@given(st.text(max_size=300))
def test_a_cleaned_name_is_short_visible_and_without_folders(name):
    cleaned = clean_name(name)

    assert 0 < len(cleaned) <= MAX_NAME
    assert cleaned.isprintable()
    assert not set(cleaned) & set('/\\<>:"|?*')
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("C:\\work\\my plan.pdf", "my plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("plan\u202efdp.exe.pdf", "planfdp.exe.pdf"),
        ("", "file"),
        (".pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * (MAX_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_cleaned(name, cleaned):
    assert clean_name(name) == cleaned


def test_an_ending_is_what_comes_after_the_last_point():
    assert [ending_of(name) for name in ("a.PDF", "a.b.csv", "a", ".pdf")] == ["pdf", "csv", "", ""]
