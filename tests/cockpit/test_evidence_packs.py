"""Evidence packs: the same bytes, counts that agree with the page, and what they say of people."""

import csv
import io
import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.models import Look, Membership, ProjectParticipant
from accounts.operations.memberships import end_membership
from certificates.printing import can_print
from cockpit.models import EvidencePack
from cockpit.operations.packs import PackRefused
from cockpit.operations.packs_retention import end_lists
from cockpit.rules.evidence import Period
from cockpit.rules.evidence_sheet import NOT_SAID, SMALL, SheetRefused, count_sheet, told_counts
from progress.models import HelpAnswer
from progress.operations.participants import agree_to_list, note_participant, take_back_agreement
from progress.rules.helping import SHOWN_FROM, whole_blocks
from tests.cockpit.evidence_builders import LATER, bytes_of, files_of, make_pack, make_scene, report
from tests.people import make_manager, signed_in
from tests.progress.builders import NOON, counted_queries

PAGE = "/en/cockpit/reports/"
DAYS = {"from": "2026-11-01", "until": "2026-11-24"}
COUNTS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 40), min_size=1)


def rows_of(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_same_pack_made_a_year_later_is_the_same_byte_for_byte() -> None:
    scene = make_scene()
    first = make_pack(scene.manager, project=scene.project, names="pseudonyms")
    end_membership(membership=Membership.objects.get(user=scene.people[0]), by=scene.people[0], at=LATER)

    again = make_pack(scene.manager, project=scene.project, names="pseudonyms", at=LATER + timedelta(days=365))

    assert first.sha256
    assert bytes_of(first) == bytes_of(again)
    assert b"Token" not in b"".join(files_of(first).values())


@pytest.mark.django_db
def test_every_file_of_a_pack_says_what_the_page_says() -> None:
    scene = make_scene()
    browser = signed_in(scene.manager)
    page = browser.get(PAGE, DAYS | {"project": str(scene.project.public_id)})
    total = report(scene.manager, project=scene.project).facts.total.counts()

    files = files_of(make_pack(scene.manager, project=scene.project, names="pseudonyms"))

    shown = {table.key: table.rows for table, _rows in page.context["tables"]}
    assert shown["total"][0][1:4] == total[:3]
    in_json = json.loads(files["report.json"])["tables"]
    book = load_workbook(io.BytesIO(files["report.xlsx"]))
    sheets = {sheet.title: list(sheet.values) for sheet in book.worksheets}
    for table, _rows in page.context["tables"]:
        as_texts = [[str(cell) for cell in row] for row in table.rows]
        assert rows_of(files[f"{table.key}.csv"])[1:] == as_texts
        assert [[str(row[column.key]) for column in table.columns] for row in in_json[table.key]["rows"]] == as_texts
        numbers = [[float(cell) for cell in row[1:]] for row in table.rows]
        assert [[float(cell) for cell in row[1:]] for row in sheets[table.title][1:]] == numbers
    listed = rows_of(files["list.csv"])[1:]
    assert len({row[0] for row in listed}) == total[0]
    assert sum(int(row[4]) for row in listed) == total[2]
    assert len(sheets["List"]) == len(listed) + 1
    if can_print():
        assert files["report.pdf"].startswith(b"%PDF")
    assert set(json.loads(files["manifest.json"])["files"]) == files.keys() - {"manifest.json"}


@pytest.mark.django_db
def test_names_stand_only_where_the_project_has_a_legal_basis_and_are_noted() -> None:
    scene = make_scene(1)
    with pytest.raises(PackRefused):
        make_pack(scene.manager, project=scene.project, names="names")
    scene.project.names_basis = "contract"
    scene.project.save()
    ProjectParticipant.objects.create(
        project=scene.project,
        enrolment_key=scene.enrolments[0].public_id,
        name="=Listed Person",
        course_title="Threads",
        enrolled_on=LATER.date(),
    )

    pack = make_pack(scene.manager, project=scene.project, names="names")

    assert [row[1] for row in rows_of(files_of(pack)["list.csv"])[1:]] == ["'=Listed Person", "Person Token1"]
    answer = signed_in(scene.manager).get(f"{PAGE}packs/{pack.public_id}/evidence.zip")
    assert b"".join(answer.streaming_content) == bytes_of(pack)
    assert "Token" not in answer["Content-Disposition"]
    assert Look.objects.filter(kind=Look.Kind.REPORT).count() == 2


@pytest.mark.django_db
def test_a_list_that_rests_on_consent_names_only_who_agreed() -> None:
    scene = make_scene(1, names_basis="consent")
    agree_to_list(enrolment=scene.enrolments[0])

    files = files_of(make_pack(scene.manager, project=scene.project, names="names"))

    assert [row[1] for row in rows_of(files["list.csv"])[1:]] == ["Person Token0", ""]
    assert b"Token1" not in b"".join(files.values())


@pytest.mark.django_db
def test_who_takes_their_name_out_of_a_list_is_in_no_file_that_was_made_of_it() -> None:
    scene = make_scene(1, names_basis="consent")
    agree_to_list(enrolment=scene.enrolments[0])
    pack = make_pack(scene.manager, project=scene.project, names="names")
    totals = make_pack(scene.manager, project=scene.project, names="totals")

    take_back_agreement(enrolment=scene.enrolments[0])

    for made in (pack, totals):
        made.refresh_from_db()
    assert (pack.file, bool(totals.file)) == ("", True)
    assert signed_in(scene.manager).get(f"{PAGE}packs/{pack.public_id}/evidence.zip").status_code == 404


@pytest.mark.django_db
def test_a_pack_of_somebody_else_is_as_an_absent_one() -> None:
    scene = make_scene(1)
    pack = make_pack(scene.manager, project=scene.project)
    other = signed_in(make_manager(organisation=scene.hub))

    assert other.get(f"{PAGE}packs/{pack.public_id}/").status_code == 404
    assert other.get(f"{PAGE}packs/{pack.public_id}/evidence.zip").status_code == 404


@pytest.mark.django_db
def test_the_page_costs_the_same_for_many_people_and_refuses_a_period_that_runs() -> None:
    scene = make_scene(3)
    browser = signed_in(scene.manager)
    query = {**DAYS, "project": str(scene.project.public_id)}
    browser.get(PAGE, query)
    with counted_queries() as statements:
        page = browser.get(PAGE, query)

    assert len(statements) <= 15, statements
    assert page.context["tables"]
    refused = browser.get(PAGE, {"from": "2026-11-01", "until": "2999-01-01"})
    assert refused.status_code == 422
    assert "The period is not over" in refused.content.decode()


@pytest.mark.django_db
def test_a_pack_is_asked_for_on_the_page_once_however_often_the_button_is_pressed() -> None:
    scene = make_scene(1)
    browser = signed_in(scene.manager)
    form = {
        "token": str(uuid4()),
        "first_day": DAYS["from"],
        "last_day": DAYS["until"],
        "project": str(scene.project.public_id),
        "names": "totals",
        "language": "en",
    }

    answers = [browser.post(f"{PAGE}packs/make/", form) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert EvidencePack.objects.count() == 1
    assert "is being made" in browser.get(answers[0]["Location"]).content.decode()
    assert browser.get(f"{PAGE}packs/").status_code == 200
    assert scene.project.name in browser.get(f"{PAGE}projects/").content.decode()


@pytest.mark.django_db
def test_a_sheet_filled_in_outside_is_in_the_pack_as_totals_only() -> None:
    scene = make_scene(11)
    browser = signed_in(scene.manager)
    query = {**DAYS, "project": str(scene.project.public_id)}
    downloaded = browser.get(f"{PAGE}sheet.xlsx", query)
    rows = list(load_workbook(io.BytesIO(downloaded.content)).worksheets[0].values)
    assert Look.objects.filter(kind=Look.Kind.EXPORT).count() == 12
    filled = [[*rows[0][:3], "Gender"]] + [
        [row[0], row[1], row[2], "woman" if number < 6 else "man"] for number, row in enumerate(rows[1:])
    ]
    text = "\n".join(";".join(row) for row in filled)
    form = {
        "token": str(uuid4()),
        "first_day": DAYS["from"],
        "last_day": DAYS["until"],
        "project": str(scene.project.public_id),
        "names": "totals",
        "language": "en",
    }

    unknown = browser.post(
        f"{PAGE}packs/make/", form | {"sheet": SimpleUploadedFile("s.csv", b"code,Gender\nAAAA-AAAA-AAAA,woman\n")}
    )
    answer = browser.post(f"{PAGE}packs/make/", form | {"sheet": SimpleUploadedFile("s.csv", text.encode())})

    assert unknown.status_code == 422
    assert "a code that is not of this report" in unknown.content.decode()
    assert answer.status_code == 303
    assert EvidencePack.objects.get().extra_totals == {"Gender": {"woman": 6, "man": 6}}


@given(counts=COUNTS, earlier=st.lists(COUNTS, max_size=2))
def test_neither_the_sum_nor_another_report_restores_a_count_below_five(counts, earlier) -> None:
    said_before: list[dict[str, int]] = []
    for other in earlier:
        said_before.append(told_counts(other, said_before))

    said = told_counts(counts, said_before)

    hidden = [value for value, count in said.items() if count == NOT_SAID]
    assert all(count == counts[value] for value, count in said.items() if value not in hidden)
    assert not any(0 < count < SMALL for count in said.values() if count != NOT_SAID)
    everything_hidden = all(said[value] == NOT_SAID or not counts[value] for value in counts)
    assert not hidden or everything_hidden or (len(hidden) > 1 and sum(counts[value] for value in hidden) >= SMALL)
    for other in said_before:
        for value in said.keys() & other.keys():
            if NOT_SAID not in (said[value], other[value]):
                assert not 0 < abs(said[value] - other[value]) < SMALL


def test_a_sheet_with_names_or_free_text_in_its_columns_is_refused() -> None:
    codes = frozenset(f"C{number}" for number in range(40))
    rows = [["code", "about"], *([code, f"text {code}"] for code in sorted(codes))]

    with pytest.raises(SheetRefused):
        count_sheet(rows, codes=codes)


@pytest.mark.django_db
def test_when_the_day_of_a_project_is_over_its_list_goes_and_packs_say_so_in_words() -> None:
    scene = make_scene(1, names_basis="legal-duty", retention_until=LATER.date())
    for enrolment in scene.enrolments:
        assert note_participant(enrolment=enrolment)
    before = make_pack(scene.manager, project=scene.project, names="names")
    assert ProjectParticipant.objects.count() == 2
    assert end_lists(at=LATER) == 0

    assert end_lists(at=LATER + timedelta(days=1)) == 2

    before.refresh_from_db()
    assert before.file == ""
    after = make_pack(scene.manager, project=scene.project, names="names", at=LATER + timedelta(days=1))
    assert {row[1] for row in rows_of(files_of(after)["list.csv"])[1:]} == {"no longer kept"}
    assert b"Token" not in b"".join(files_of(after).values())
    assert "It is deleted" in " ".join(json.loads(files_of(after)["report.json"])["method"])
    assert end_lists(at=LATER + timedelta(days=2)) == 0
    after.refresh_from_db()
    assert after.file


@pytest.mark.django_db
def test_who_enrols_after_the_day_of_a_project_is_not_written_into_its_list() -> None:
    scene = make_scene(1, names_basis="contract", retention_until=(NOON - timedelta(days=1)).date())

    assert note_participant(enrolment=scene.enrolments[0]) is None


def answer_in(scene, month: date, count: int, **about) -> None:
    for _number in range(count):
        HelpAnswer.objects.create(
            wave="end",
            course=scene.course,
            edition_number=1,
            month=month,
            answers={"useful": "4"},
            **{"organisation": scene.hub, "project": scene.project, **about},
        )


@pytest.mark.django_db
def test_did_it_help_is_in_every_file_as_on_the_page_for_whole_months_of_the_project() -> None:
    scene = make_scene(1)
    whole = Period(date(2026, 9, 15), date(2026, 10, 31))
    answer_in(scene, date(2026, 9, 1), 5)
    answer_in(scene, date(2026, 10, 1), 6)
    answer_in(scene, date(2026, 10, 1), 7, project=None)
    answer_in(scene, date(2026, 11, 1), 8)
    days = {"from": "2026-09-15", "until": "2026-10-31", "project": str(scene.project.public_id)}
    row = ("Is what you learned useful for your work?", "at the end", "Mostly", 6)

    files = files_of(make_pack(scene.manager, project=scene.project, period=whole))
    again = make_pack(scene.manager, project=scene.project, period=whole, at=LATER + timedelta(days=90))
    assert files_of(again) == files

    told = [one for one in rows_of(files["did-it-help.csv"])[1:] if one[4] != "0"]
    assert [one[1:] for one in told] == [[str(cell) for cell in row]]
    in_json = json.loads(files["report.json"])["tables"]["did-it-help"]["rows"]
    assert [one["people"] for one in in_json if one["people"]] == [6]
    sheet = list(load_workbook(io.BytesIO(files["report.xlsx"]))["Did it help"].values)
    assert [one[1:] for one in sheet[1:] if one[4]] == [row]
    page = signed_in(scene.manager).get(PAGE, days)
    tables = {table.key: table for table, _rows in page.context["tables"]}
    assert [list(map(str, one)) for one in tables["did-it-help"].rows] == rows_of(files["did-it-help.csv"])[1:]


MONTHS = [date(2026, month, 1) for month in range(1, 13)]


@given(st.lists(st.sampled_from(MONTHS), max_size=60), st.data())
def test_two_periods_never_differ_by_fewer_than_five_answers(answers, data) -> None:
    firsts = [data.draw(st.sampled_from(MONTHS)) for _period in range(2)]
    afters = [data.draw(st.sampled_from(MONTHS)) for _period in range(2)]

    one, other = (whole_blocks(answers, first=first, after=after) for first, after in zip(firsts, afters, strict=True))

    for part in (one, one - other, other - one):
        assert not part or sum(month in part for month in answers) >= SHOWN_FROM
