"""Questions in and out in the CMS: who may, what is shown, what is said."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import BankQuestion, QuestionImport
from tests.courses.bank import add_question, bank_question
from tests.courses.builders import add_quiz, make_course, module_pages
from tests.courses.exchange.files import FIXTURES, FOLDER
from tests.people import make_assessor, make_editor, make_learner, make_manager, signed_in

pytestmark = pytest.mark.django_db

UPLOAD = "/cms/questions/import/"
EXPORT = "/cms/questions/export/"


@pytest.fixture
def editor():
    return make_editor()


def sent(browser, data: bytes, name: str = "a.gift", **fields):
    file = SimpleUploadedFile(name, data)
    return browser.post(UPLOAD, {"file": file, "format": "", "language": "en", **fields})


def dry_run_of(browser, data: bytes, name: str = "a.gift", **fields) -> str:
    answer = sent(browser, data, name, **fields)
    assert answer.status_code == 302
    return answer["Location"]


@pytest.mark.parametrize("form", list(FIXTURES))
def test_an_editor_uploads_looks_through_and_imports(editor, form) -> None:
    browser = signed_in(editor)

    address = dry_run_of(browser, (FOLDER / FIXTURES[form]).read_bytes(), FIXTURES[form], format=form.value)
    page = browser.get(address).content.decode()

    assert BankQuestion.objects.count() == 0
    count = {"moodle-xml": 9, "gift": 13, "csv": 9}[form.value]
    assert f"Import {count} questions as drafts" in page
    assert "What is left out" in page
    assert "What stays behind" in page

    answer = browser.post(address, {"language": "en"})

    assert (answer.status_code, BankQuestion.objects.filter(live=False).count()) == (302, count)
    page = browser.get(answer["Location"]).content.decode()
    assert f"{count} questions are in the bank as drafts." in page
    assert "This file is imported already" in browser.get(address).content.decode()


def test_a_question_is_shown_as_learners_will_see_it_with_what_stays_behind(editor) -> None:
    browser = signed_in(editor)
    address = dry_run_of(browser, b"::Glue::What holds <em>wood</em>?{=glue#Yes. ~%50%paste ~tape####Let it dry.}")

    page = browser.get(address).content.decode()

    assert "1. What holds wood?" in page
    assert "<li>tape</li>" in page
    assert "gives 50 % of the points in the file. Here it gives none." in page
    assert "Import 1 question as a draft" in page


def test_a_long_file_is_shown_in_pages_and_counts_on(editor) -> None:
    browser = signed_in(editor)
    address = dry_run_of(browser, b"\n\n".join(b"Why %d?{}" % number for number in range(1, 31)))

    page = browser.get(f"{address}&p=2").content.decode()

    assert "26. Why 26?" in page
    assert "25. Why 25?" not in page


def test_script_in_a_file_is_words_on_the_page(editor) -> None:
    browser = signed_in(editor)
    data = (
        b"::<script>alert(1)</script>::[html]<p>Why?</p><img src\\=x onerror\\=alert(2)><script>alert(3)</script>"
        b"{=<b onclick\\=alert(4)>a</b> ~<svg/onload\\=alert(5)>}\n\n// [tag:<script>alert(6)</script>]\n<script>x"
    )
    address = dry_run_of(browser, data)

    page = browser.get(address).content.decode()

    assert "alert(" not in page.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"x" * (2 * 1024 * 1024 + 1), "The file is larger than 2 MB. Divide it, and import the parts one by one."),
        (b"\x00\x01", "Line 1 holds signs that are in no text file. Is it one?"),
        (b"<quiz><question>", "Line 1, column 17: this is no well-formed XML. Nothing was read."),
        (b"\n\n".join([b"Why?{}"] * 1001), "The file has more than 1000 questions."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_the_field(editor, data, words) -> None:
    answer = sent(signed_in(editor), data)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(words) == 2
    assert "There is a problem" in page
    assert QuestionImport.objects.count() == 0


def test_an_upload_without_a_file_says_so(editor) -> None:
    answer = signed_in(editor).post(UPLOAD, {"language": "en"})

    assert (answer.status_code, answer.content.decode().count("Choose a file.")) == (422, 2)


def test_letters_that_were_guessed_are_said(editor) -> None:
    browser = signed_in(editor)
    address = dry_run_of(browser, "Où?{}".encode("windows-1252"))

    page = browser.get(address).content.decode()

    assert "It was read as windows-1252" in page
    assert "1. Où?" in page


def test_a_file_of_somebody_else_is_as_one_that_is_not_there(editor) -> None:
    address = dry_run_of(signed_in(editor), b"Why?{}")
    other = signed_in(make_editor("other"))
    absent = reverse("courses_question_import", args=["12345678-1234-1234-1234-123456789abc"])

    foreign, gone = other.get(address, follow=True), other.get(absent, follow=True)

    assert (foreign.status_code, gone.status_code) == (404, 404)
    assert other.post(address, {"language": "en"}, follow=True).status_code == 404
    assert BankQuestion.objects.count() == 0


def test_odd_addresses_are_answered(editor) -> None:
    browser = signed_in(editor)
    address = dry_run_of(browser, b"Why?{}").partition("?")[0]

    odd = [f"{address}?language=%00&p=x", f"{EXPORT}?tag=%00&language=en&format=gift", f"{EXPORT}?format=docx&file=1"]

    assert [browser.get(path).status_code for path in odd] == [200, 422, 422]


def test_a_file_that_is_no_longer_kept_says_so(editor) -> None:
    browser = signed_in(editor)
    address = dry_run_of(browser, b"Why?{}")
    QuestionImport.objects.update(content="")

    assert "is no longer kept" in browser.get(address).content.decode()
    assert "is no longer kept" in browser.post(address, {"language": "en"}).content.decode()


@pytest.mark.parametrize("make", [make_learner, make_manager, make_assessor])
def test_who_may_not_edit_questions_sees_nothing(make, editor) -> None:
    address = dry_run_of(signed_in(editor), b"Why?{=SECRET ~b}")
    add_question("Canary", tags="canary")
    browser = signed_in(make())

    for path in (UPLOAD, address, EXPORT, f"{EXPORT}?format=gift&language=en&file=1", f"{UPLOAD}template.csv"):
        answer = browser.get(path)
        assert answer.status_code in {302, 403, 404}
        assert b"SECRET" not in answer.content
        assert b"Answer right" not in answer.content


def test_the_template_is_a_file_that_comes_in_again(editor) -> None:
    browser = signed_in(editor)

    template = browser.get(f"{UPLOAD}template.csv")

    assert template["Content-Disposition"] == 'attachment; filename="questions-template.csv"'
    page = browser.get(dry_run_of(browser, template.content, "template.csv")).content.decode()
    assert "Import 8 questions as drafts" in page
    assert "What stays behind" not in page


def test_an_export_names_what_stays_behind_before_the_file(editor) -> None:
    add_question("Passwords 1", tags="passwords")
    add_question("Mail", tags="mail")
    browser = signed_in(editor)

    page = browser.get(f"{EXPORT}?tag=passwords&language=en&format=gift").content.decode()
    file = browser.get(f"{EXPORT}?tag=passwords&language=en&format=gift&file=1")

    assert "1 question goes out as GIFT" in page
    assert "Download 1 question as GIFT" in page
    assert file["Content-Disposition"] == 'attachment; filename="passwords.gift.txt"'
    text = file.content.decode()
    assert "::Passwords 1:: [plain]What about question-1?{" in text
    assert "=[plain]Answer right.#[plain]Feedback on right." in text
    assert "Mail" not in text


def test_what_a_format_cannot_carry_and_what_names_this_site_is_listed(editor) -> None:
    question = add_question("Passwords 1")
    [block] = [dict(entry) for entry in question.question.raw_data]
    block["value"] = {**block["value"], "points": 3, "section": "part-2", "hint": "Look."}
    question.question = [block]
    question.save_revision()

    page = signed_in(editor).get(f"{EXPORT}?language=en&format=gift").content.decode()

    assert "GIFT has no hints." in page
    assert "GIFT has no points: each question is worth 1." in page
    assert "The section of its lesson stays here." in page
    assert "The file holds all that the questions hold." not in page


def test_the_file_is_said_to_hold_all_only_where_nothing_is_left_out(editor) -> None:
    add_question("Passwords 1", tags="whole")
    browser = signed_in(editor)
    whole = browser.get(f"{EXPORT}?tag=whole&language=en&format=moodle-xml").content.decode()
    assert "The file holds all that the questions hold." in whole

    empty = add_question("Passwords 2", tags="whole")
    empty.question = []
    empty.save_revision()
    page = browser.get(f"{EXPORT}?tag=whole&language=en&format=moodle-xml").content.decode()
    assert "1 question goes out as Moodle XML" in page
    assert "Left out, and why" in page
    assert "The file holds all that the questions hold." not in page


def test_a_quiz_goes_out_with_the_questions_it_takes_from_the_bank(editor) -> None:
    course = make_course(quiz_count=0)
    taken = add_question("From the bank")
    quiz = add_quiz(module_pages(course)[0], "final", question_count=2)
    quiz.questions = [*quiz.questions.raw_data, bank_question(taken)]
    quiz.save_revision()
    browser = signed_in(editor)

    page = browser.get(f"{EXPORT}?quiz={quiz.pk}&format=moodle-xml").content.decode()
    file = browser.get(f"{EXPORT}?quiz={quiz.pk}&format=moodle-xml&file=1").content.decode()

    assert "3 questions go out as Moodle XML" in page
    assert file.count("<question type=") == 3
    assert "From the bank" in file
    assert f"quiz={quiz.pk}" in browser.get(f"/cms/pages/{quiz.pk}/edit/").content.decode()


def test_a_quiz_that_somebody_may_not_edit_is_as_one_that_is_not_there(editor) -> None:
    browser = signed_in(editor)

    assert [
        browser.get(f"{EXPORT}?quiz={number}&format=gift", follow=True).status_code
        for number in ("987654", "x", "9" * 30)
    ] == [
        404,
        404,
        404,
    ]


def test_the_list_of_the_bank_leads_in_and_out(editor) -> None:
    page = signed_in(editor).get(reverse(BankQuestion.snippet_viewset.get_url_name("list"))).content.decode()

    assert UPLOAD in page
    assert EXPORT in page
