"""A course as its editors see it: modules and the steps in them, in the order of the tree, drafts and all.

outline = course_outline(page, user=request.user)
for module in outline.modules:
    print(module.title, [step.title for step in module.steps])
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Min, OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy
from wagtail.models import Page, Revision
from wagtail.permissions import page_permission_policy

from accounts.models import User
from courses.models import Course, CoursePage
from courses.queries.changes import language_name
from courses.queries.drafts import in_review
from courses.queries.tree import ITEM_KINDS, ITEM_MODELS
from courses.rules.page_states import PageState, TextState, state_of, text_state

Person = User | AnonymousUser

_KINDS = {
    "module": gettext_lazy("Module"),
    "lesson": gettext_lazy("Lesson"),
    "quiz": gettext_lazy("Quiz"),
    "assignment": gettext_lazy("Assignment"),
}
_STATES = {
    PageState.LIVE: gettext_lazy("Published"),
    PageState.CHANGED: gettext_lazy("Published, with changes that are not"),
    PageState.DRAFT: gettext_lazy("Draft"),
}
_TEXTS: dict[TextState, Any] = {
    TextState.HERE: "%(language)s",
    TextState.OLDER: gettext_lazy("%(language)s: older than the page"),
    TextState.MISSING: gettext_lazy("%(language)s: missing"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A page in another language. `number` is that of its page, 0 where there is none."""

    language: str
    state: TextState
    number: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson, quiz or assignment, or a module. `place` counts from 1 among `count` pages of the same parent.

    `due_at`: when it is published by itself, if it is. `minutes` and `required` are those of the draft, None of a module.
    """

    number: int
    parent: int
    kind: str
    title: str
    place: int
    count: int
    state: PageState
    is_in_review: bool
    due_at: datetime | None
    edited_at: datetime | None
    edited_by: str
    may_move: bool
    may_reorder: bool
    texts: tuple[Text, ...] = ()
    minutes: int | None = None
    required: bool | None = None

    @property
    def spot(self) -> str:
        """Where it is shown, as a form sends it back: a page that was moved meanwhile is then not moved by mistake."""
        return f"{self.number}-{self.parent}-{self.place}"

    @property
    def kind_words(self) -> str:
        """What it is."""
        return str(_KINDS[self.kind])

    @property
    def state_words(self) -> str:
        """Whether learners see it, whether somebody reviews it, and when it goes out by itself."""
        words = [str(_STATES[self.state])]
        if self.is_in_review:
            words.append(gettext("in review"))
        if self.due_at is not None:
            due = date_format(timezone.localtime(self.due_at), "DATETIME_FORMAT")
            words.append(gettext("goes out on %(time)s") % {"time": due})
        return ", ".join(words)

    @property
    def text_words(self) -> str:
        """In which other languages it is, and where it is older or missing."""
        return ", ".join(_TEXTS[text.state] % {"language": language_name(text.language)} for text in self.texts)

    @property
    def has_gaps(self) -> bool:
        """Whether a translation is older than the page, or missing."""
        return any(text.state is not TextState.HERE for text in self.texts)

    @property
    def is_first(self) -> bool:
        """Whether nothing is before it."""
        return self.place == 1

    @property
    def is_last(self) -> bool:
        """Whether nothing is after it."""
        return self.place == self.count

    @property
    def is_live(self) -> bool:
        """Whether learners see it, if they see its module."""
        return self.state is not PageState.DRAFT


@dataclass(frozen=True, slots=True)
class Module:
    """A module with its steps. `may_add`: whether this person may make pages in it."""

    row: Step
    steps: tuple[Step, ...]
    may_add: bool


@dataclass(frozen=True)
class CourseOutline:
    """A course with its modules."""

    page: CoursePage
    modules: tuple[Module, ...]
    languages: tuple[str, ...]
    may_add: bool

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The lessons, quizzes and assignments of all modules."""
        return tuple(step for module in self.modules for step in module.steps)

    @property
    def minutes(self) -> int:
        """The minutes of all steps."""
        return sum(step.minutes or 0 for step in self.steps)

    @property
    def required_count(self) -> int:
        """How many steps are required."""
        return sum(bool(step.required) for step in self.steps)

    def find(self, number: int) -> Step | None:
        """Return the module or step with this page number, if it is here."""
        rows = (row for module in self.modules for row in (module.row, *module.steps))
        return next((row for row in rows if row.number == number), None)


