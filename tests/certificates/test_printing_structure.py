"""What programs and screen readers find in the PDF: tags, language, title, fonts, order, texts of pictures, the badge."""

import io
import itertools
from functools import partial

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from certificates import printing
from certificates.operations.printing import print_certificate
from certificates.rules.payload import statement_of, text_for
from tests.certificates.builders import LANGUAGES
from tests.certificates.demo_payloads import COURSES, demo_path_payload, demo_payload
from tests.certificates.payloads import full_payload, plain_payload
from tests.certificates.pdfs import marks_of, opened, pages_of, squeezed, tags_of, text_of, texts_in_order

pytestmark = pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed")

BADGE = '{"id": "https://learn.example/en/certificates/x/badge.json"}'
LONG_NAME = "Maria-Alexandrina Constantinescu-Ștefănescu de Câmpulung Moldovenesc"
LONG_TITLE = "Leading a social economy cluster in the twin transition, with members who are short of time and partners who are far"
_MANY_OUTCOMES = tuple((f"outcome-{number}", f"Does the thing number {number} with care.") for number in range(60))
PDFUA = "{http://www.aiim.org/pdfua/ns/id/}part"
PDFA_PART = "{http://www.aiim.org/pdfa/ns/id/}part"
PDFA_CONFORMANCE = "{http://www.aiim.org/pdfa/ns/id/}conformance"


def _long_payload():
    """The longest that the demo has, and more: of two sheets."""
    return full_payload(name=LONG_NAME, title=LONG_TITLE, quality_text="Read by two people who run clusters. " * 8)


@pytest.fixture(scope="module")
def payload():
    return full_payload()


@pytest.fixture(scope="module")
def logo():
    out = io.BytesIO()
    Image.new("RGB", (320, 120), "navy").save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def pdf(payload, logo):
    return print_certificate(payload, "en", badge=BADGE, logo=logo)


@pytest.fixture(
    scope="module", params=["it", *(pytest.param(code, marks=pytest.mark.full) for code in LANGUAGES if code != "it")]
)
def long(request, logo):
    """The language and the PDF of a certificate of two sheets."""
    return request.param, print_certificate(_long_payload(), request.param, badge=BADGE, logo=logo)


@pytest.fixture(scope="module")
def both(pdf, long):
    return pdf, long[1]


def test_it_is_tagged_titled_and_in_the_reader_s_language(long):
    language, made = long
    pdf = opened(made)
    text = text_for(_long_payload(), language)

    assert bool(pdf.Root.MarkInfo.Marked) is True
    assert str(pdf.Root.Lang) == text["words"]
    assert str(pdf.docinfo["/Title"]) == f"{text['lines']['kind']}: {text['title']}, CT-4M8R-2HVX-7PQE-9KTY"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True


def test_it_says_that_it_follows_pdf_a_3a_and_pdf_ua_1(both):
    for pdf in map(opened, both):
        with pdf.open_metadata() as metadata:
            assert (metadata[PDFA_PART], metadata[PDFA_CONFORMANCE], metadata[PDFUA]) == ("3", "A", "1")
        xmp = pdf.Root.Metadata.read_bytes()
        assert xmp.count(b"PDF/UA identification schema") == 1
        intent = pdf.Root.OutputIntents[0]
        assert str(intent.S) == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"  # an ICC profile


def test_the_badge_travels_inside_as_its_data(both):
    for pdf in map(opened, both):
        (name,) = pdf.attachments
        file = pdf.attachments[name]
        assert name == "CT-4M8R-2HVX-7PQE-9KTY.json"
        assert file.get_file().read_bytes().decode() == BADGE
        assert file.get_file().mime_type == "application/vc"
        assert [str(associated.AFRelationship) for associated in pdf.Root.AF] == ["/Data"]


