"""What an editor may do to a page, each a function of a page and a number that chooses among what is possible.

`CHANGES` change the draft of a page and leave publishing to the caller; `ACTIONS` act on the page tree.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Page, Workflow

from courses.models import CertificateDefinition, CoursePage, LessonPage, ModulePage, QuizPage
from courses.models.vocabularies import CertificateKind
from tests.courses.builders import add_lesson, add_module, add_quiz, lesson_body, publish, quiz_questions, translate

Chosen = TypeVar("Chosen")
CANARY = "kanarie"
"""Begins every text of an answer key."""
_names = count(1)


def pick(among: Sequence[Chosen], number: int) -> Chosen:
    return among[number % len(among)]


def new_name() -> str:
    """Return a slug that no page has."""
    return f"made-{next(_names)}"


def with_canaries(questions: Any) -> Any:
    """Return raw question blocks whose feedback and explanations can be recognised wherever they are shown."""
    if isinstance(questions, dict):
        return {
            name: f"{CANARY} {next(_names)}" if name.startswith("feedback") else with_canaries(value)
            for name, value in questions.items()
        }
    return [with_canaries(value) for value in questions] if isinstance(questions, list) else questions


# Drafts of a quiz


def change_key(quiz: QuizPage, number: int) -> None:
    """Make another answer of one question right."""
    questions = raw_questions(quiz)
    question = pick(questions, number)
    value = question["value"]
    if "answer" in value:
        value["answer"] = "false" if value["answer"] == "true" else "true"
    elif not value["options"]:
        return  # a draft whose options were all taken out
    elif question["type"] == "single_choice":
        right = number // len(questions) % len(value["options"])
        was_right = next((place for place, option in enumerate(value["options"]) if option["value"]["correct"]), None)
        if right == was_right:
            right = (right + 1) % len(value["options"])
        for place, option in enumerate(value["options"]):
            option["value"]["correct"] = place == right
    else:
        option = pick(value["options"], number // len(questions))
        option["value"]["correct"] = not option["value"]["correct"]
    quiz.questions = with_canaries(questions)


def change_points(quiz: QuizPage, number: int) -> None:
    questions = raw_questions(quiz)
    pick(questions, number)["value"]["points"] = 1 + number % 4
    quiz.questions = questions


def add_question(quiz: QuizPage, number: int) -> None:
    questions = raw_questions(quiz)
    quiz.questions = [*questions, *with_canaries(quiz_questions(f"{quiz.pk}/{new_name()}", 1 + number % 3)[-1:])]


def remove_question(quiz: QuizPage, number: int) -> None:
    """Take a question out; the last one too, which a quiz that is live may refuse."""
    questions = raw_questions(quiz)
    quiz.questions = [question for question in questions if question is not pick(questions, number)]


def remove_option(quiz: QuizPage, number: int) -> None:
    """Take an option out; the right one too, which may be refused."""
    questions = raw_questions(quiz)
    options = pick(questions, number)["value"].get("options")
    if options:
        del options[number // len(questions) % len(options)]
    quiz.questions = questions


def reorder_questions(quiz: QuizPage, number: int) -> None:
    questions = raw_questions(quiz)[::-1]
    for question in questions:
        if "options" in question["value"] and number % 2:
            question["value"]["options"].reverse()
    quiz.questions = questions


def reword_questions(quiz: QuizPage, number: int) -> None:
    questions = raw_questions(quiz)
    for question in questions:
        question["value"]["text"] = f"What about {new_name()}?"
    quiz.questions = questions


def forget_the_right_answer(quiz: QuizPage, number: int) -> None:
    """Leave a question without a right answer: to be refused."""
    questions = raw_questions(quiz)
    for option in pick(questions, number)["value"].get("options", []):
        option["value"]["correct"] = False
    quiz.questions = questions


def change_pass_mark(quiz: QuizPage, number: int) -> None:
    quiz.pass_mark = pick((1, 34, 50, 60, 67, 80, 100), number)


def change_tries(quiz: QuizPage, number: int) -> None:
    quiz.max_attempts = number % 4


def change_waiting(quiz: QuizPage, number: int) -> None:
    quiz.waits_for_quizzes = not quiz.waits_for_quizzes


# Drafts of a lesson, a step, any page


def change_text(lesson: LessonPage, number: int) -> None:
    name = new_name()
    lesson.body = lesson_body(name if number % 3 else str(lesson.translation_key), words=f"Words of {name}.")


def change_minutes(step: LessonPage | QuizPage, number: int) -> None:
    step.minutes = 1 + number


def change_required(step: LessonPage | QuizPage, number: int) -> None:
    step.required = not step.required


def change_title(page: Page, number: int) -> None:
    page.title = f"{type(page).__name__} {new_name()}"


def rename(page: Page, number: int) -> None:
    page.slug = new_name()


def offer_or_end_certificate(page: CoursePage, number: int) -> None:
    offered = CertificateDefinition(
        kind=CertificateKind.PARTICIPATION, statement=f"took part in {new_name()}.", locale=page.locale
    )
    page.certificate_definitions = [] if page.certificate_definitions.exists() else [offered]


QUIZ_CHANGES = (
    change_key,
    change_key,
    change_key,
    change_pass_mark,
    change_required,
    change_points,
    add_question,
    remove_question,
    remove_option,
    reorder_questions,
    reword_questions,
    forget_the_right_answer,
    change_tries,
    change_waiting,
    change_minutes,
    change_title,
    rename,
)
LESSON_CHANGES = (change_text, change_required, change_minutes, change_title, rename)
OTHER_CHANGES = (change_title, rename)
COURSE_CHANGES = (change_title, offer_or_end_certificate, rename)


def changes_for(page: Page) -> Sequence[Callable[[Any, int], None]]:
    """Return what can be changed in the draft of a page."""
    if isinstance(page, QuizPage):
        return QUIZ_CHANGES if raw_questions(page) else (add_question, change_required)
    if isinstance(page, LessonPage):
        return LESSON_CHANGES
    return COURSE_CHANGES if isinstance(page, CoursePage) else OTHER_CHANGES


def raw_questions(quiz: QuizPage) -> list[dict[str, Any]]:
    return deepcopy([dict(block) for block in quiz.questions.raw_data])


# Actions on the tree. `page` is fresh and specific; `number` chooses where there is a choice.


def add_step(page: Page, number: int) -> None:
    """Add a lesson or a quiz to the page's part, or a part with one to its course."""
    module = part_of(page)
    if module is None or number % 5 == 0:
        module = add_module(course_of(page), next(_names), slug=new_name())
    if number % 3:
        add_lesson(module, new_name(), required=bool(number % 2))
    else:
        add_quiz(
            module,
            new_name(),
            required=bool(number % 2),
            questions=with_canaries(quiz_questions(new_name(), 1 + number % 3)),
        )