def source_page(number: int) -> CoursePage | None:
    """Return the page of a course in its source language, by the number of any of its pages: its tree gives the order.

    Cost: 1 query, 1 more for a translation or for a course that was never published.
    """
    known = Course.objects.filter(key=OuterRef("translation_key")).values("source_language")[:1]
    pages = CoursePage.objects.select_related("locale").annotate(told_language=Subquery(known))
    page = pages.filter(pk=number).first()
    if page is None or page.locale.language_code == page.told_language:
        return page
    texts = pages.filter(translation_key=page.translation_key, alias_of=None)
    source = texts.filter(locale__language_code=page.told_language).first() if page.told_language else None
    return source or texts.order_by("pk").first() or page


def may_see_outline(page: CoursePage, user: Person) -> bool:
    """Return whether a person has any right over a course page. Cost: 1 query a request."""
    return user.is_superuser or bool(_Rights(user).of(page.path))


def course_outline(page: CoursePage, *, user: Person) -> CourseOutline:
    """Return the outline of a course page of the source language. Cost: 10 queries, however many steps there are."""
    rights = _Rights(user)
    rows = list(_rows(page))
    texts, languages = _texts(page, rows)
    facts = _Facts.of(page, rows, texts, languages)
    parents: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        parents.setdefault(row["path"][: -Page.steplen], []).append(row)
    numbers = {page.path: page.pk, **{row["path"]: row["pk"] for row in rows}}

    def step(row: Mapping[str, Any], place: int, siblings: list[Any], live_below: bool) -> Step:
        above = row["path"][: -Page.steplen]
        may_move = rights.may_move(row, live_below=live_below)
        return facts.step(
            row,
            parent=numbers[above],
            place=place,
            count=len(siblings),
            may_move=may_move,
            may_reorder=may_move and {"add", "publish"} <= rights.of(above),
        )

    modules = []
    top = parents.get(page.path, [])
    for place, row in enumerate(top, start=1):
        below = parents.get(row["path"], [])
        modules.append(
            Module(
                row=step(row, place, top, any(child["live"] for child in below)),
                steps=tuple(step(child, number, below, False) for number, child in enumerate(below, start=1)),
                may_add="add" in rights.of(row["path"]),
            )
        )
    return CourseOutline(page, tuple(modules), languages, "add" in rights.of(page.path))


@dataclass(frozen=True, slots=True)
class Destination:
    """A module that a step may be moved to. `course` is the title of its course."""

    number: int
    title: str
    course: str
    is_here: bool


def destinations(page: CoursePage, *, user: Person) -> list[Destination]:
    """Return the modules that a person may move steps to: of this course first, then of others by title. Cost: 3 queries."""
    rights = _Rights(user)
    courses = {
        course["path"]: course
        for course in CoursePage.objects.filter(locale=page.locale_id, alias_of=None)
        .order_by()
        .values("path", "draft_title", "translation_key", "pk")
    }
    steps = Page.steplen
    rows = (
        Page.objects.filter(content_type__model="modulepage", locale=page.locale_id, alias_of=None)
        .order_by("path")
        .values_list("pk", "path", "draft_title")
    )
    found = [
        Destination(number, title, courses[path[:-steps]]["draft_title"], path[:-steps] == page.path)
        for number, path, title in rows
        if path[:-steps] in courses and "add" in rights.of(path)
    ]
    return sorted(found, key=lambda entry: (not entry.is_here, "" if entry.is_here else entry.course.casefold()))


class _Rights:
    """What a person may do with pages, by their place in the tree, as Wagtail's own testers say. Asked once."""

    def __init__(self, user: Person) -> None:
        self._user = user
        self._all = user.is_active and user.is_superuser
        self._granted: list[tuple[str, str]] = []
        if user.is_active and not user.is_superuser:
            granted = page_permission_policy.get_cached_permissions_for_user(user)
            self._granted = [(entry.page.path, entry.permission.codename.rsplit("_", 1)[0]) for entry in granted]

    def of(self, path: str) -> set[str]:
        """Return "add", "change", "publish" and so on, of a page at this path."""
        if self._all:
            return {"add", "change", "publish"}
        return {name for above, name in self._granted if path.startswith(above)}

    def may_move(self, row: Mapping[str, Any], *, live_below: bool) -> bool:
        """Say whether a page may be moved: what may be deleted, Wagtail's `PagePermissionTester.can_move`."""
        rights = self.of(row["path"])
        may_touch = "publish" in rights or not (row["live"] or live_below)
        is_own = "add" in rights and row["owner_id"] == self._user.pk and not row["numchild"]
        return may_touch and ("change" in rights or is_own)