def test_every_font_is_in_the_file_and_of_the_package(both):
    for pdf in map(opened, both):
        fonts = [
            found
            for found in pdf.objects
            if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert all("Noto" in str(font.FontName) for font in fonts)


def test_pictures_have_texts_and_links_say_where_they_lead(pdf):
    opened_pdf = opened(pdf)

    assert [tag.alt for tag in tags_of(opened_pdf) if tag.name == "/Figure"] == [
        "Example Learning Association",
        "QR code: address of the page of this certificate",
    ]
    links = [annotation for annotation in opened_pdf.pages[0].Annots if annotation.Subtype == "/Link"]
    assert {str(link.Contents) for link in links} == {
        "https://learn.example/en/certificates/0123456789abcdef0123456789abcdef/",
        "https://learn.example/en/verify/",
    }


def test_headings_begin_with_one_of_the_first_level_and_rows_say_what_heads_them(long):
    tags = tags_of(opened(long[1]))
    names = [tag.name for tag in tags]

    assert names.count("/H1") == 1
    assert "/H3" not in names
    assert names.index("/H1") < names.index("/H2")
    headers = [tag for tag in tags if tag.name == "/TH"]
    assert len(headers) == names.count("/TR") > 15
    assert {tag.scope for tag in headers} == {"/Row"}


def test_the_structure_holds_each_piece_of_the_content_once(both):
    for pdf in map(opened, both):
        marks = marks_of(pdf)
        assert len(marks) == len(set(marks))
        for number, page in enumerate(pdf.pages):
            drawn = {
                int(properties.MCID)
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) == "BDC"
                for properties in operands[1:]
                if isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties
            }
            assert {mark for on, mark in marks if on == number} == drawn


def test_it_is_read_in_the_order_in_which_it_is_meant(both, payload, long):
    for made, frozen, language in ((both[0], payload, "en"), (both[1], _long_payload(), long[0])):
        text = text_for(frozen, language)
        labels = {line["key"]: line["label"] for line in (*text["elements"], *text["notes"])}
        read = squeezed(texts_in_order(made))
        place = 0
        for words in (
            text["lines"]["kind"],
            "Example Learning Association",
            text["lines"]["says"],
            frozen["holder"]["name"],
            text["title"],
            labels["outcomes"],
            text["outcomes"][0]["text"],
            labels["assessment"],
            labels["workload"],
            labels["level"],
            text["lines"]["check"],
            frozen["number"],
            labels["awarding_body"],
            labels["issued"],
            labels["is_not"],
            text["signatory"]["name"],
        ):
            place = read.index(squeezed(words), place)


def test_what_is_in_another_language_than_the_sheet_says_so():
    payload = full_payload(languages=("sv",))
    text = payload["texts"]["sv"]
    text["words"], text["language"] = "en", "it"
    for line in text["elements"]:
        if line["key"] == "outcomes":
            line["language"] = "it"

    tags = tags_of(opened(print_certificate(payload, "sv")))

    assert [tag.language for tag in tags if tag.name == "/H1"] == ["it"]
    assert {tag.language for tag in tags if tag.name == "/LI"} == {"it"}


def test_all_eleven_elements_and_every_note_can_be_read(both, payload, long):
    for made, frozen, language in ((both[0], payload, "en"), (both[1], _long_payload(), long[0])):
        text = text_for(frozen, language)
        printed = squeezed(text_of(made))
        for line in itertools.chain(text["elements"], text["notes"]):
            # What competences are called stands in the table alone.
            is_named = made is both[1] or line["key"] != "competences"
            for value in line["values"] if is_named else line["values"][:1]:
                assert squeezed(value) in printed, (line["key"], value)
        for words in (text["lines"]["kind"], frozen["number"], f"learn.example/{language}/verify/"):
            assert squeezed(words) in printed


def test_it_takes_one_sheet_and_a_second_only_where_the_fields_do_not_fit(both):
    assert [len(opened(made).pages) for made in both] == [1, 2]
    for made in both:
        for page in opened(made).pages:
            assert [round(float(side)) for side in page.MediaBox] == [0, 0, 842, 595]


