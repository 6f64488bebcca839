"""A copy of a course: drafts with keys of their own that share nothing with the original.

with transaction.atomic():
    copied = copy_course(page=course_page, title="Digital basics for care", slug="digital-basics-care", user=editor)

Copied is what the latest drafts say, in every language: modules, steps, rules, certificates, outcomes, competences. What
they name of one another is named within the copy. Questions of the bank stay in the bank, so the copy takes the same ones.
Names of blocks stay, too: a question is known by its page and its block. A large course is copied by a job, in the same steps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import PermissionDenied
from django.db import models
from wagtail.fields import RichTextField, StreamField
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.models.copying import _copy

from accounts.models import User
from courses.models import CourseOutcome, CoursePage
from courses.operations.tree_lock import lock_tree
from courses.queries.copying import pages_to_copy
from courses.rules.repointing import repointed_blocks
from courses.rules.rich_text import with_page_numbers
from foundation.jobs import Step
from foundation.models import Job
from foundation.operations import start_job

JOB = "courses.copy"
AT_ONCE = 40
"""Pages of a course that is copied while somebody waits; a larger one takes a job."""
_PAGES_A_STEP = 10

_STATE_OF_A_DRAFT: Mapping[str, Any] = {
    "live": False,
    "has_unpublished_changes": True,
    "live_revision": None,
    "first_published_at": None,
    "last_published_at": None,
    "latest_revision_created_at": None,
    "go_live_at": None,
    "expire_at": None,
    "expired": False,
    "locked": False,
    "locked_at": None,
    "locked_by": None,
}
"""What a page that was never published begins with, whatever it is a copy of."""


@dataclass(frozen=True)
class CourseCopy:
    """What a copy is made of. `key`: its name; every key in the copy follows from it and the key in the original.

    `numbers`: the pages of the original in the order in which they are copied. `titles`: of the course, by language; in a
    language that is not among them the title stays.
    """

    key: UUID
    numbers: tuple[int, ...]
    titles: Mapping[str, str]
    slug: str
    user: User | None

    def key_of(self, original: UUID | str) -> UUID:
        """Return the key that a page or an outcome has in the copy."""
        return uuid5(self.key, str(original))

    @property
    def step_count(self) -> int:
        """Each page is made, and then written once all are there to be named."""
        return 2 * len(self.numbers)


def copy_course(*, page: CoursePage, titles: Mapping[str, str], slug: str, user: User | None = None) -> CoursePage:
    """Copy a course and return the page of the copy, in the language of the original.

    `page` is that of the source language. Run it in a transaction that holds the lock of the tree.

    :raises PermissionDenied: if this person may not copy it, or may make no course where one of its languages has its own.
    """
    check_may_copy(page, user)
    copy = CourseCopy(uuid4(), tuple(pages_to_copy(page)), titles, slug, user)
    _take_steps(copy, 0, copy.step_count)
    return copied_page(copy.key, page)


def start_copy(*, page: CoursePage, titles: Mapping[str, str], slug: str, user: User, at: datetime) -> Job:
    """Have a large course copied by a job; its `key` is that of the copy.

    :raises PermissionDenied: as `copy_course`.
    """
    check_may_copy(page, user)
    payload = {
        "page": page.pk,
        "numbers": pages_to_copy(page),
        "titles": dict(titles),
        "slug": slug,
        "user": user.pk,
    }
    key = str(uuid4())
    return start_job(kind=JOB, key=key, payload={**payload, "key": key}, at=at)


def copy_some_pages(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Go on with a copy: the step of its job."""
    lock_tree()
    copy = _copy_of(payload)
    end = min(cursor + _PAGES_A_STEP, copy.step_count)
    _take_steps(copy, cursor, end)
    return Step(cursor=end, done=end - cursor, finished=end == copy.step_count)


def count_steps_of_copy(payload: Mapping[str, Any]) -> int:
    """Return how many steps there are: two for each page."""
    return 2 * len(payload["numbers"])


def copied_page(key: UUID, original: CoursePage) -> CoursePage:
    """Return the page of a copy in the language of the original's page. Cost: 1 query.

    :raises CoursePage.DoesNotExist: if it is not there yet, or not any more.
    """
    return CoursePage.objects.get(translation_key=uuid5(key, str(original.translation_key)), locale=original.locale_id)


def check_may_copy(page: CoursePage, user: User | None) -> None:
    """Refuse who may not copy a course. Without a user, a command copies.

    :raises PermissionDenied: see `copy_course`.
    """
    if user is None:
        return
    texts = CoursePage.objects.filter(translation_key=page.translation_key).select_related("locale")
    may_add = all(text.get_parent().permissions_for_user(user).can_add_subpage() for text in texts)
    if not page.permissions_for_user(user).can_copy() or not may_add:
        raise PermissionDenied


def repoint_copied(*, pages: Mapping[int, int], user: User | None) -> list[Page]:
    """Have copies name one another where their originals did. `pages`: from numbers of originals to those of copies.

    For what Wagtail copied: its pages may be published. Return those that were changed.
    """
    changed = []
    for copied in Page.objects.filter(pk__in=pages.values()).order_by("path").specific():
        before = _said(copied)
        _repoint(copied, pages=pages, outcomes={})
        if _said(copied) == before and not copied.has_unpublished_changes:
            continue
        draft = copied.get_latest_revision_as_object()
        _repoint(draft, pages=pages, outcomes={})
        if copied.live:
            copied.save(clean=False)
        revision = draft.save_revision(user=user, changed=copied.has_unpublished_changes, clean=False)
        if copied.live and not copied.has_unpublished_changes:
            type(copied).objects.filter(pk=copied.pk).update(live_revision=revision)
        changed.append(copied)
    return changed