def _rows(page: CoursePage) -> Iterable[Mapping[str, Any]]:
    """Return the modules and steps below a course page in the order of the tree. Cost: 1 query."""
    models = ["modulepage", *ITEM_KINDS]
    below = Page.objects.filter(path__startswith=page.path, depth__in=(page.depth + 1, page.depth + 2))
    return (
        below.filter(content_type__model__in=models)
        .order_by("path")
        .values(
            "pk",
            "path",
            "depth",
            "numchild",
            "translation_key",
            "draft_title",
            "live",
            "has_unpublished_changes",
            "owner_id",
            "last_published_at",
            "latest_revision_created_at",
            "content_type__model",
            "latest_revision__user__display_name",
            "latest_revision__user__username",
        )
    )


def _texts(
    page: CoursePage, rows: Iterable[Mapping[str, Any]]
) -> tuple[dict[tuple[Any, str], Mapping[str, Any]], tuple[str, ...]]:
    """Return translations by key and language, and the languages of the course beside its own. Cost: 1 query."""
    keys = [page.translation_key, *(row["translation_key"] for row in rows)]
    found = (
        Page.objects.filter(translation_key__in=keys, alias_of=None)
        .exclude(locale=page.locale_id)
        .order_by("locale__language_code", "pk")
        .values("pk", "translation_key", "locale__language_code", "latest_revision_created_at", "last_published_at")
    )
    texts = {(row["translation_key"], row["locale__language_code"]): row for row in found}
    return texts, tuple(sorted({language for key, language in texts if key == page.translation_key}))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows of an outline say beside what their pages hold."""

    rules: Mapping[int, tuple[int, bool]]
    reviewed: set[int]
    due: Mapping[int, datetime]
    texts: Mapping[tuple[Any, str], Mapping[str, Any]]
    languages: tuple[str, ...]

    @classmethod
    def of(cls, page: CoursePage, rows: list[Mapping[str, Any]], texts: Any, languages: tuple[str, ...]) -> "_Facts":
        """Look them up. Cost: 6 queries."""
        numbers = [row["pk"] for row in rows]
        rules: dict[int, tuple[int, bool]] = {}
        for model in ITEM_MODELS:
            found = model.objects.filter(path__startswith=page.path).order_by()
            rules |= {
                number: (minutes, required)
                for number, minutes, required in found.values_list("pk", "minutes", "required")
            }
        drafted = Page.objects.filter(pk__in=numbers, has_unpublished_changes=True, latest_revision__isnull=False)
        for number, minutes, required in drafted.order_by().values_list(
            "pk", "latest_revision__content__minutes", "latest_revision__content__required"
        ):
            if number in rules and isinstance(minutes, int):
                rules[number] = (minutes, bool(required))
        scheduled = Revision.page_revisions.filter(
            object_id__in=[str(number) for number in numbers], approved_go_live_at__isnull=False
        )
        due = scheduled.order_by().values_list("object_id").annotate(due_at=Min("approved_go_live_at"))
        return cls(
            rules,
            in_review([Page(pk=number) for number in numbers]),
            {int(number): due_at for number, due_at in due},
            texts,
            languages,
        )

    def step(self, row: Mapping[str, Any], **place: Any) -> Step:
        number, kind = row["pk"], row["content_type__model"]
        minutes, required = self.rules.get(number, (None, None))
        return Step(
            number=number,
            kind=ITEM_KINDS.get(kind, "module"),
            title=row["draft_title"],
            state=state_of(is_live=row["live"], has_changes=row["has_unpublished_changes"]),
            is_in_review=number in self.reviewed,
            due_at=self.due.get(number),
            edited_at=row["latest_revision_created_at"] or row["last_published_at"],
            edited_by=row["latest_revision__user__display_name"] or row["latest_revision__user__username"] or "",
            texts=tuple(self._text(row, language) for language in self.languages),
            minutes=minutes,
            required=required,
            **place,
        )

    def _text(self, row: Mapping[str, Any], language: str) -> Text:
        found = self.texts.get((row["translation_key"], language))
        if found is None:
            return Text(language, TextState.MISSING)
        touched = [found[name] for name in ("latest_revision_created_at", "last_published_at") if found[name]]
        state = text_state(changed_at=max(touched, default=None), published_at=row["last_published_at"])
        return Text(language, state, found["pk"])