def move_elsewhere(page: Page, number: int) -> None:
    """Move a step to another part, of any course; a part to another course."""
    if isinstance(page, CoursePage):
        return reorder(page, number)
    homes = ModulePage if isinstance(page, LessonPage | QuizPage) else CoursePage
    target = pick(list(homes.objects.filter(locale=page.locale).order_by("path")), number)
    if target.pk != page.get_parent().pk:
        if target.get_children().filter(slug=page.slug).exists():
            page = publish(page, slug=new_name())
        # As the screens do it. Wagtail numbers the pages below a page it copied from nought, and treebeard's "first-child"
        # goes to number one all the same, which is taken: before the first there is always room.
        first = target.get_first_child()
        if first is None or number % 2:
            page.move(target, pos="last-child")
        else:
            page.move(first, pos="left")
    return None


def reorder(page: Page, number: int) -> None:
    """Move a page before or behind another one of its parent."""
    sibling = pick(list(page.get_siblings(inclusive=True).order_by("path")), number)
    if sibling.pk != page.pk:
        page.move(sibling, pos=pick(("left", "right"), number))


def copy(page: Page, number: int) -> None:
    """Copy a page with what is below it, published or as drafts; a step into any part, a course beside itself."""
    target = page.get_parent()
    if isinstance(page, LessonPage | QuizPage):
        target = pick(list(ModulePage.objects.filter(locale=page.locale).order_by("path")), number)
    page.copy(
        recursive=True,
        to=target,
        keep_live=bool(number % 4),
        copy_revisions=bool(number % 2),
        update_attrs={"slug": new_name()},
    )