@pytest.mark.parametrize(
    ("make", "language"),
    [
        (demo_path_payload, "it"),
        *(
            pytest.param(make, code, marks=pytest.mark.full)
            for make in (demo_path_payload, *(partial(demo_payload, course) for course in COURSES))
            for code in LANGUAGES
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(getattr(value, "args", ("path",))),
)
def test_the_longest_texts_of_the_demonstration_take_a_face_in_one_piece_and_one_table(make, language):
    payload = make()
    text = text_for(payload, language)
    values = {line["key"]: line["values"] for line in (*text["elements"], *text["notes"])}

    first, second = pages_of(print_certificate(payload, language))

    outcome = text["outcomes"][-1]["text"]
    for words in (payload["holder"]["name"], text["title"], statement_of(text), payload["number"], outcome):
        assert squeezed(words) in first
    # The foot ends the face: nothing of it stands on the next sheet, which begins with its own title.
    foot = first[first.rindex(squeezed(values["awarding_body"][0])) :]
    for key in ("country", "issued", "validity", "is_not", "signatory"):
        assert squeezed(values[key][0]) in foot
    assert second.startswith(squeezed(f"{text['lines']['kind']}, {payload['number']}"))
    for key in ("title", "country", "competences", "is_not"):
        assert all(squeezed(value) in second for value in values[key])
    if language == "it":
        assert values["country"] == ["Belgio, Brussels-Capital Region"]


def test_a_table_longer_than_a_sheet_goes_on_and_tears_no_line_and_no_face():
    payload = full_payload(quality_text="Read by two people who run clusters. " * 120, outcomes=_MANY_OUTCOMES)

    first, *more = pages_of(print_certificate(payload, "en"))

    assert len(more) > 1
    assert squeezed("Annelies Peeters") in first
    assert squeezed("Not a regulated qualification.") in first
    assert squeezed("What it is not") in more[-1]


def test_a_phone_reads_the_code_and_comes_to_the_page(pdf):
    picture = Image.open(io.BytesIO(printing.picture_of_page(pdf)))

    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [
        "https://learn.example/en/certificates/0123456789abcdef0123456789abcdef/"
    ]


def test_the_same_payload_and_badge_give_the_same_bytes(pdf, payload, logo):
    assert print_certificate(payload, "en", badge=BADGE, logo=logo) == pdf


def test_what_is_made_to_try_the_portal_out_says_so_on_every_sheet():
    text = text_of(print_certificate(plain_payload(), "en"))

    assert "DEMO" in text
    assert "It certifies nothing." in text


def test_a_sample_says_so_and_a_real_one_says_neither(pdf):
    text = text_of(print_certificate(full_payload() | {"is_sample": True}, "en"))

    assert "SAMPLE" in text
    assert "DEMO" not in text_of(pdf)
    assert "SAMPLE" not in text_of(pdf)


@pytest.mark.parametrize(
    "name",
    [
        LONG_NAME,
        "Ελευθερία Παπαδοπούλου-Χατζηγεωργίου",
        pytest.param("Ștefan Țîrlea", marks=pytest.mark.full),
        pytest.param("W" * 120, marks=pytest.mark.full),
        pytest.param("Nguyễn Thị Ngọc Hân", marks=pytest.mark.full),
        pytest.param("Олександра Шевчук-Їжакевич", marks=pytest.mark.full),
    ],
)
def test_a_name_is_printed_whole(name):
    text = text_of(print_certificate(plain_payload(name=name), "en"))

    assert squeezed(name) in squeezed(text)


def test_an_arabic_name_is_printed_with_letters_and_no_boxes():
    pdf = opened(print_certificate(plain_payload(name="محمد عبد الرحمن"), "en"))

    fonts = {
        str(found.FontName).partition("+")[2]
        for found in pdf.objects
        if isinstance(found, pikepdf.Dictionary) and "/FontName" in found
    }
    assert any("Arabic" in font for font in fonts)


@pytest.mark.full
@pytest.mark.parametrize("look", ["woven", "plain"])
def test_both_looks_hold_the_same_words(look):
    text = squeezed(text_of(print_certificate(full_payload(layout=look), "en")))

    for line in full_payload()["texts"]["en"]["elements"]:
        for value in line["values"]:
            assert squeezed(value) in text
