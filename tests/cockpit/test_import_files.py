"""Lists of people as offices save them are read; whatever else is sent is refused with its reason, and at no cost."""

import contextlib
import io
import resource
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.forms.importing import REFUSALS, refused_words
from cockpit.rules.importing_files import read_list
from cockpit.rules.importing_limits import MOST_BYTES, MOST_ROWS, FileRefused, Refusal
from cockpit.rules.importing_template import csv_template, xlsx_template
from cockpit.rules.importing_words import COLUMNS, HEADINGS, column_of, language_of
from tests.cockpit.import_files import csv_file, packed, people, sheet_of, text_cell, workbook, xlsx_file

LANGUAGES = ("en", "it", "ro", "sv", "de", "es")
CELL = '<c r="A1"/>'
HEAD = f'<row r="1">{text_cell("A1", "Name")}{text_cell("B1", "E-mail")}</row>'
ANA = f'<row r="2">{text_cell("A2", "Ana")}{text_cell("B2", "ana@hub.example")}</row>'


def refusal(data: bytes) -> Refusal:
    with pytest.raises(FileRefused) as caught:
        read_list(data)
    assert refused_words(caught.value)
    return caught.value.reason


def first(data: bytes) -> tuple[str, str]:
    line = read_list(data).lines[0]
    return line.name, line.email


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"], ids=["semicolon", "comma", "tab", "bar"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_list_is_read_in_every_encoding_and_with_every_separator_that_offices_write(encoding, separator):
    data = csv_file(("Niccolò Però", "nico@hub.example"), separator=separator, encoding=encoding)

    assert first(data) == ("Niccolò Però", "nico@hub.example")
    assert read_list(data).guessed == ("windows-1252" if encoding == "cp1252" else "")


@pytest.mark.parametrize("name", ["Ionuţ Păun", "Łukasz Świątek", "Şerban Mare", "Aşa Paţa"])
def test_letters_of_central_europe_are_read_from_windows_1250(name):
    assert first(csv_file((name, "a@hub.example"), encoding="cp1250"))[0] == name


@pytest.mark.parametrize("name", ["José Peña", "Größe Straße", "Åsa Öberg", "Zoë François", "Però Più"])
def test_letters_of_the_west_are_read_from_windows_1252(name):
    assert first(csv_file((name, "a@hub.example"), encoding="cp1252"))[0] == name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_of_every_language_is_read_back_as_csv_and_as_a_spreadsheet(language):
    row = "Ana Pop;ana@hub.example;;ro" if language != "en" else "Ana Pop,ana@hub.example,,ro"

    read = read_list(csv_template(language) + row.encode())

    assert (read.lines[0].name, read.lines[0].email, read.lines[0].language) == ("Ana Pop", "ana@hub.example", "ro")
    assert read.others == []
    assert refusal(xlsx_template(language)) is Refusal.NO_PEOPLE  # headings were understood


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_of_the_templates_names_its_own_column(language):
    assert [column_of(HEADINGS[language][column].upper()) for column in COLUMNS] == list(COLUMNS)


def test_headings_of_several_languages_may_stand_side_by_side():
    read = read_list(
        csv_file(("Ana", "a@hub.example", "ana", "de"), headings=("Nombre", "E-post", "Benutzername", "Limba"))
    )

    line = read.lines[0]
    assert (line.name, line.email, line.username, line.language) == ("Ana", "a@hub.example", "ana", "de")


@pytest.mark.parametrize(
    "headings",
    [("Vorname", "Nachname"), ("First name", "Surname"), ("Prenume", "Nume de familie"), ("Nome", "Cognome")],
)
def test_a_first_and_a_last_name_in_two_columns_are_one_name(headings):
    assert first(csv_file(("Ana", "Pop", "a@hub.example"), headings=(*headings, "mail")))[0] == "Ana Pop"


def test_languages_are_understood_as_people_write_them():
    assert [language_of(text) for text in ("DE", "svenska", "Español", "it-IT", "German", "rumeno")] == [
        "de",
        "sv",
        "es",
        "it",
        "de",
        "ro",
    ]


def test_what_stands_above_the_headings_is_passed_over_and_rows_keep_their_number():
    data = b"People of the hub\r\n\r\nName;E-mail\r\n;\r\nAna;a@hub.example\r\n"

    line = read_list(data).lines[0]

    assert (line.number, line.name) == (5, "Ana")


