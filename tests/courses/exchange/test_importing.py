"""Importing: a file is tried, then made drafts, all or none, once."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, ModelLogEntry

from courses.models import BankQuestion, QuestionImport
from courses.operations import importing
from courses.operations.importing import ImportGone, dry_run, empty_old_imports, import_questions, upload_file
from courses.queries.exporting import bank_selection
from courses.rules.exchange import FileUnreadable, Format, Question, write
from tests.courses.builders import NOON
from tests.courses.exchange.files import FIXTURES, FOLDER
from tests.people import make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_editor()


def uploaded(editor, form: Format = Format.CSV, data: bytes | None = None, at=NOON) -> QuestionImport:
    data = (FOLDER / FIXTURES[form]).read_bytes() if data is None else data
    return upload_file(by=editor, file_name=FIXTURES[form], data=data, form=form, at=at)[0]


def brought_in(editor, record, language="en") -> int:
    return import_questions(record=record, by=editor, locale=Locale.objects.get(language_code=language), at=NOON)


def many(count: int) -> bytes:
    questions = [Question("open_answer", {"text": f"Why {n}?", "points": 1}, f"Why {n}") for n in range(count)]
    return write(Format.GIFT, questions).text.encode()


@pytest.mark.both_databases
@pytest.mark.parametrize("form", list(Format))
def test_the_questions_of_a_file_become_drafts_that_can_be_edited_and_published(editor, form) -> None:
    record = uploaded(editor, form)
    run = dry_run(record=record, language="en")

    assert brought_in(editor, record) == len(run.questions)

    drafts = list(BankQuestion.objects.order_by("pk"))
    assert [draft.title for draft in drafts] == [tried.question.title for tried in run.questions]
    assert {(draft.live, draft.has_unpublished_changes, draft.locale.language_code) for draft in drafts} == {
        (False, True, "en")
    }
    assert all(draft.get_latest_revision_as_object().question[0].value["text"] for draft in drafts)
    drafts[0].get_latest_revision().publish()
    assert BankQuestion.objects.get(pk=drafts[0].pk).live
    assert set(ModelLogEntry.objects.values_list("action", "user")) >= {("wagtail.create", editor.pk)}


@pytest.mark.parametrize("form", list(Format))
def test_what_was_imported_goes_out_as_it_came(editor, form) -> None:
    record = uploaded(editor, form)
    brought_in(editor, record)

    selection = bank_selection(tag="", language="en")

    came = {tried.question.title: tried.question for tried in dry_run(record=record, language="en").questions}
    assert len(selection.questions) == len(came)
    for question in selection.questions:
        assert (question.kind, question.value) == (came[question.title].kind, came[question.title].value)
        assert set(question.tags) == set(came[question.title].tags)


def test_a_second_press_makes_nothing_and_says_the_same(editor) -> None:
    record = uploaded(editor)

    assert brought_in(editor, record) == brought_in(editor, record) == 9
    assert BankQuestion.objects.count() == 9


def test_nothing_is_half_imported(editor, monkeypatch) -> None:
    record = uploaded(editor)
    monkeypatch.setattr(importing, "ModelLogEntry", None)  # the last write fails

    with pytest.raises(AttributeError), transaction.atomic():
        brought_in(editor, record)

    assert BankQuestion.objects.count() == 0
    record.refresh_from_db()
    assert (record.imported_at, record.imported_count) == (None, 0)


def test_a_dry_run_writes_nothing_and_reads_nothing_else(editor) -> None:
    record = uploaded(editor)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        run = dry_run(record=record, language="en")

    assert (len(queries), len(run.questions), BankQuestion.objects.count()) == (0, 9, 0)


def test_importing_600_questions_costs_as_much_as_6_and_one_more_round(editor) -> None:
    costs = []
    for count in (6, 60):
        record = uploaded(editor, Format.GIFT, many(count))
        with CaptureQueriesContext(connection) as queries:
            assert brought_in(editor, record) == count
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 12


def test_a_question_that_cannot_be_published_as_it_is_says_why_and_comes_as_a_draft(editor) -> None:
    data = b"::Two::Which?{=a =b ~c}\n\n::Long::Which?{=" + b"x" * 301 + b" ~b}\n\n::Fine::Which?{=a ~b}"
    record = uploaded(editor, Format.GIFT, data)

    problems = [tried.problems for tried in dry_run(record=record, language="en").questions]

    assert problems[0] == ("More than one answer of question 1 is marked as right.",)
    assert len(problems[1]) == 1
    assert problems[1][0].startswith("Answers: Answer: Ensure this value has at most 300 characters")
    assert problems[2] == ()
    assert brought_in(editor, record) == 3


def test_a_file_that_cannot_be_read_is_not_kept(editor) -> None:
    with pytest.raises(FileUnreadable):
        uploaded(editor, Format.MOODLE_XML, b"<quiz><question>")

    assert QuestionImport.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.xml", b"<?xml version='1.0'?><quiz><question type='essay'/></quiz>", "moodle-xml"),
        ("a.txt", b"Why?{}", "gift"),
        ("a.dat", b"kind;question\nopen_answer;Why?", "csv"),
    ],
)
def test_the_format_is_seen_by_the_file(editor, name, data, form) -> None:
    assert upload_file(by=editor, file_name=name, data=data, form=None, at=NOON)[0].format == form


def test_a_file_whose_format_cannot_be_seen_is_refused(editor) -> None:
    with pytest.raises(FileUnreadable, match="Choose its format"):
        upload_file(by=editor, file_name="a.dat", data=b"Why?{}", form=None, at=NOON)


def test_a_file_is_emptied_after_a_day_and_still_says_who_imported_it(editor) -> None:
    old, new = uploaded(editor), uploaded(editor, at=NOON + timedelta(hours=1))

    assert empty_old_imports(at=NOON + timedelta(days=1)) == 1

    with pytest.raises(ImportGone):
        dry_run(record=QuestionImport.objects.get(pk=old.pk), language="en")
    assert len(dry_run(record=QuestionImport.objects.get(pk=new.pk), language="en").questions) == 9
    assert empty_old_imports(at=NOON + timedelta(days=1)) == 0
