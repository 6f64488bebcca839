"""The question bank as an editor works in it, at its real addresses."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data, streamfield
from wagtail_localize.models import StringTranslation, Translation

from courses.models import BankQuestion, CourseEdition, QuizVersion
from courses.operations.settling import one_edition
from progress import operations
from tests.courses.bank import add_question, bank_question, bank_questions, change
from tests.courses.builders import NOON, add_quiz, make_course, module_pages, quiz_pages
from tests.courses.forms import GOOD_QUESTION, edit, form_of, question
from tests.people import make_editor, make_learner, make_manager, signed_in
from tests.progress.builders import enrol, quizzes_of

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

KEY_WORDS = ("Answer right.", "Answer wrong.", "Feedback on", "Remember this.", "What about")


@pytest.fixture
def editor():
    return signed_in(make_editor())


@pytest.fixture
def course():
    return make_course(quiz_count=0)


def address(name, *args):
    return reverse(f"wagtailsnippets_courses_bankquestion:{name}", args=args)


def form(*blocks, **fields):
    return nested_form_data({"title": "New", "tags": "", "question": streamfield(list(blocks)), **fields})


def use(course, bank_entry):
    with one_edition(cause="publish", at=NOON):
        return add_quiz(module_pages(course)[0], "final", questions=[bank_question(bank_entry)])


def test_an_editor_writes_a_question_and_publishes_it(editor):
    draft = {**form(GOOD_QUESTION, title="Sign in", tags=" Module 1,passwords,PASSWORDS ")}
    answer = editor.post(address("add"), draft)
    written = BankQuestion.objects.get()
    assert (answer.status_code, written.live, written.tags) == (302, False, "module 1, passwords")

    draft["question-0-id"] = written.question[0].id
    answer = editor.post(address("edit", written.pk), {**draft, "action-publish": "1"})
    assert answer.status_code == 302
    assert BankQuestion.objects.get().live


def test_a_question_that_asks_nothing_is_saved_but_not_published(editor):
    editor.post(address("add"), form())
    [draft] = BankQuestion.objects.all()

    answer = editor.post(address("edit", draft.pk), {**form(), "action-publish": "1"})
    assert answer.status_code == 200
    assert "Nothing is asked yet. Add the question." in answer.text
    assert not BankQuestion.objects.get().live


def test_a_question_without_a_right_answer_is_not_published(editor):
    answer = editor.post(address("add"), {**form(question(("Yes.", False), ("No.", False))), "action-publish": "1"})

    assert "No answer is marked as right. Mark one." in answer.text
    assert not BankQuestion.objects.exists()


def test_the_list_finds_by_name_and_by_tag_and_shows_no_answer(editor):
    for name, tags in (("Sign in", "passwords"), ("Sign out", "passwords, devices"), ("Mail", "phishing")):
        add_question(name, tags=tags)

    everything = editor.get(address("list")).text
    assert [name for name in ("Sign in", "Sign out", "Mail") if name in everything] == ["Sign in", "Sign out", "Mail"]
    assert not any(words in everything for words in KEY_WORDS if words != "What about")
    found = editor.get(address("list_results"), {"q": "sign"}).text
    assert ("Sign in" in found, "Mail" in found) == (True, False)
    tagged = editor.get(address("list_results"), {"tag": "Devices"}).text
    assert ("Sign out" in tagged, "Sign in" in tagged) == (True, False)
    add_question("Entrare", language="it")
    italian = editor.get(address("list_results"), {"language": "it"}).text
    assert ("Entrare" in italian, "Sign in" in italian) == (True, False)


def test_the_list_tells_questions_of_one_name_apart_by_kind_and_first_words(editor):
    written = add_question("Sign in")
    [block] = [dict(entry) for entry in written.question.raw_data]
    block["value"] = {**block["value"], "text": "Who may know your passphrase? " + "Think twice. " * 9 + "The end."}
    written.question = [block]
    written.save_revision().publish()
    BankQuestion.objects.create(title="Sign in", locale=written.locale, live=False)

    page = editor.get(address("list")).text
    assert "One right answer" in page
    assert "Who may know your passphrase? Think twice." in page
    assert "The end." not in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_few_and_many(editor, count, django_assert_max_num_queries):
    for number in range(count):
        add_question(f"Question {number}")
    with django_assert_max_num_queries(30):
        editor.get(address("list"))


def test_the_chooser_shows_names_and_tags_and_finds_by_both(editor):
    add_question("Sign in", tags="passwords")
    add_question("Mail", tags="phishing")
    chooser = "wagtailsnippetchoosers_courses_bankquestion"

    shown = editor.get(reverse(f"{chooser}:choose")).json()["html"]
    assert ("Sign in" in shown, "phishing" in shown) == (True, True)
    assert not any(words in shown for words in KEY_WORDS)
    found = editor.get(reverse(f"{chooser}:choose_results"), {"q": "phish"}).text
    assert ("Mail" in found, "Sign in" in found) == (True, False)
    chosen = editor.get(reverse(f"{chooser}:chosen", args=[BankQuestion.objects.get(title="Mail").pk])).text
    assert "Mail" in chosen
    assert not any(words in chosen for words in KEY_WORDS)


def test_the_preview_shows_the_question_and_its_key_only_as_chosen(editor):
    written = add_question("Sign in", tags="passwords")
    data = {**form(("single_choice", {}), title="Sign in"), **_form_of(written)}
    place = address("preview_on_edit", written.pk)
    assert editor.post(place, data).json()["is_valid"]

    as_learner = editor.get(place, {"mode": ""}).text
    assert "What about question-1?" in as_learner
    assert "Feedback on right." not in as_learner
    with_key = editor.get(place, {"mode": "key"}).text
    assert "Feedback on right." in with_key
    assert "Remember this." in with_key


def _form_of(written):
    [block] = written.question.raw_data
    options = [(entry["value"]["text"], entry["value"]["correct"]) for entry in block["value"]["options"]]
    kind, fields = question(*options)
    fields |= {"text": block["value"]["text"], "feedback": block["value"]["feedback"]}
    for number, entry in enumerate(block["value"]["options"]):
        fields["options"][str(number)]["value"]["feedback"] = entry["value"]["feedback"]
    return form((kind, fields), title=written.title, tags=written.tags)


def test_the_editor_of_a_question_says_where_it_is_used_and_whose_attempts_ask_it(editor, course):
    written = add_question("Sign in")
    assert "No quiz takes this question yet." in editor.get(address("edit", written.pk)).text
    quiz = use(course, written)
    enrolment = enrol(course)
    item = quizzes_of(course)[0]
    operations.start_attempt(enrolment=enrolment, item_key=item.key, language="en", seed="seed", at=NOON)

    page = editor.get(address("edit", written.pk)).text
    assert "1 quiz takes this question." in page
    assert reverse("wagtailadmin_pages:edit", args=[quiz.pk]) in page
    assert "1 attempt that asks this question is open. It ends on the question it began with." in page


def test_the_page_of_uses_and_unpublishing_say_what_the_editor_says(editor, course, django_assert_max_num_queries):
    written = add_question("Sign in", tags="passwords")
    assert "No quiz takes this question yet." in editor.get(address("usage", written.pk)).text
    with one_edition(cause="publish", at=NOON):
        for number in range(3):
            quiz = add_quiz(module_pages(course)[0], f"final-{number}", questions=[bank_questions("passwords")])

    with django_assert_max_num_queries(20):
        page = editor.get(address("usage", written.pk)).text
    assert "3 quizzes take this question." in page
    assert reverse("wagtailadmin_pages:edit", args=[quiz.pk]) in page
    assert "by the tag “passwords”" in page
    assert "There are no results" not in page
    assert "is referenced 3 times" in " ".join(editor.get(address("unpublish", written.pk)).text.split())
    assert "Used 0 times" not in editor.get(address("edit", written.pk)).text


def test_publishing_a_question_in_the_cms_makes_one_edition_and_open_attempts_keep_theirs(editor, course):
    written = add_question("Sign in")
    use(course, written)
    enrolment, item = enrol(course), quizzes_of(course)[0]
    attempt = operations.start_attempt(enrolment=enrolment, item_key=item.key, language="en", seed="seed", at=NOON)
    editions = CourseEdition.objects.filter(course=course).count()

    data = {**_form_of(written), "question-0-value-text": "What do you do now?", "action-publish": "1"}
    data["question-0-id"] = written.question[0].id
    assert editor.post(address("edit", written.pk), data).status_code == 302
    assert CourseEdition.objects.filter(course=course).count() == editions + 1
    newest = QuizVersion.objects.get(sha256=quizzes_of(course)[0].version)
    assert newest.body["questions"][0]["text"] == "What do you do now?"
    attempt.refresh_from_db()
    assert attempt.quiz_version.body["questions"][0]["text"] == "What about question-1?"


def test_a_used_question_is_not_deleted_and_it_is_said_where_it_is_used(editor, course):
    written, free = add_question("Sign in"), add_question("Free")
    use(course, written)

    for place in (address("delete", written.pk), address("list")):
        assert editor.get(place, follow=True).status_code == 200
    answer = editor.post(address("delete", written.pk), follow=True)
    assert "The question “Sign in” is used in the quiz “Quiz final”." in answer.text
    bulk = reverse("wagtail_bulk_action", args=["courses", "bankquestion", "delete"])
    answer = editor.post(f"{bulk}?id={written.pk}&id={free.pk}&next=/cms/", follow=True)
    assert "The question “Sign in” is used in the quiz “Quiz final”." in answer.text
    assert set(BankQuestion.objects.values_list("title", flat=True)) == {"Sign in", "Free"}
    editor.post(address("delete", free.pk))
    assert set(BankQuestion.objects.values_list("title", flat=True)) == {"Sign in"}


def test_a_quiz_form_refuses_a_question_of_the_bank_that_is_not_published(editor, course):
    with one_edition(cause="publish", at=NOON):
        quiz = add_quiz(module_pages(course)[0], "final")
    draft = add_question("Sign in", is_live=False)
    blocks = streamfield([("bank_question", {"question": str(draft.pk)}), ("bank_questions", {"tag": "nowhere"})])

    answer = edit(editor, quiz, form_of(quiz, questions=blocks), action="publish")
    assert "This question is not published. Publish it in the question bank first." in answer.text
    assert "No published question of the bank has this tag." in answer.text
    assert quiz_pages(course)[0].questions[0].block_type == "single_choice"


def draw(count):
    return ("draw", {"count": str(count), "by": "all", "tag": "", "outcome": ""})


def test_a_draw_that_asks_for_more_than_the_bank_has_is_refused_at_the_field_and_kept_as_a_draft(editor, course):
    for name in ("Sign in", "Sign out"):
        add_question(name, tags="passwords")
    with one_edition(cause="publish", at=NOON):
        quiz = add_quiz(module_pages(course)[0], "final")
    blocks = streamfield([("bank_questions", {"tag": "passwords"})])
    short = form_of(quiz, questions=blocks, draws=streamfield([draw(99)]))

    answer = edit(editor, quiz, short, action="publish")
    assert "Draw 1 asks for 99 questions, and there may be only 2 left for it" in answer.text
    assert edit(editor, quiz, short).status_code == 302
    quiz.refresh_from_db()
    assert (len(quiz.draws), len(quiz.get_latest_revision_as_object().draws)) == (0, 1)
    # By every other way out, too: approval, time and release publish the draft without its form.
    with pytest.raises(ValidationError, match="Draw 1 asks for 99 questions"):
        quiz.get_latest_revision().publish()
    enough = form_of(quiz, questions=blocks, draws=streamfield([draw(2)]))
    assert edit(editor, quiz, enough, action="publish").status_code == 302
    assert len(quiz_pages(course)[0].draws) == 1


def test_who_takes_a_question_away_is_told_which_quizzes_keep_theirs(editor, course):
    first, second = add_question("Sign in", tags="passwords"), add_question("Sign out", tags="passwords")
    asks_two = [{"type": "draw", "value": {"count": 2, "by": "all", "tag": "", "outcome": None}}]
    with one_edition(cause="publish", at=NOON):
        add_quiz(module_pages(course)[0], "final", questions=[bank_questions("passwords")], draws=asks_two)
    words = "The quiz “Quiz final” keeps its questions as they were: Draw 1 asks for 2 questions"

    data = {**_form_of(first), "question-0-id": first.question[0].id}
    assert words not in editor.post(address("edit", first.pk), {**data, "action-publish": "1"}, follow=True).text
    version = quizzes_of(course)[0].version
    assert words in editor.post(address("unpublish", second.pk), follow=True).text
    assert quizzes_of(course)[0].version == version
    change(second, tags="passwords")  # back again
    data |= {"tags": "mail", "action-publish": "1"}
    assert words in editor.post(address("edit", first.pk), data, follow=True).text
    assert quizzes_of(course)[0].version == version


def test_a_question_is_translated_with_its_ids_and_its_tags(editor):
    written = add_question("Sign in", tags="passwords")
    italian = Locale.objects.get(language_code="it")
    submit = reverse("wagtail_localize:submit_snippet_translation", args=["courses", "bankquestion", written.pk])
    assert editor.post(submit, {"locales": [italian.pk]}).status_code == 302

    translated = BankQuestion.objects.get(locale=italian)
    assert (translated.translation_key, translated.tags) == (written.translation_key, "passwords")
    task = Translation.objects.get(target_locale=italian)
    for number, segment in enumerate(task.source.stringsegment_set.all()):
        StringTranslation.objects.create(
            translation_of=segment.string, locale=italian, context=segment.context, data=f"parola {number}"
        )
    task.save_target(publish=True)
    translated.refresh_from_db()
    before, after = written.question.raw_data[0], translated.question.raw_data[0]
    assert translated.live
    assert after["id"] == before["id"]
    assert after["value"]["text"].startswith("parola")
    assert [(entry["id"], entry["value"]["correct"]) for entry in after["value"]["options"]] == [
        (entry["id"], entry["value"]["correct"]) for entry in before["value"]["options"]
    ]


def test_nobody_but_editors_comes_near_the_bank():
    written = add_question("Sign in")
    snippets = reverse("wagtail_localize:snippets_api_detail", args=["courses", "bankquestion", written.pk])
    for person in (make_learner(), make_manager()):
        browser = signed_in(person)
        for place in (address("list"), address("edit", written.pk), address("history", written.pk), snippets):
            assert browser.get(place).status_code in {302, 403, 404}


def test_the_list_of_snippets_of_the_translation_tool_tells_a_name_and_no_question(editor):
    written = add_question("Sign in")
    place = reverse("wagtail_localize:snippets_api_detail", args=["courses", "bankquestion", written.pk])

    assert sorted(editor.get(place).json()) == ["edit_url", "id", "title"]
