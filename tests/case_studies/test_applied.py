"""A learner's story: what becomes of it when it is sent, credited, published and taken back."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from hypothesis import assume, given
from hypothesis import strategies as st
from wagtail.models import Locale, PageLogEntry, Revision, WorkflowState
from wagtail.search.models import IndexEntry

from case_studies.models import AppliedStory, CaseStudyAudience, CaseStudyPage, Consent
from case_studies.operations import (
    AlreadySent,
    NothingToCredit,
    Unfinished,
    begin_story,
    change_credit,
    forget_stories,
    save_answer,
    send_story,
    withdraw_story,
)
from case_studies.operations.applied import Agreed
from case_studies.rules.telling import (
    QUESTIONS,
    answers_that_name,
    is_named_in_address,
    open_questions,
    shortened,
    without_names,
)
from courses.models import ContentReport, Course
from courses.operations.reporting import file_report
from courses.operations.settling import one_edition
from courses.queries.reports import reported_page
from foundation.models import OutboxMessage
from foundation.operations import deliver_message
from tests.case_studies.builders import case_index, metric, translate_case
from tests.case_studies.test_editing import add, interview
from tests.courses.builders import NOON, make_course
from tests.people import make_editor, make_learner, make_reviewer, signed_in

ANSWERS = {
    "situation": "Kanarievogel. Nobody knew where a coat hung.\nWe searched for nine minutes.",
    "did": "Kanarievogel. I gave every rail a letter.",
    "tool": "Kanarievogel: paper, tape and a list",
    "changed": "Kanarievogel. From nine minutes to three.",
    "went_wrong": "Kanarievogel. The first labels were too small.",
    "advice": "Kanarievogel. Begin with one rail.",
}
CANARY = "Kanarievogel"
NAME, HOUSE = "Zoé Pellegrini", "Atelier d’Été"
ANONYMOUS = Agreed(credit=AppliedStory.Credit.ANONYMOUS, words="I agree.", country="BE", sector="laundry")
NAMED = Agreed(credit=AppliedStory.Credit.NAMED, words="I agree.", name=NAME, organisation=HOUSE, country="BE")
# What an editor adds before the story can be shown.
COMPLETED = {
    "region_type": "town",
    "sector": "laundry",
    "size_band": "small",
    "staff_count": 28,
    "tool_category": "stock",
    "licence_type": "free",
    "cost_band": "zero",
    "running_cost": "Nothing",
    "setup_time": "days",
    "staff_hours": 6,
    "metrics": [metric()],
    "data_protection": "<p>No personal data.</p>",
    "accessibility": "<p>Large letters.</p>",
}


@pytest.fixture
def course(db: None) -> Course:
    return make_course(title="Digital basics", lesson_count=1, quiz_count=0, has_certificate=False)


def told(course: Course, *, language: str = "en", **answers: str) -> AppliedStory:
    story = begin_story(learner=make_learner(email="zoe@example.org"), course=course, language=language, at=NOON)
    for question, text in {**ANSWERS, **answers}.items():
        save_answer(story=story, question=question, text=text, at=NOON)
    return story


def sent(course: Course, agreed: Agreed = ANONYMOUS, **answers: str) -> AppliedStory:
    return send_story(story=told(course, **answers), agreed=agreed, at=NOON)


def draft_of(story: AppliedStory) -> CaseStudyPage:
    page = CaseStudyPage.objects.get(translation_key=story.public_id, locale__language_code="en")
    draft: CaseStudyPage = page.get_latest_revision_as_object()
    return draft


def publish(story: AppliedStory, **fields: Any) -> CaseStudyPage:
    """Complete the draft as an editor does, and publish it."""
    draft = draft_of(story)
    for name, value in {**COMPLETED, **fields}.items():
        setattr(draft, name, value)
    draft.audiences = [CaseStudyAudience(audience="worker")]
    draft.save_revision(clean=False).publish()
    return CaseStudyPage.objects.get(pk=draft.pk)


def everything_kept() -> str:
    """Return all that the CMS keeps of any page, in one text."""
    kept: list[Any] = []
    for model in (Revision, PageLogEntry, IndexEntry, CaseStudyPage, WorkflowState, OutboxMessage):
        kept += list(model.objects.values())
    return json.dumps(kept, default=str, ensure_ascii=False) + json.dumps(kept, default=str)


def test_what_is_sent_is_a_draft_with_a_consent_that_waits_for_reviewers(course: Course):
    story = sent(course)

    page = draft_of(story)
    assert (page.live, page.illustrative, page.consent) == (False, False, Consent.TOLD_BY_LEARNER)
    assert page.consent_date == timezone.localdate(NOON)
    assert story.consent_words == "I agree."
    assert page.title == "A story from “Digital basics”"
    assert [row.course for row in page.courses.all()] == [course]
    assert page.problem == "<p>Kanarievogel. Nobody knew where a coat hung.</p><p>We searched for nine minutes.</p>"
    assert [block.value["title"] for block in page.steps] == ["What we did", "What changed"]
    assert page.tool == ANSWERS["tool"]
    assert page.result == ANSWERS["changed"]
    assert page.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
    assert Client().get(f"/en/case-studies/{page.slug}/").status_code == 404


def test_what_looks_like_markup_is_text(course: Course):
    story = sent(course, situation="<script>alert(1)</script> & more")

    assert draft_of(story).problem == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</p>"


def test_a_story_is_sent_once(course: Course):
    story = told(course)

    first = send_story(story=story, agreed=NAMED, at=NOON)
    again = send_story(story=story, agreed=ANONYMOUS, at=NOON + timedelta(hours=1))

    assert (again.sent_at, again.credit) == (first.sent_at, AppliedStory.Credit.NAMED)
    assert CaseStudyPage.objects.count() == 1
    with pytest.raises(AlreadySent):
        save_answer(story=story, question="did", text="Something else.", at=NOON)


def test_two_presses_begin_one_story(course: Course):
    learner = make_learner()

    stories = [begin_story(learner=learner, course=course, language="en", at=NOON) for _press in range(2)]

    assert stories[0] == stories[1]


def test_a_story_without_what_it_needs_is_not_sent(course: Course):
    story = told(course, situation="  ", changed="")

    with pytest.raises(Unfinished) as refused:
        send_story(story=story, agreed=ANONYMOUS, at=NOON)

    assert refused.value.questions == ["situation", "changed"]
    assert not CaseStudyPage.objects.exists()


def test_who_is_to_be_named_gives_a_name(course: Course):
    with pytest.raises(NothingToCredit):
        send_story(story=told(course), agreed=Agreed(credit="named", words="I agree.", name=" "), at=NOON)


def test_nobody_is_named_who_chose_not_to_be(course: Course):
    story = sent(course)

    page = draft_of(story)
    assert (page.organisation, page.author) == ("A social enterprise in Belgium", "A learner of this portal")
    learner = story.learner
    assert learner is not None
    for name in (learner.username, learner.display_name, learner.email):
        assert name not in everything_kept()


def test_answers_in_a_language_without_a_list_say_so_in_the_history(course: Course):
    story = send_story(story=told(course, language="it"), agreed=ANONYMOUS, at=NOON)

    page = draft_of(story)
    history = signed_in(make_editor()).get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert "The answers are in Italian" in history


def test_answers_go_to_the_list_of_their_language_where_there_is_one(course: Course):
    italian = Locale.objects.get(language_code="it")
    for parent in case_index().get_ancestors(inclusive=True).filter(depth__gte=2).specific():
        parent.copy_for_translation(italian).save_revision().publish()

    story = send_story(story=told(course, language="it"), agreed=ANONYMOUS, at=NOON)

    assert CaseStudyPage.objects.get(translation_key=story.public_id).locale == italian


def test_answers_go_to_any_list_where_there_is_none_in_english(course: Course):
    index = case_index()
    index.copy_for_translation(Locale.objects.get(language_code="it"), copy_parents=True).save_revision().publish()
    index.unpublish()

    story = send_story(story=told(course, language="fr"), agreed=ANONYMOUS, at=NOON)

    assert CaseStudyPage.objects.get(translation_key=story.public_id).locale.language_code == "it"


def test_a_published_story_is_read_and_its_teller_is_told_once(course: Course):
    story = sent(course)

    page = publish(story)
    publish(story)

    shown = Client().get(f"/en/case-studies/{page.slug}/").content.decode()
    assert "I gave every rail a letter" in shown
    assert "Illustrative" not in shown
    messages = OutboxMessage.objects.filter(kind="case_studies.story.mail").order_by("pk")
    assert [message.payload["what"] for message in messages] == ["sent", "published"]
    for message in messages:
        assert deliver_message(message_id=message.pk, at=timezone.now())
    assert [letter.subject for letter in mail.outbox] == ["Your story arrived", "Your story is published"]
    assert mail.outbox[0].to == ["zoe@example.org"]
    assert f"/en/me/stories/{story.public_id}/" in str(mail.outbox[1].body)


def test_a_story_taken_back_before_it_was_public_is_gone(course: Course):
    story = sent(course, NAMED)

    withdraw_story(story=story, at=NOON + timedelta(days=1))
    withdraw_story(story=story, at=NOON + timedelta(days=2))

    story.refresh_from_db()
    assert story.withdrawn_at == story.erased_at == NOON + timedelta(days=1)
    assert [getattr(story, name) for name in QUESTIONS] == [""] * 6
    assert (story.credited_name, story.credited_organisation, story.page) == ("", "", None)
    assert (story.consented_at, story.consent_words) == (NOON, "I agree.")
    assert not CaseStudyPage.objects.exists()
    for word in (CANARY, NAME, HOUSE):
        assert word not in everything_kept()


@pytest.mark.both_databases
def test_a_published_story_taken_back_leaves_an_empty_draft(course: Course):
    story = sent(course, NAMED)
    page = publish(story, slug="atelier-dete", title=f"{CANARY} at {HOUSE}")
    draft = draft_of(story)
    draft.went_wrong = f"<p>{CANARY} again, says {NAME}.</p>"
    draft.save_revision(user=make_editor(), log_action=True)

    withdraw_story(story=story, at=NOON + timedelta(days=1))

    page = CaseStudyPage.objects.get(pk=page.pk)
    assert (page.live, page.title, page.problem, page.organisation) == (False, "Withdrawn story", "", "")
    assert page.get_latest_revision_as_object().title == "Withdrawn story"
    assert Client().get("/en/case-studies/atelier-dete/").status_code == 404
    for word in (CANARY, NAME, HOUSE):
        assert word not in everything_kept(), word
    editor = signed_in(make_editor())
    for name in ("edit", "history"):
        answer = editor.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
        assert answer.status_code == 200
    assert "took it back" in answer.content.decode()


def test_every_language_of_a_story_goes_with_it(course: Course):
    story = sent(course)
    page = publish(story)
    italian = translate_case(page, "it", title=f"{CANARY} in italiano")
    assert CaseStudyPage.objects.get(pk=italian.pk).live

    withdraw_story(story=story, at=NOON + timedelta(days=1))

    assert not CaseStudyPage.objects.live().exists()
    assert CANARY not in everything_kept()
    assert Client().get(f"/it/case-studies/{page.slug}/").status_code == 404


def test_a_story_taken_back_is_not_published_by_any_door(course: Course):
    story = sent(course)
    page = publish(story)
    kept = Revision.objects.for_instance(page).latest("pk")
    content = kept.content
    withdraw_story(story=story, at=NOON + timedelta(days=1))
    page = CaseStudyPage.objects.get(pk=page.pk)

    # By a revision that somebody kept, by the row itself, and with another consent than the learner's.
    again = Revision.objects.for_instance(page).latest("pk")
    Revision.objects.filter(pk=again.pk).update(content={**content, "consent": "written"})
    with pytest.raises(ValidationError, match="took it back"):
        Revision.objects.get(pk=again.pk).publish()
    page.live = True
    with pytest.raises(ValidationError, match="took it back"):
        page.save()

    assert not CaseStudyPage.objects.get(pk=page.pk).live


def test_a_schedule_ends_with_the_consent(course: Course):
    story = sent(course)
    draft = draft_of(story)
    for name, value in COMPLETED.items():
        setattr(draft, name, value)
    draft.go_live_at = timezone.now() + timedelta(hours=1)
    draft.save_revision(clean=False).publish()

    withdraw_story(story=story, at=NOON)

    Revision.objects.update(approved_go_live_at=timezone.now() - timedelta(hours=1))
    with one_edition(cause="schedule", at=timezone.now()):
        call_command("publish_scheduled", verbosity=0)
    assert not CaseStudyPage.objects.live().exists()


def test_a_review_ends_with_the_consent(course: Course):
    story = sent(course)
    page = draft_of(story)

    withdraw_story(story=story, at=NOON)

    assert not WorkflowState.objects.exists()
    reviewer = signed_in(make_reviewer())
    assert reviewer.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 404


def test_consent_of_a_learner_is_no_consent_of_a_page_that_none_told(course: Course):
    page = publish(sent(course))
    copy = page.copy(update_attrs={"slug": "a-copy", "title": "A copy"}, keep_live=False)
    with pytest.raises(ValidationError, match="No learner of this portal told this story"):
        copy.specific.save_revision().publish()


def test_the_cms_makes_no_copy_of_a_story(course: Course):
    page = draft_of(sent(course))

    answer = signed_in(make_editor()).get(reverse("wagtailadmin_pages:copy", args=[page.pk]))

    assert answer.status_code == 302
    assert CaseStudyPage.objects.count() == 1


@pytest.mark.parametrize("is_live", [False, True])
def test_a_name_taken_away_is_nowhere_any_more(course: Course, is_live: bool):
    story = sent(course, NAMED, did=f"{CANARY}. We at {HOUSE} gave every rail a letter.")
    if is_live:
        publish(story, title=f"Coats at {HOUSE}", slug="coats-at-atelier-d-ete")

    change_credit(story=story, agreed=ANONYMOUS, at=NOON + timedelta(days=1))

    page = CaseStudyPage.objects.get(translation_key=story.public_id)
    assert (page.live, page.author) == (is_live, "A learner of this portal")
    assert "We at the organisation gave" in str(draft_of(story).steps)
    for word in (NAME, HOUSE, json.dumps(NAME)[1:-1]):
        assert word not in everything_kept(), word
    if is_live:
        shown = Client().get(f"/en/case-studies/{page.slug}/").content.decode()
        assert "A learner of this portal" in shown
        assert NAME not in shown


def test_a_name_goes_however_it_was_written(course: Course):
    name, house = "Zoé D'Angelo", "Coats & Sons"
    named = Agreed(credit=AppliedStory.Credit.NAMED, words="I agree.", name=name, organisation=house, country="BE")
    story = sent(course, named, did=f"{CANARY}. {name} of {house} gave every rail a letter.")
    publish(story, title="Coats of Zoé D’Angelo", slug="coats-of-zoe-dangelo")
    editor = signed_in(make_editor())
    page = reported(story)

    change_credit(story=story, agreed=ANONYMOUS, at=NOON + timedelta(days=1))

    kept = everything_kept() + json.dumps(list(ContentReport.objects.values()), default=str, ensure_ascii=False)
    for word in ("angelo", "&amp; Sons", house):
        assert word.casefold() not in kept.casefold(), word
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def reported(story: AppliedStory) -> CaseStudyPage:
    """Let a reader report something of the published story."""
    page = CaseStudyPage.objects.get(translation_key=story.public_id)
    about = reported_page(str(story.public_id), "", language="en")
    text = f"Who is {page.author} in “{page.title}”?"
    file_report(public_id=uuid4(), about=about, kind="unclear", text=text, email="", at=NOON)
    return page


def test_a_window_that_was_open_does_not_bring_a_story_back(course: Course):
    story = sent(course)
    publish(story)
    page = reported(story)
    editor = signed_in(make_editor())
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    open_window = interview(title=f"{CANARY} again", consent="told", illustrative="")

    withdraw_story(story=story, at=NOON + timedelta(days=1))
    answer = editor.post(address, open_window)

    assert "took it back" in answer.content.decode()
    assert CANARY not in everything_kept()
    assert not ContentReport.objects.exists()


def test_a_name_given_later_stands_on_the_page_at_once(course: Course):
    story = sent(course)
    page = publish(story)

    change_credit(story=story, agreed=NAMED, at=NOON + timedelta(days=1))

    page.refresh_from_db()
    assert (page.author, page.organisation) == (NAME, HOUSE)
    story.refresh_from_db()
    assert story.consented_at == NOON + timedelta(days=1)


def test_an_erased_account_takes_its_stories_along(course: Course):
    story = sent(course, NAMED)
    publish(story)
    assert story.learner is not None

    forget_stories(learner=story.learner, at=NOON)

    assert not CaseStudyPage.objects.live().exists()
    assert CANARY not in everything_kept()


def test_a_story_that_was_never_sent_is_deleted(course: Course):
    withdraw_story(story=told(course), at=NOON)

    assert not AppliedStory.objects.exists()


def test_after_a_withdrawal_a_new_story_can_be_told(course: Course):
    story = sent(course)
    withdraw_story(story=story, at=NOON)
    assert story.learner is not None

    again = begin_story(learner=story.learner, course=course, language="en", at=NOON)

    assert again != story


def panel(person: Any) -> str:
    return signed_in(person).get(reverse("wagtailadmin_home")).content.decode()


def test_editors_see_what_waits_and_what_was_taken_back_without_who_told_it(course: Course):
    story = sent(course, NAMED)
    editor = make_editor()
    assert "A story from “Digital basics”" in panel(editor)
    edit = signed_in(editor).get(reverse("wagtailadmin_pages:edit", args=[draft_of(story).pk])).content.decode()
    assert "agreed to its publication" in edit
    assert story.learner is not None
    assert story.learner.username not in edit

    at = timezone.now()
    withdraw_story(story=story, at=at)

    assert "Taken back on" in panel(editor)


def test_the_first_page_says_which_stories_the_reviewers_have_and_they_send_them_back_unfinished(course: Course):
    page = draft_of(sent(course))
    editor, reviewer = make_editor(), make_reviewer()
    assert "with the reviewers" in panel(editor)
    assert "with the reviewers" not in panel(reviewer)
    unfinished = interview(title="Half a story", consent="told", illustrative="", staff_count="", sector="", author="")
    asked = {"workflow-action-name": "reject", "workflow-action-extra-data": '{"comment": "How many are you?"}'}

    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = signed_in(reviewer).post(address, {**unfinished, **asked, "action-workflow-action": "x"})

    assert answer.status_code == 302
    assert page.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert CaseStudyPage.objects.get(pk=page.pk).get_latest_revision_as_object().title == "Half a story"
    assert "with the reviewers" not in panel(editor)
    assert "Page locked" not in signed_in(editor).get(address).content.decode()


def test_the_form_refuses_a_consent_that_nobody_gave(course: Course):
    answer = add(signed_in(make_editor()), illustrative="", consent="told", **{"action-publish": "1"})

    assert "No learner of this portal told this story" in answer.content.decode()


names = st.text(st.characters(categories=["L"]), min_size=3, max_size=12)
words = st.text(st.characters(categories=["L", "P", "Zs"]), max_size=60)


@given(before=words, name=names, after=words)
def test_a_name_is_found_and_taken_out_wherever_it_stands_alone(before: str, name: str, after: str):
    text = f"{before} {name} {after}"

    assert answers_that_name({"did": text}, [name]) == {"did": name}
    assert answers_that_name({"did": without_names(text, {name: "…"})}, [name]) == {}


@given(name=names)
def test_a_name_is_found_in_an_address_made_of_it(name: str):
    letters = slugify(name)
    assume(len(letters) >= 3)
    assert is_named_in_address(f"coats-of-{letters}-2", [name])
    assert not is_named_in_address("4-711", [name])


@pytest.mark.parametrize(
    ("address", "name"),
    [("von-jurgen-muller", "Jürgen Müller"), ("von-juergen-mueller", "Jürgen Müller"), ("zoe-dangelo", "Zoé D’Angelo")],
)
def test_an_address_writes_a_name_in_its_own_way(address: str, name: str):
    assert is_named_in_address(address, [name])


def test_a_part_of_a_word_and_another_case_name_nobody():
    assert answers_that_name({"did": "I hope that Hopeful helps."}, ["Hope"]) == {}
    assert answers_that_name({"did": "Al did it."}, ["Al"]) == {}


@given(text=words, most=st.integers(20, 80))
def test_a_shortened_text_is_never_longer(text: str, most: int):
    assert len(shortened(text, most)) <= most


def test_only_what_a_story_needs_is_asked_for():
    assert open_questions({"situation": "a", "did": "b", "changed": "c"}) == []
    assert open_questions({}) == ["situation", "did", "changed"]
