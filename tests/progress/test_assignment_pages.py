"""An assignment as its learner sees it: the step, the draft, the last look, the rounds, and the files."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from progress.models import Enrolment, MarkingTask, Submission, SubmittedFile
from progress.rules.files import MAX_BYTES
from tests.people import make_learner, signed_in
from tests.progress.builders import counted_queries, enrol, pass_quiz, quizzes_of
from tests.progress.pages import page, words
from tests.progress.works import (
    PDF,
    attach,
    begin,
    files_apart,
    judge,
    make_capstone,
    make_course_assessor,
    submit,
    write,
)

pytestmark = pytest.mark.django_db

STEP = "/en/courses/capstone/module-1/assignment-1/"


@pytest.fixture(autouse=True)
def _files_of_learners(settings, tmp_path):
    files_apart(settings, tmp_path)


@pytest.fixture
def course(db):
    return make_capstone()


@pytest.fixture
def enrolment(course) -> Enrolment:
    return enrol(course, make_learner("ana"))


@pytest.fixture
def ana(enrolment) -> Client:
    return signed_in(enrolment.learner)


@pytest.fixture
def draft(enrolment) -> Submission:
    return begin(enrolment)


def save(browser: Client, draft: Submission, *files: SimpleUploadedFile, do: str = "save", **sent: str):
    fields = {"sequence": "0", "text": "My plan.", "do": do, **sent}
    return browser.post(f"/en/submissions/{draft.public_id}/save/", {**fields, "file": list(files)})


def pdf(name: str = "plan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def download(browser: Client, file: SubmittedFile):
    return browser.get(f"/en/submissions/{file.submission.public_id}/files/{file.public_id}/")


class TestTheStep:
    def test_says_what_to_do_who_reads_it_and_by_what_it_is_judged(self, ana):
        said = words(ana, STEP)

        for expected in ("Write a plan.", "5 of 8 points (60 %)", "Begin my work", "Goals", "Convincing 4 points"):
            assert expected in said

    def test_a_visitor_is_asked_to_come_in(self, course, client):
        assert "Sign in to go on here." in words(client, STEP, status=403)

    def test_waits_for_quizzes_and_names_them(self):
        course = make_capstone(slug="later", quiz_count=1, waits_for_quizzes=True)
        enrolment = enrol(course)
        browser, path = signed_in(enrolment.learner), "/en/courses/later/module-1/assignment-1/"
        said = words(browser, path)
        assert "It opens when these are passed: Quiz 1-1" in said
        assert "Begin my work" not in said

        pass_quiz(enrolment, quizzes_of(course)[0])

        assert "Begin my work" in words(browser, path)

    def test_costs_no_more_however_many_rounds_there_were(self, ana, enrolment, course):
        karin = make_course_assessor(course)
        judge(submit(enrolment), karin, gives_back=True)
        page(ana, STEP)
        with counted_queries() as after_one:
            page(ana, STEP)
        for _round in range(3):
            judge(submit(enrolment), karin, gives_back=True)
        with counted_queries() as after_four:
            said = words(ana, STEP)

        assert len(after_four) == len(after_one)
        assert "Round 3, handed in on" in said

    def test_says_how_it_stands_at_every_turn(self, ana, enrolment, course):
        ana.post(f"/en/enrolments/{enrolment.public_id}/items/{begin(enrolment).item_key}/work/")
        first = submit(enrolment)
        assert "A person reads it now." in words(ana, STEP)

        judge(first, make_course_assessor(course), gives_back=True)
        said = words(ana, STEP)
        assert "Given back to you" in said
        assert "Read it again." in said

        judge(submit(enrolment), make_course_assessor(course))
        said = words(ana, STEP)
        assert "Your work passed on" in said
        assert "8 of 8 points: passed." in said
        assert "Improve my work" not in said


class TestADraft:
    def test_is_saved_with_its_text_and_files_and_goes_on_to_the_last_look(self, ana, draft):
        answer = save(ana, draft, pdf(), do="check")

        draft.refresh_from_db()
        assert (answer.status_code, answer["Location"]) == (303, f"/en/submissions/{draft.public_id}/check/")
        assert (draft.text, SubmittedFile.objects.get().content_type) == ("My plan.", "application/pdf")
        said = words(ana, answer["Location"])
        assert "My plan." in said
        assert "plan.pdf" in said

    def test_a_forged_file_is_refused_by_name_and_nothing_else_is_lost(self, ana, draft):
        answer = save(ana, draft, pdf("page.pdf", b"<html>"), pdf("good.pdf"), do="check")
        html = answer.content.decode()

        assert answer.status_code == 422
        assert html.count("page.pdf: the name says pdf, and what is in it is something else.") == 2
        assert "My plan.</textarea>" in html
        assert SubmittedFile.objects.get().name == "good.pdf"

    def test_after_a_file_was_refused_the_page_goes_on_from_the_text_that_was_saved(self, ana, draft):
        refused = save(ana, draft, pdf("page.pdf", b"<html>"))
        sequence = refused.context["form"]["sequence"].value()
        assert f'name="sequence" value="{sequence}"' in refused.content.decode()

        assert save(ana, draft, text="My better plan.", sequence=sequence).status_code == 303
        draft.refresh_from_db()
        assert draft.text == "My better plan."

    def test_a_file_that_is_too_large_is_not_kept_while_it_comes_in(self, ana, draft):
        large = SimpleUploadedFile("film.pdf", PDF + b"\0" * MAX_BYTES)

        answer = save(ana, draft, large)

        assert answer.status_code == 422
        assert "film.pdf: larger than 10 MB." in answer.content.decode()
        assert not SubmittedFile.objects.exists()

    def test_saved_in_another_tab_meanwhile_both_texts_are_shown(self, ana, draft):
        save(ana, draft, text="From one tab.")
        answer = save(ana, draft, text="From another tab.")
        html = answer.content.decode()

        assert answer.status_code == 422
        assert "From another tab.</textarea>" in html
        assert "<p>From one tab.</p>" in html
        draft.refresh_from_db()
        assert draft.text == "From one tab."

        assert save(ana, draft, text="From another tab.", sequence="1").status_code == 303
        draft.refresh_from_db()
        assert draft.text == "From another tab."

    def test_a_number_that_is_none_is_that_of_an_empty_draft(self, ana, draft):
        assert save(ana, draft, sequence="x" * 50).status_code == 303

    def test_signed_out_meanwhile_the_text_stays_on_the_page(self, draft, client):
        answer = save(client, draft, text="Two hours of work.")

        assert answer.status_code == 401
        assert "Two hours of work.</textarea>" in answer.content.decode()

    def test_needs_the_token_of_its_form(self, enrolment, draft):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(enrolment.learner, backend="allauth.account.auth_backends.AuthenticationBackend")

        assert save(browser, draft).status_code == 403

    def test_taking_a_file_out_saves_the_text_and_pressed_twice_nothing_breaks(self, ana, draft):
        file = attach(draft)
        button = f'form="draft" name="remove" value="{file.public_id}"'
        assert button in page(ana, STEP)
        press = {"do": "", "remove": str(file.public_id), "text": "Not saved before."}

        assert [save(ana, draft, **press).status_code for _press in range(2)] == [303, 303]
        draft.refresh_from_db()
        assert draft.text == "Not saved before."
        assert not SubmittedFile.objects.exists()
        assert "Taken out: plan.pdf" in page(ana, STEP)

    def test_a_file_gives_way_to_one_that_is_chosen_in_its_place(self):
        enrolment = enrol(make_capstone(slug="one-file", max_files=1))
        draft = begin(enrolment)
        file = attach(draft)

        save(signed_in(enrolment.learner), draft, pdf("better.pdf", PDF + b"%"), remove=str(file.public_id))

        assert SubmittedFile.objects.get().name == "better.pdf"

    def test_taking_a_file_out_with_a_text_saved_meanwhile_both_texts_are_shown(self, ana, draft):
        file = attach(draft)
        save(ana, draft, text="From one tab.")
        answer = save(ana, draft, text="From another tab.", remove=str(file.public_id))
        html = answer.content.decode()

        assert answer.status_code == 422
        assert "From another tab.</textarea>" in html
        assert "<p>From one tab.</p>" in html
        assert "Taken out: plan.pdf" in html
        assert not SubmittedFile.objects.exists()

    def test_a_file_of_somebody_else_is_not_taken_out(self, ana, draft, course):
        other = attach(begin(enrol(course, make_learner())))

        assert {save(ana, draft, remove=sent).status_code for sent in (str(other.public_id), "x")} == {303}
        assert SubmittedFile.objects.get() == other

    def test_with_nothing_in_it_is_not_handed_in(self, ana, draft):
        answer = ana.post(f"/en/submissions/{draft.public_id}/hand-in/")

        assert answer.status_code == 422
        assert "Write a text or add a file, then hand it in." in answer.content.decode()

    def test_handed_in_twice_it_leads_to_the_same_page(self, ana, draft):
        write(draft, "My plan.")
        path = f"/en/submissions/{draft.public_id}/hand-in/"

        places = [ana.post(path)["Location"] for _press in range(2)]

        assert places == [f"/en/submissions/{draft.public_id}/"] * 2
        assert MarkingTask.objects.count() == 1

    def test_saved_after_it_was_handed_in_it_stays_as_it_was(self, ana, enrolment):
        submission = submit(enrolment, "My plan.")

        answer = save(ana, submission, text="Something else.", sequence="1")

        submission.refresh_from_db()
        assert (answer.status_code, submission.text) == (303, "My plan.")
        assert "It was handed in already" in page(ana, answer["Location"].partition("#")[0])


class TestWhoLeftTheCourse:
    LEFT = "You left this course. Enrol in it again to go on"

    @pytest.fixture(autouse=True)
    def _left(self, draft):
        write(draft, "My plan.")
        Enrolment.objects.update(withdrawn_at=timezone.now())

    def test_hands_nothing_in_and_saves_nothing_and_what_they_wrote_stays_on_the_page(self, ana, draft):
        handed_in = ana.post(f"/en/submissions/{draft.public_id}/hand-in/")
        saved = save(ana, draft, pdf(), text="More of it.", sequence="1")

        assert [answer.status_code for answer in (handed_in, saved)] == [422, 422]
        assert all(self.LEFT in answer.content.decode() for answer in (handed_in, saved))
        assert "More of it.</textarea>" in saved.content.decode()
        draft.refresh_from_db()
        assert (draft.state, draft.text) == ("draft", "My plan.")
        assert not MarkingTask.objects.exists()
        assert not SubmittedFile.objects.exists()

    def test_begins_nothing_and_goes_on_where_they_were_once_they_enrol_again(self, ana, draft, enrolment):
        path = f"/en/enrolments/{enrolment.public_id}/items/{draft.item_key}/work/"
        answer = ana.post(path)
        assert answer["Location"] == "/en/courses/capstone/"
        assert self.LEFT in page(ana, answer["Location"])

        enrol(enrolment.course, enrolment.learner)

        assert ana.post(path)["Location"].startswith(STEP)
        assert "My plan.</textarea>" in page(ana, STEP)


class TestSomebodyElse:
    def test_finds_nothing_of_it_by_any_address(self, draft):
        file = attach(draft)
        stranger = signed_in(make_learner())
        base = f"/en/submissions/{draft.public_id}/"
        paths = [base, f"{base}save/", f"{base}check/", f"{base}hand-in/", f"{base}files/{file.public_id}/"]

        assert {stranger.get(path).status_code for path in paths} == {404}
        assert save(stranger, draft).status_code == 404
        draft.refresh_from_db()
        assert draft.text == ""


class TestAFile:
    def test_is_a_download_that_runs_nothing(self, ana, draft):
        answer = download(ana, attach(draft, 'My "plan"; é.pdf'))

        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''My%20plan%3B%20%C3%A9.pdf"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Cache-Control"] == "private, no-store"

    def test_is_read_by_who_assesses_it_once_it_was_handed_in(self, draft, course):
        file, karin = attach(draft), signed_in(make_course_assessor(course))
        assert download(karin, file).status_code == 404

        signed_in(draft.enrolment.learner).post(f"/en/submissions/{draft.public_id}/hand-in/")

        assert download(karin, file).status_code == 200

    def test_that_was_erased_is_absent(self, ana, draft):
        file = attach(draft)
        SubmittedFile.objects.filter(pk=file.pk).update(file="", name="")

        assert download(ana, file).status_code == 404


def test_every_round_stands_in_the_history_and_why_says_what_is_missing(ana, enrolment, course):
    judge(submit(enrolment), make_course_assessor(course), gives_back=True)
    why, history = (f"/en/enrolments/{enrolment.public_id}/{name}/" for name in ("why", "history"))
    assert "Not done: it was given back to you, to be improved." in words(ana, why)

    judge(submit(enrolment), make_course_assessor(course))

    said = words(ana, history)
    places = [
        said.index(line)
        for line in (
            "Work begun, round 1",
            "Work handed in, round 1",
            "8 of 8 points, 5 needed: given back, to be improved.",
            "Work begun, round 2",
            "8 of 8 points, 5 needed: passed.",
            "Work passed",
        )
    ]
    assert len(set(places)) == len(places)
    assert "Done: your work passed on" in words(ana, why)
    assert "Completed when the last step, work that people judge, passed" in words(ana, why)


def test_what_was_found_is_told_on_the_page_until_it_is_read(ana, enrolment, course):
    judge(submit(enrolment), make_course_assessor(course), gives_back=True)

    said = words(ana, "/en/me/")

    assert "your work was given back to you, so that you can improve it." in said

    judge(submit(enrolment), make_course_assessor(course))
    said = words(ana, "/en/me/")
    assert "your work passed. It is done, and it stays done." in said
    assert "given back" not in said


def test_a_stream_is_never_read_as_a_whole(draft):
    class Once(io.BytesIO):
        largest = 0

        def read(self, size=-1):
            Once.largest = max(Once.largest, len(self.getvalue()) if size is None or size < 0 else size)
            return super().read(size)

    from progress.operations.attaching import add_file
    from tests.progress.builders import NOON

    add_file(submission=draft, name="plan.pdf", opened=Once(PDF + b"\0" * 1024**2), at=NOON)

    assert Once.largest <= 256 * 1024