def alias(page: Page, number: int) -> None:
    """Show a step in another part too."""
    if isinstance(page, LessonPage | QuizPage):
        target = pick(list(ModulePage.objects.filter(locale=page.locale).order_by("path")), number)
        page.create_alias(parent=target, update_slug=new_name(), reset_translation_key=True)


def unpublish(page: Page, number: int) -> None:
    page.unpublish(set_expired=False)
    if number % 3 == 0:
        for below in page.get_descendants().filter(live=True).specific():
            below.unpublish()


def republish(page: Page, number: int) -> None:
    """Publish what is not live now, in the page's course; the page itself where all is."""
    down = course_of(page).get_descendants(inclusive=True).filter(live=False, alias_of=None).order_by("path")
    publish(pick(list(down), number) if down else page)


def unpublish_several(page: Page, number: int) -> None:
    """Take a page and the one behind it down, as a bulk action does."""
    for sibling in page.get_siblings(inclusive=True).filter(live=True).specific()[number % 2 :][:2]:
        sibling.unpublish()


def approve(page: Page, number: int) -> None:
    """Have a change approved in a workflow, which publishes it."""
    pick(changes_for(page), number)(page, number)
    page.save_revision()
    people = get_user_model().objects
    state = Workflow.objects.order_by("pk").first().start(page, people.get(username="edith"))
    state.current_task_state.approve(user=people.get(username="ruth"))


def save_in_code(page: Page, number: int) -> None:
    """What an import does: a change saved straight into the live row, without a draft."""
    pick(changes_for(page), number)(page, number)
    page.save()


def translate_page(page: Page, number: int) -> None:
    """Publish a translation of a page, or other words in the one there is, or take it down."""
    language = pick(("it", "ro"), number)
    there = page.get_translations().filter(locale__language_code=language).first()
    if there is not None and there.alias_of_id is not None:  # made above a translation, as its parent
        ConvertAliasPageAction(there.specific).execute(skip_permission_checks=True)
        there = Page.objects.get(pk=there.pk)
    if there is None:
        translate(page, language)
    elif number % 3 == 0:
        there.specific.unpublish()
    elif isinstance(page, QuizPage):
        # The translator works on the questions as they are now; a key of their own would not count.
        texts = [
            {**block, "value": {**block["value"], "text": f"{language}: {new_name()}"}} for block in raw_questions(page)
        ]
        publish(there, questions=texts, title=f"{language}: {new_name()}")
    else:
        publish(there, title=f"{language}: {new_name()}")


def revert(page: Page, number: int) -> None:
    """Publish an old revision again. Its address may be taken by now: it keeps the one the page has."""
    revisions = list(page.revisions.order_by("pk"))
    if revisions:
        draft = pick(revisions, number).as_object()
        draft.slug = page.slug
        draft.go_live_at = draft.expire_at = None
        draft.save_revision().publish()


def save_draft(page: Page, number: int) -> None:
    """Save a draft and publish nothing."""
    draft = page.get_latest_revision_as_object()
    pick(changes_for(draft), number)(draft, number)
    draft.save_revision(clean=False)


def schedule(page: Page, number: int, *, at: datetime) -> None:
    """Publish something in an hour, or take the page down in an hour."""
    if number % 2:
        pick(changes_for(page), number // 2)(page, number)
        page.go_live_at = at + timedelta(hours=1)
    else:
        page.expire_at = at + timedelta(hours=1)
    page.save_revision().publish()


TREE_ACTIONS = (add_step, move_elsewhere, reorder, copy, alias)
STATE_ACTIONS = (
    unpublish,
    unpublish_several,
    republish,
    republish,
    save_in_code,
    approve,
    translate_page,
    translate_page,
    revert,
)


def part_of(page: Page) -> ModulePage | None:
    return page if isinstance(page, ModulePage) else ModulePage.objects.ancestor_of(page).first()


def course_of(page: Page) -> CoursePage:
    course = CoursePage.objects.ancestor_of(page, inclusive=True).first()
    assert course is not None
    return course