def _copy_of(payload: Mapping[str, Any]) -> CourseCopy:
    user = User.objects.filter(pk=payload["user"]).first()
    return CourseCopy(UUID(payload["key"]), tuple(payload["numbers"]), payload["titles"], payload["slug"], user)


def _take_steps(copy: CourseCopy, begin: int, end: int) -> None:
    """Make pages, then write what they name once all are there."""
    count = len(copy.numbers)
    for number in copy.numbers[begin : min(end, count)]:
        _make(copy, number)
    if end > count:
        pages, outcomes = _pages_of(copy), _outcomes_of(copy)
        for number in copy.numbers[max(0, begin - count) : end - count]:
            if number in pages:
                _write(copy, pages[number], pages, outcomes)


def _make(copy: CourseCopy, number: int) -> None:
    """Add the page that a page of the original becomes. It names what the original names, until all pages are there."""
    original = Page.objects.filter(pk=number).select_related("locale").first()
    parent = _parent_in(copy, original) if original is not None else None
    if original is None or parent is None:  # it was deleted meanwhile, or hangs where the copy has no place
        return
    draft = original.get_latest_revision_as_object() if original.latest_revision_id else original.specific
    excluded = [*draft.default_exclude_fields_in_copy, *draft.exclude_fields_in_copy]
    values = {
        **_STATE_OF_A_DRAFT,
        "translation_key": copy.key_of(original.translation_key),
        "locale_id": original.locale_id,
        "alias_of": _alias_in(copy, original),
        "owner": copy.user,
    }
    if isinstance(draft, CoursePage):
        values |= {"title": copy.titles.get(original.locale.language_code, draft.title), "slug": copy.slug}
    page, children = _copy(draft, exclude_fields=excluded, update_attrs=values)
    page.draft_title = page.title
    for child in children.values():
        if hasattr(child, "translation_key"):
            child.translation_key = copy.key_of(child.translation_key)
    added = parent.add_child(instance=page)
    if isinstance(draft, CoursePage):
        log(instance=added, action="wagtail.copy", user=copy.user, data=_story(original, added, parent))


def _write(copy: CourseCopy, number: int, pages: Mapping[int, int], outcomes: Mapping[str, str]) -> None:
    """Have a copied page name the pages and outcomes of the copy, and keep that as its first draft."""
    page = Page.objects.get(pk=number).specific
    before = _said(page)
    _repoint(page, pages=pages, outcomes=outcomes)
    if _said(page) != before:
        page.save(clean=False)
    if page.alias_of_id is None:
        page.save_revision(user=copy.user, clean=False)


def _parent_in(copy: CourseCopy, original: Page) -> Page | None:
    """Return where a page of the copy hangs: beside the original course, or below the copy of what is above the original.

    A translation whose own module is not copied hangs below that of its source.
    """
    parent = original.get_parent()
    if issubclass(original.specific_class, CoursePage):
        return parent
    pages = Page.objects.filter(locale=original.locale_id)
    known = pages.filter(translation_key=copy.key_of(parent.translation_key)).first()
    if known is not None:
        return known
    source = Page.objects.filter(pk__in=copy.numbers, translation_key=original.translation_key).order_by("pk").first()
    if source is None:
        return None
    return pages.filter(translation_key=copy.key_of(source.get_parent().translation_key)).first()


def _alias_in(copy: CourseCopy, original: Page) -> Page | None:
    if original.alias_of_id is None:
        return None
    followed = Page.objects.get(pk=original.alias_of_id)
    return Page.objects.filter(translation_key=copy.key_of(followed.translation_key), locale=followed.locale_id).first()


def _pages_of(copy: CourseCopy) -> dict[int, int]:
    """Return the numbers of the pages of the copy by those of the original. Cost: 2 queries."""
    originals = Page.objects.filter(pk__in=copy.numbers).values_list("pk", "translation_key", "locale_id")
    keys = {(copy.key_of(key), locale): number for number, key, locale in originals}
    copies = Page.objects.filter(translation_key__in={key for key, _ in keys})
    return {keys[(key, locale)]: pk for pk, key, locale in copies.values_list("pk", "translation_key", "locale_id")}


def _outcomes_of(copy: CourseCopy) -> dict[str, str]:
    keys = CourseOutcome.objects.filter(page_id__in=copy.numbers).values_list("translation_key", flat=True)
    return {str(key): str(copy.key_of(key)) for key in keys}


def _repoint(page: Page, *, pages: Mapping[int, int], outcomes: Mapping[str, str]) -> None:
    """Change what a page names, in memory."""
    for field in page._meta.concrete_fields:
        value = getattr(page, field.attname)
        if isinstance(field, StreamField):
            raw = value.stream_block.get_prep_value(value)
            setattr(page, field.attname, field.to_python(repointed_blocks(raw, pages=pages, outcomes=outcomes)))
        elif isinstance(field, RichTextField):
            setattr(page, field.attname, with_page_numbers(value or "", pages))


def _said(page: Page) -> list[Any]:
    fields: Sequence[models.Field[Any, Any]] = [
        field for field in page._meta.concrete_fields if isinstance(field, StreamField | RichTextField)
    ]
    return [field.get_prep_value(getattr(page, field.attname)) for field in fields]


def _story(original: Page, copied: Page, parent: Page) -> dict[str, Any]:
    """Return what the history of the copy tells, as Wagtail words it."""
    place = {"id": parent.pk, "title": parent.title}
    language = {"id": original.locale_id, "language_code": original.locale.language_code}
    return {
        "page": {"id": copied.pk, "title": copied.title, "locale": language},
        "source": place,
        "destination": place,
        "keep_live": False,
        "source_locale": language,
    }
