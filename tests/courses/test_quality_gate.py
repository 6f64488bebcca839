"""The publish gate at every door: a planted fault is refused in words at its field, its mended form is published."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Locale, Page, PageLogEntry
from wagtail.test.utils.form_data import rich_text
from wagtail_localize.models import TranslationSource

from courses.models import LessonPage, Picture, QualityRuleSetting
from courses.operations.drafts import drafts_below
from courses.operations.quality import set_warned_rules
from courses.operations.settling import one_edition
from courses.queries.quality import findings_of, this_text
from courses.rules.quality import RULES, RULES_BY_KEY
from courses.tasks import publish_scheduled
from tests.case_studies.builders import make_case
from tests.courses import forms
from tests.courses.builders import (
    NOON,
    course_page,
    in_language,
    lesson_body,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
    translate,
)
from tests.courses.forms import add, edit, form_of
from tests.courses.paths import make_path, path_page
from tests.courses.uploads import upload_picture
from tests.people import make_editor, make_operator, make_reviewer, signed_in

pytestmark = pytest.mark.django_db

GERMAN = (
    "Sieh dir die Adresse an, bevor du einen Link öffnest, und frag jemanden im Team, wenn sie nicht so ist wie sonst."
)


@pytest.fixture
def course():
    return make_course(lesson_count=1, quiz_count=0)


@pytest.fixture
def browser():
    return signed_in(make_editor())


def lesson_form(*blocks, **fields):
    """Return the form of a lesson whose blocks have inner names of their own, as the browser gives them."""
    form = forms.lesson_form(*blocks, **fields)
    for number in range(len(blocks)):
        form["body"][str(number)]["id"] = f"block-{number}"
    return form


def listed(*values):
    """Return the form fields of a list in a block."""
    fields = {"count": str(len(values))}
    for number, value in enumerate(values):
        fields[str(number)] = {"value": value, "order": str(number), "deleted": "", "id": "", "type": "item"}
    return fields


def text(html, language=""):
    return ("rich_text", {"html": rich_text(html), "language": language})


def image(alt="", decorative="", picture=None):
    return (
        "image",
        {"picture": str(picture.pk), "alt": alt, "caption": "", **({"decorative": "on"} if decorative else {})},
    )


def film(captions, transcript="<p>A hand opens a door.</p>"):
    video, words = (
        Document.objects.create(title=name, file=ContentFile(b"x", name=name)) for name in ("a.mp4", "a.vtt")
    )
    value = {"title": "A film", "file": str(video.pk), "captions": str(words.pk) if captions else "", "minutes": ""}
    return ("video", {**value, "transcript": rich_text(transcript)})


def film_elsewhere(transcript):
    value = {"title": "A film", "url": "https://example.org/film", "minutes": "", "transcript": rich_text(transcript)}
    return ("video_link", value)


def table(*cells):
    rows = listed(listed("Phone", "Daily"), listed(*cells))
    return ("table", {"caption": "When to charge", "columns": listed("What", "When"), "rows": rows})


def key_word(word):
    return ("key_words", {"words": listed({"word": word, "meaning": "What it means."})})


def picture_with_words(checked):
    picture = upload_picture()
    Picture.objects.filter(pk=picture.pk).update(contains_text=True, contrast_checked=checked)
    return picture


FAULTS = {
    "alt-text": (
        lambda: lesson_form(image(picture=upload_picture())),
        lambda: lesson_form(image(alt="A key in a lock.", picture=upload_picture())),
        "Say what the picture shows, or tick that it is decoration only.",
    ),
    "alt-words": (
        lambda: lesson_form(image(alt="IMG_2041.jpg", picture=upload_picture())),
        lambda: lesson_form(image(alt="A key in a lock.", picture=upload_picture())),
        "The description of the picture is the name of a file: “IMG_2041.jpg”. Say what a person would see",
    ),
    "contrast": (
        lambda: lesson_form(image(alt="A sign: Stop.", picture=picture_with_words(False))),
        lambda: lesson_form(image(alt="A sign: Stop.", picture=picture_with_words(True))),
        "nobody has said that they stand out enough. Open the picture in the list of pictures",
    ),
    "captions": (
        lambda: lesson_form(film(captions=False)),
        lambda: lesson_form(film(captions=True)),
        "This field is required.",
    ),
    "linked-films": (
        lambda: lesson_form(film_elsewhere("")),
        lambda: lesson_form(film_elsewhere("<p>A door opens.</p>")),
        "is not there as text. Write down what is said and shown",
    ),
    "headings": (
        lambda: lesson_form(("heading", {"text": "Look twice"})),
        lambda: lesson_form(("heading", {"text": "Look twice"}), text("<p>Then open it.</p>")),
        "Nothing comes after the heading “Look twice”. Use a heading block",
    ),
    "link-texts": (
        lambda: lesson_form(text('<p>Read it <a href="https://example.org/">here</a>.</p>')),
        lambda: lesson_form(text('<p>Read <a href="https://example.org/">the guide to links</a>.</p>')),
        "A link says “here”, which could lead anywhere. Link the words that name",
    ),
    "language-of-parts": (
        lambda: lesson_form(text(f"<p>{GERMAN}</p>")),
        lambda: lesson_form(text(f"<p>{GERMAN}</p>", language="de")),
        "“Sieh dir die Adresse an bevor …” seems to be in another language (German). Translate it",
    ),
    "table-headers": (
        lambda: lesson_form(table("", "Weekly")),
        lambda: lesson_form(table("Laptop", "Weekly")),
        "Row 2 of the table has no name: its first cell is empty. Write what the column or the row is about.",
    ),
    "key-words": (
        lambda: lesson_form(key_word("Phishing"), text("<p>Look at the sender.</p>")),
        lambda: lesson_form(key_word("Phishing"), text("<p>That is phishing.</p>")),
        "The key word “Phishing” is not in the text. Say what the word means",
    ),
    "sources": (
        lambda: lesson_form(source=rich_text("")),
        lambda: lesson_form(),
        "Nobody can see where this text comes from. Name the sources.",
    ),
    "review-date": (
        lambda: lesson_form(review_by_date=""),
        lambda: lesson_form(),
        "There is no day by which somebody reads this text again. Choose a day",
    ),
}


def shown(answer):
    return " ".join(answer.text.replace("&quot;", '"').replace("&#x27;", "'").split())


def errors_in(answer):
    """Return what the form of an answer says at its fields and their blocks."""
    errors = answer.context["form"].errors.as_data()
    return " ".join(words for found in errors.values() for error in found for words in _said(error))


def _said(error):
    for inner in getattr(error, "block_errors", {}).values():
        yield from _said(inner)
    own = getattr(error, "non_block_errors", [error])
    yield from (words for inner in own for words in getattr(inner, "messages", [str(inner)]))


def test_every_rule_has_a_fault_here():
    assert set(FAULTS) == set(RULES_BY_KEY)


@pytest.mark.parametrize("rule", [rule.key for rule in RULES])
def test_a_rule_refuses_its_fault_keeps_the_draft_and_passes_the_mended_form(rule, course, browser, own_storage):
    fault, mended, words = FAULTS[rule]
    module, form = module_pages(course)[0], fault()

    refused = add(browser, module, LessonPage, form, action="publish")

    assert refused.status_code == 200
    assert words in errors_in(refused)
    assert add(browser, module, LessonPage, form).status_code == 302
    draft = LessonPage.objects.get(slug="lesson-new")
    assert (draft.live, rule in {finding.rule for finding in findings_of(draft, today=NOON.date())}) == (False, True)
    assert edit(browser, draft, mended(), action="publish").status_code == 302
    assert LessonPage.objects.get(slug="lesson-new").live is True


def test_the_operator_turns_a_rule_to_a_warning_that_is_said_after_publishing(course, browser):
    operator = signed_in(make_operator())
    address = reverse("admin:courses_qualityrulesetting_changelist")
    page = shown(operator.get(address))
    assert [rule.key for rule in RULES if rule.name not in page or rule.asks not in page] == []

    answer = operator.post(address, {"sources": "warns", "alt-text": "warns"}, follow=True)

    assert "1 rule was changed." in shown(answer)
    assert list(QualityRuleSetting.objects.values_list("rule", "only_warns")) == [("sources", True)]
    form = lesson_form(source=rich_text(""))
    answer = add(browser, module_pages(course)[0], LessonPage, form, action="publish")
    assert answer.status_code == 302
    said = shown(browser.get(answer.url))
    assert "To mend when you can. Where this comes from: Nobody can see where this text comes from." in said
    assert LessonPage.objects.get(slug="lesson-new").live is True

    operator.post(address, {"sources": "blocks"})
    assert list(QualityRuleSetting.objects.values_list("rule", "only_warns")) == [("sources", False)]


def test_an_editor_may_not_change_the_rules(browser):
    assert browser.post(reverse("admin:courses_qualityrulesetting_changelist"), {"sources": "warns"}).status_code in {
        302,
        403,
    }
    assert QualityRuleSetting.objects.count() == 0


def test_a_release_shows_what_holds_a_draft_and_takes_it_once_it_is_mended(course):
    lesson = lesson_pages(course)[0]
    lesson.source = ""
    lesson.save_revision()
    held = drafts_below(course, at=NOON)[0].problems
    assert [field for field, _words in held] == ["source"]
    assert held[0][1].startswith("Where this comes from: Nobody can see where this text comes from.")

    set_warned_rules(keys={"sources"}, user=make_operator(), at=NOON)
    assert drafts_below(course, at=NOON)[0].problems == ()


def test_what_is_due_and_does_not_pass_stays_a_draft_and_says_why(course):
    lesson = lesson_pages(course)[0]
    lesson.source = ""
    lesson.go_live_at = timezone.now() + timedelta(hours=1)
    lesson.save_revision().publish()
    lesson.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))

    publish_scheduled()

    refused = PageLogEntry.objects.get(action="courses.schedule.refused")
    assert refused.data["words"].startswith("Where this comes from: Nobody can see where this text comes from.")


def test_publishing_many_pages_at_once_is_refused_as_a_whole_in_words(course, browser):
    lesson = lesson_pages(course)[0]
    lesson.title, lesson.source = "Without a source", ""
    lesson.save_revision()
    address = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))

    browser.post(f"{address}?id={lesson.pk}&next=/cms/")

    assert "Without a source: Where this comes from: Nobody can see" in shown(browser.get("/cms/"))
    assert LessonPage.objects.get(pk=lesson.pk).title == "Lesson 1-1"


def test_approving_a_draft_that_does_not_pass_is_refused_and_leaves_it_in_review(course):
    lesson = lesson_pages(course)[0]
    lesson.title, lesson.source = "Without a source", ""
    lesson.save_revision()
    workflow = lesson.get_workflow()
    workflow.start(lesson, make_editor())
    reviewer = signed_in(make_reviewer())
    task = lesson.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=(lesson.pk, "approve", task.pk))

    reviewer.post(address, {"comment": ""})

    fresh = LessonPage.objects.get(pk=lesson.pk)
    assert (fresh.title, fresh.current_workflow_task_state) == ("Lesson 1-1", task)
    assert "Nobody can see where this text comes from." in shown(reviewer.get("/cms/"))


def test_a_translation_by_the_translators_screen_is_held_like_any_other(course):
    lesson = lesson_pages(course)[0]
    sentence = "Look at the address of the sender, and ask a person in the team if it is not what you have seen."
    with one_edition(cause="publish", at=NOON):
        publish(lesson, body=lesson_body("held", words=sentence))
        for page in (course_page(course), *module_pages(course)):
            translate(page, "it")
    editor = signed_in(make_editor())
    italian = Locale.objects.get(language_code="it")
    submit = reverse("wagtail_localize:submit_page_translation", args=(lesson.pk,))
    assert editor.post(submit, {"locales": [str(italian.pk)]}).status_code == 302
    target = in_language(lesson, "it")
    source = TranslationSource.objects.get(object_id=lesson.translation_key)
    edit_address = reverse("wagtailadmin_pages:edit", args=(target.pk,))
    doors = (
        (edit_address, {"action": "publish"}),
        (reverse("wagtail_localize:update_translations", args=(source.pk,)), {"publish_translations": "on"}),
    )
    for address, fields in doors:
        count = target.revisions.count()
        editor.post(address, fields)
        assert "seems to be in another language (English)" in shown(editor.get("/cms/"))
        assert target.revisions.count() == count

    set_warned_rules(keys={"language-of-parts"}, user=make_operator(), at=NOON)
    for address, fields in doors:
        count = target.revisions.count()
        editor.post(address, fields)
        assert target.revisions.count() == count + 1


def test_titles_of_works_among_the_sources_keep_their_language(course):
    works = "<ul><li>On the way of the small firms to the markets of the future, and what they are to do.</li></ul>"
    italian = translate(lesson_pages(course)[0], "it", source=works)
    assert findings_of(italian, today=NOON.date()) == []


def test_a_reviewer_sends_a_draft_that_does_not_pass_back_from_its_editor(course):
    lesson = lesson_pages(course)[0]
    lesson.save_revision()
    lesson.get_workflow().start(lesson, make_editor())
    lesson.source = ""
    lesson.save_revision()
    action = {"workflow-action-name": "reject", "workflow-action-extra-data": '{"comment": "Name the source."}'}

    answer = edit(signed_in(make_reviewer()), lesson, action="workflow-action", source=rich_text(""), **action)

    assert answer.status_code == 302, errors_in(answer)
    assert lesson.current_workflow_state.status == "needs_changes"


def test_a_learning_path_that_is_due_and_does_not_pass_stays_as_it_is(course):
    page = path_page(make_path(course))
    page.title, page.description = "Other", '<p>Read it <a href="https://example.org/">here</a>.</p>'
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    page.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))

    publish_scheduled()

    refused = PageLogEntry.objects.get(action="courses.schedule.refused")
    assert "A link says “here”, which could lead anywhere." in refused.data["words"]


def test_a_translation_need_not_repeat_the_source_and_the_day_of_its_original(course):
    italian = translate(lesson_pages(course)[0], "it", source="", review_by_date=None)
    assert findings_of(italian, today=NOON.date()) == []


def test_pages_of_many_kinds_are_asked_what_fits_them(course, browser):
    page = course_page(course)
    assert {finding.rule for finding in findings_of(page, today=NOON.date())} == set()
    answer = edit(browser, page, form_of(page, source=rich_text("")), action="publish")
    assert "Nobody can see where this text comes from." in shown(answer)


def test_pictures_of_questions_are_looked_at(course, own_storage):
    quiz = make_course(slug="other", lesson_count=1, quiz_count=1)
    page = quiz_pages(quiz)[0]
    raw = [dict(block) for block in page.questions.raw_data]
    raw[0]["value"] = {
        **raw[0]["value"],
        "picture": picture_with_words(False).pk,
        "alt": "A sign.",
        "decorative": False,
    }
    page.questions = raw
    found = findings_of(page, today=NOON.date())
    assert [(finding.rule, finding.where) for finding in found] == [("contrast", "Block 1, One right answer")]


def test_looking_at_a_lesson_takes_as_many_queries_for_one_picture_as_for_many(
    course, own_storage, django_assert_num_queries
):
    lesson = LessonPage.objects.select_related("locale").get(pk=lesson_pages(course)[0].pk)
    pictures = [upload_picture() for _number in range(3)]
    for count in (1, 3):
        lesson.body = [
            {"type": "image", "id": str(place), "value": {"picture": picture.pk, "alt": "A key.", "decorative": False}}
            for place, picture in enumerate(pictures[:count])
        ]
        with django_assert_num_queries(2):
            assert findings_of(lesson, today=NOON.date()) == []


# The panel


def test_the_editor_shows_words_minutes_level_and_what_to_mend_with_a_link_to_the_field(course, browser):
    lesson = lesson_pages(course)[0]
    lesson.minutes = 60
    lesson.source = ""
    lesson.body = lesson_body("a", words="Look at the sender. Is it who you think? Ask a colleague. " * 20)
    lesson.save_revision()

    page = shown(browser.get(reverse("wagtailadmin_pages:edit", args=(lesson.pk,))))

    assert "<dt>Words</dt><dd>248</dd>" in page
    assert "The page says 60 minutes, reading takes about 2." in page
    assert "1 thing keeps it from being published" in page
    assert '<a href="#id_source-label">Where this comes from</a>' in page
    assert 'id="id_source-label"' in page
    assert "js/cms-reading.js" in page
    fetched = shown(browser.get(reverse("courses_this_text", args=(lesson.pk,))))
    assert "<dt>Words</dt><dd>248</dd>" in fetched


def test_a_lesson_that_fits_its_minutes_says_nothing_of_them(course):
    lesson = lesson_pages(course)[0]
    lesson.body = lesson_body("a", words="Look at the sender. Ask a colleague. " * 60)
    said = this_text(lesson, today=NOON.date())
    assert (said.stated_minutes, said.reading.minutes, said.is_far_apart) == (5, 4, False)
    assert not said.to_fill_in


def test_the_editor_of_a_story_names_what_is_still_to_fill_in(browser):
    story = make_case(live=False, author="", staff_count=None, steps=[])
    page = shown(browser.get(reverse("wagtailadmin_pages:edit", args=(story.pk,))))
    assert '<b>To fill in:</b> <a href="#id_staff_count-label">People on the staff</a>, ' in page
    assert '<a href="#id_steps-label">Steps</a>, <a href="#id_author-label">Author</a></p>' in page


def test_what_is_known_of_a_draft_is_for_those_who_may_edit_it(course):
    address = reverse("courses_this_text", args=(lesson_pages(course)[0].pk,))
    absent = reverse("courses_this_text", args=(987654,))
    for person in (signed_in(make_editor()),):
        assert (person.get(address).status_code, person.get(absent).status_code) == (200, 404)
    home = Page.objects.get(depth=2)
    assert signed_in(make_editor()).get(reverse("courses_this_text", args=(home.pk,))).status_code == 200
    module = module_pages(course)[0]
    assert signed_in(make_editor()).get(reverse("courses_this_text", args=(module.pk,))).status_code == 404


def test_a_new_lesson_is_to_be_read_again_in_a_year_unless_its_editor_says_otherwise(course, browser):
    module = module_pages(course)[0]
    page = browser.get(reverse("wagtailadmin_pages:add", args=("courses", "lessonpage", module.pk)))
    in_a_year = timezone.localdate() + timedelta(days=365)
    assert page.context["form"]["review_by_date"].value() == in_a_year


def test_faults_in_several_fields_are_all_said_at_once(course, browser):
    blocks = [text('<p><a href="https://example.org/">here</a></p>'), ("heading", {"text": "Lesson: new"})]
    form = lesson_form(*blocks, source=rich_text(""), review_by_date="2020-01-01")
    answer = errors_in(add(browser, module_pages(course)[0], LessonPage, form, action="publish"))
    for words in ("A link says “here”", "Nothing comes after the heading", "is a heading, or the title", "has passed"):
        assert words in answer
    assert "Nobody can see where this text comes from." in answer


def test_a_module_and_a_quiz_without_sources_are_published_as_before(browser):
    course = make_course(slug="whole", lesson_count=1, quiz_count=1)
    quiz = quiz_pages(course)[0]
    assert edit(browser, quiz, action="publish", questions=form_of(quiz)["questions"]).status_code == 302
    module = module_pages(course)[0]
    assert edit(browser, module, action="publish", summary="Another part.").status_code == 302