def test_the_line_in_which_excel_names_its_separator_is_understood():
    assert first(b"sep=|\r\nName|Mail\r\nAna|a@hub.example\r\n") == ("Ana", "a@hub.example")


def test_columns_that_are_not_read_are_named():
    assert read_list(csv_file(("Ana", "a@b.example", "1"), headings=("Name", "Mail", "Phone"))).others == ["Phone"]


def test_a_quoted_cell_may_hold_the_separator_and_line_ends():
    assert first(b'Name;Mail\r\n"Pop;\r\nAna";a@hub.example\r\n')[0] == "Pop; Ana"


def test_a_spreadsheet_is_read_with_numbers_runs_and_hidden_sheets():
    assert first(xlsx_file(("Ana", "a@hub.example"))) == ("Ana", "a@hub.example")
    strings = '<sst xmlns="x"><si><r><t>Ana </t></r><r><t>Pop</t></r><rPh><t>aside</t></rPh></si></sst>'
    row = f'<row r="2"><c r="A2" t="s"><v>0</v></c>{text_cell("B2", "a@hub.example")}</row>'

    assert first(workbook(sheet_of(HEAD + row), ("xl/sharedStrings.xml", strings))) == ("Ana Pop", "a@hub.example")


def test_a_formula_is_its_last_result_or_else_its_own_text_and_is_never_run():
    shown = '<row r="2"><c r="A2" t="str"><f>B2&amp;""</f><v>Ana</v></c></row>'
    bare = '<row r="2"><c r="A2"><f>HYPERLINK("http://x.example")</f></c></row>'

    assert first(workbook(sheet_of(HEAD + shown)))[0] == "Ana"
    assert first(workbook(sheet_of(HEAD + bare)))[0] == '=HYPERLINK("http://x.example")'
    assert first(csv_file(("=1+1", "a@hub.example")))[0] == "=1+1"
    assert first(csv_file(("'=1+1", "a@hub.example")))[0] == "=1+1"


def test_what_a_sheet_says_of_its_size_is_not_believed():
    for said in ('<dimension ref="A1"/>', '<dimension ref="A1:XFD1048576"/>'):
        assert first(workbook(sheet_of(HEAD + ANA, dimension=said))) == ("Ana", "ana@hub.example")


def test_as_many_people_as_are_allowed_are_read_and_one_more_is_refused():
    assert len(read_list(csv_file(*people(MOST_ROWS))).lines) == MOST_ROWS
    assert refusal(csv_file(*people(MOST_ROWS + 1))) is Refusal.TOO_MANY_ROWS
    assert refusal(xlsx_file(*people(MOST_ROWS + 1))) is Refusal.TOO_MANY_ROWS


def _bomb() -> bytes:
    return workbook(sheet_of(HEAD + CELL * 1_500_000))


def _lying_bomb() -> bytes:
    """Return a zip whose list of contents says that a huge sheet is small."""
    data = bytearray(workbook(sheet_of(HEAD + CELL * 1_500_000)))
    place = data.rfind(b"PK\x01\x02")
    while place >= 0:
        size = struct.unpack_from("<L", data, place + 24)[0]
        if size > 1_000_000:
            struct.pack_into("<L", data, place + 24, 900_000)
        place = data.rfind(b"PK\x01\x02", 0, place)
    return bytes(data)


def _twins() -> bytes:
    out = io.BytesIO(workbook(sheet_of(HEAD + ANA)))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "<a/>")
    return out.getvalue()


