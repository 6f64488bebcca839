"""The only listeners of the portal: they flag courses and paths that changed, guard deletion, and tell of reviews.

Listening to saves, not to `page_published`: an alias, a save in code and a synced translation send no page signal, and
that signal comes after the commit. `QuerySet.update()` on pages sends nothing and is not to be used on them.
"""

from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.db.models.signals import post_save, pre_delete, pre_save
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import (
    post_page_move,
    pre_page_move,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from courses.deletion import QuizzesUseQuestion, RecordsHoldPages
from courses.models import BankQuestion, CourseIndexPage, LearningPathPage
from courses.operations.review_mailing import APPROVED, SENT_BACK, mail_reviewers, mail_who_asked
from courses.operations.settling import flag_courses, flag_paths
from courses.queries.bank import courses_using, why_question_stays
from courses.queries.deletion import subtree_of, why_not_delete
from courses.queries.tree import courses_of_paths, courses_with
from courses.rules.freezing_question import tags_of

DRAFT_FIELDS = frozenset({"latest_revision", "draft_title", "has_unpublished_changes", "latest_revision_created_at"})
"""What "Save draft" writes into a page's row: nothing a learner sees."""


def connect() -> None:
    """Begin to listen. Called once, when the app is ready. The sender may be `Page` itself, so none is named."""
    post_save.connect(flag_saved_page, dispatch_uid="courses.flag_saved_page")
    pre_delete.connect(guard_and_flag_deleted_pages, sender=Page, dispatch_uid="courses.guard_and_flag_deleted_pages")
    pre_page_move.connect(flag_moved_page, dispatch_uid="courses.flag_page_before_move")
    post_page_move.connect(flag_moved_page, dispatch_uid="courses.flag_page_after_move")
    pre_save.connect(note_tags, sender=BankQuestion, dispatch_uid="courses.note_tags")
    post_save.connect(flag_saved_question, sender=BankQuestion, dispatch_uid="courses.flag_saved_question")
    pre_delete.connect(guard_and_flag_question, sender=BankQuestion, dispatch_uid="courses.guard_and_flag_question")
    for signal, sender, listener, name in (
        (task_submitted, TaskState, tell_reviewers, "group_approval_task_submitted_email_notification"),
        (workflow_submitted, WorkflowState, say_nothing, "workflow_state_submitted_email_notification"),
        (workflow_rejected, WorkflowState, tell_of_rejection, "workflow_state_rejected_email_notification"),
        (workflow_approved, WorkflowState, tell_of_approval, "workflow_state_approved_email_notification"),
    ):
        # Under the names of Wagtail's own mails, so that these are never connected, whichever app is ready first.
        signal.disconnect(sender=sender, dispatch_uid=name)
        signal.connect(listener, sender=sender, dispatch_uid=name)


def tell_reviewers(instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    """Have reviewers told by mail that a page waits for them."""
    mail_reviewers(instance, by=user)


def tell_of_rejection(instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """Have the one who asked for a review told by mail that the page came back."""
    if instance.current_task_state is not None:
        mail_who_asked(instance.current_task_state, SENT_BACK, by=user)


def tell_of_approval(instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """Have the one who asked for a review told by mail that the page was approved."""
    if instance.current_task_state is not None:
        mail_who_asked(instance.current_task_state, APPROVED, by=user)


def say_nothing(**kwargs: Any) -> None:
    """Take the place of a mail of Wagtail's to superusers: they get that of the reviewers."""


def flag_saved_page(
    instance: Model, raw: bool = False, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """Flag the courses of a page that was saved, in the transaction of the save."""
    if not isinstance(instance, Page) or raw or _is_draft(update_fields):
        return
    if _is_path(instance):
        flag_paths([instance.translation_key])
        return
    flag_courses(courses_with([(instance.path, instance.translation_key)]))


def flag_moved_page(instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any) -> None:
    """Flag the courses a page leaves and joins; courses that were put in another order have new places in the list."""
    paths = {parent_page_before.path, parent_page_after.path, instance.path}
    keys: set[UUID] = courses_of_paths(paths)
    if issubclass(parent_page_after.specific_class or Page, CourseIndexPage):
        keys |= set(parent_page_after.get_children().values_list("translation_key", flat=True))
    flag_courses(keys)


def guard_and_flag_deleted_pages(instance: Page, origin: Any = None, **kwargs: Any) -> None:
    """Refuse to delete pages that records point at; flag the courses of those that go.

    :raises RecordsHoldPages: which rolls the deletion back.
    """
    if isinstance(origin, QuerySet) and issubclass(origin.model, Page):
        if getattr(origin, "courses_are_flagged", False):
            return  # one look for all pages of one deletion
        origin.courses_are_flagged = True  # type: ignore[attr-defined]  # a note to ourselves
        pages = Page.objects.filter(pk__in=list(origin.order_by().values_list("pk", flat=True)))
    else:
        pages = subtree_of(instance)
    words = why_not_delete(pages)
    if words:
        raise RecordsHoldPages(words)
    flag_courses(courses_with(pages.order_by().values_list("path", "translation_key")))
    flag_paths(
        LearningPathPage.objects.filter(pk__in=pages.order_by().values("pk")).values_list("translation_key", flat=True)
    )


def note_tags(
    instance: BankQuestion, raw: bool = False, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """Keep the tags that a question has until now: quizzes that took it by one of them lose it."""
    if not raw and instance.pk and not _is_draft(update_fields):
        tags = BankQuestion.objects.filter(pk=instance.pk).values_list("tags", flat=True).first()
        instance.tags_before = tags_of(tags or "")  # a note to ourselves


def flag_saved_question(
    instance: BankQuestion, raw: bool = False, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """Flag the courses of the quizzes that take a question of the bank, in the transaction of its save."""
    if raw or _is_draft(update_fields):
        return
    before = getattr(instance, "tags_before", ())
    flag_courses(courses_using(instance.translation_key, tags_before=before))


def guard_and_flag_question(instance: BankQuestion, **kwargs: Any) -> None:
    """Refuse to delete a question that quizzes take; flag their courses when one of its languages goes.

    :raises QuizzesUseQuestion: which rolls the deletion back.
    """
    words = why_question_stays(instance)
    if words:
        raise QuizzesUseQuestion(words)
    flag_courses(courses_using(instance.translation_key))


def _is_path(page: Page) -> bool:
    # By its content type, which is held in the process: the sender may be `Page` itself.
    return issubclass(page.specific_class or Page, LearningPathPage)


def _is_draft(update_fields: frozenset[str] | None) -> bool:
    return bool(update_fields) and set(update_fields or ()) <= DRAFT_FIELDS