_ENTITIES = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
_OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
BAD: dict[str, tuple[Callable[[], bytes], Refusal]] = {
    "nothing": (lambda: b"", Refusal.EMPTY),
    "spaces": (lambda: b" \r\n \r\n", Refusal.EMPTY),
    "a PDF": (lambda: b"%PDF-1.7\n1 0 obj", Refusal.OTHER_KIND),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Refusal.OTHER_KIND),
    "a photo": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", Refusal.OTHER_KIND),
    "a web page": (lambda: b"<!doctype html><table><tr><td>Name", Refusal.OTHER_KIND),
    "a letter": (lambda: b"{\\rtf1\\ansi Name;E-mail}", Refusal.OTHER_KIND),
    "a Word file": (lambda: packed([])[:0] + _without_workbook(), Refusal.OTHER_KIND),
    "an old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), Refusal.OLD_EXCEL),
    "a program": (lambda: b"MZ\x90\x00\x03\x00\x00\x00", Refusal.OTHER_KIND),
    "noise": (lambda: b"Name;E-mail\n\x00\x01\x02\x03;\x04", Refusal.NOT_TEXT),
    "half a zip": (lambda: xlsx_file(("Ana", "a"))[:700], Refusal.DAMAGED),
    "a broken sheet": (lambda: workbook("<worksheet><sheetData><row>"), Refusal.DAMAGED),
    "no headings": (lambda: csv_file(("Ana", "a@hub.example"), headings=("x", "y")), Refusal.NO_HEADINGS),
    "only a phone": (lambda: csv_file(("1",), headings=("Phone",)), Refusal.NO_HEADINGS),
    "headings twice": (lambda: csv_file(("a", "b"), headings=("E-mail", "e-mail", "Name")), Refusal.TWICE),
    "headings twice in two languages": (
        lambda: csv_file(("a", "b"), headings=("Name", "Correo", "Mail")),
        Refusal.TWICE,
    ),
    "headings alone": (lambda: csv_file(), Refusal.NO_PEOPLE),
    "an open quotation": (lambda: b'Name;E-mail\n"Ana;a@hub.example\n', Refusal.QUOTE),
    "too many rows": (lambda: csv_file(*people(MOST_ROWS + 1)), Refusal.TOO_MANY_ROWS),
    "empty rows to the end": (lambda: workbook(sheet_of(HEAD + "<row/>" * 20_000)), Refusal.TOO_MANY_ROWS),
    "a million columns": (lambda: b"Name;E-mail" + b";x" * 1_000_000, Refusal.TOO_MANY_COLUMNS),
    "a sheet of too many columns": (
        lambda: workbook(sheet_of(HEAD.replace("</row>", "<c><v>1</v></c>" * 20_000 + "</row>"))),
        Refusal.TOO_MANY_COLUMNS,
    ),
    "more than 10 MB": (lambda: b"Name\n" + b"a" * MOST_BYTES, Refusal.TOO_LARGE),
    "a zip bomb": (_bomb, Refusal.HIDDEN),
    "a bomb that lies": (_lying_bomb, Refusal.DAMAGED),
    "more parts than a workbook has": (
        lambda: workbook(sheet_of(HEAD), *((f"xl/{n}", "") for n in range(2_000))),
        Refusal.HIDDEN,
    ),
    "the same part twice": (_twins, Refusal.HIDDEN),
    "entities": (lambda: workbook(sheet_of(HEAD, before=_ENTITIES)), Refusal.HIDDEN),
    "a file from outside": (lambda: workbook(sheet_of(HEAD, before=_OUTSIDE)), Refusal.HIDDEN),
    "strings without end": (
        lambda: workbook(sheet_of(HEAD), ("xl/sharedStrings.xml", "<sst>" + "<si><t>a</t></si>" * 250_000 + "</sst>")),
        Refusal.HIDDEN,
    ),
    "no sheet": (lambda: packed([]), Refusal.NO_PEOPLE),
}


def _without_workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    return out.getvalue()


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_list_of_people_is_refused_with_its_reason(name):
    make, reason = BAD[name]

    assert refusal(make()) is reason


def test_every_reason_has_words():
    assert set(REFUSALS) == set(Refusal)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=3000))
def test_no_bytes_at_all_do_anything_but_be_read_or_refused(data):
    for whole in (data, b"Name;E-mail\r\n" + data, xlsx_file(("Ana", "a"))[:900] + data):
        with contextlib.suppress(FileRefused):
            assert read_list(whole).lines


@given(
    st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30), min_size=1, max_size=20)
)
def test_what_was_written_comes_back_letter_for_letter(names):
    names = [name for name in names if name[0] not in "'\"<" and not set(name) & set(';"')] or ["Ana"]

    read = read_list(csv_file(*[(name, "a@b.example") for name in names], encoding="utf-8-sig"))

    assert [line.name for line in read.lines] == names


@pytest.mark.full
@pytest.mark.parametrize("name", BAD)
def test_refusing_takes_two_seconds_and_256_megabytes_at_most(name):
    data = BAD[name][0]()
    tracemalloc.start()
    began = time.process_time()
    refusal(data)
    seconds, (_now, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 256 * 2**20
    assert seconds < 2 * 4, f"{seconds:.1f} s under the tracer, which slows four times"  # the clock of a busy machine
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
