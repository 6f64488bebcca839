"""A course as its drafts are, for what an editor looks at before anything is published. Nothing is frozen or written."""

from typing import Any

from wagtail.models import Page

from courses.models import AssignmentPage, Course, CoursePage, LessonPage, QuizPage
from courses.queries.certificates import certificates_in, laid_over, outcomes_in
from courses.queries.pages import live_part_of
from courses.queries.tree import Tree
from courses.rules.manifest import Manifest


def drafted_manifest(page: CoursePage) -> Manifest:
    """Return a manifest of a course as its drafts are: what it says of itself, and its steps, in one module and without texts.

    `page` may be of any language of the course, published or not. Links in texts are left without an address, and prerequisites
    are left out. Cost: 7 queries, and 1 for each draft.
    """
    source, pages = _pages(page)
    language = source.locale.language_code
    texts = [source, *(draft for draft in pages if draft.pk != source.pk and draft.alias_of_id is None)]
    said: dict[str, Any] = {"outcomes": (), "certificates": ()}
    for draft in texts:
        code = draft.locale.language_code
        said["outcomes"] = laid_over(said["outcomes"], outcomes_in(draft.outcomes.all()), code, draft is source)
        definitions = certificates_in(draft.certificate_definitions.all())
        said["certificates"] = laid_over(said["certificates"], definitions, code, draft is source)
    tree = Tree(
        key=str(page.translation_key),
        source_language=language,
        live=True,
        slug=source.slug,
        position=0,
        rows={draft.locale.language_code: _row(draft) for draft in texts},
        audiences=tuple(child.audience for child in source.audiences.all()),
        competences=tuple(
            {name: getattr(child, name) for name in ("framework", "version", "code", "level")}
            for child in source.competences.all()
        ),
        prerequisites=(),
        modules=(),
        items=(),
        old_slugs=(),
        old_paths=(),
        **said,
    )
    items = [_step(draft) for draft in steps_drafted(source)]
    module = {
        "key": str(page.translation_key),
        "texts": {language: {"title": source.title, "summary": ""}},
        "items": [entry["key"] for entry in items],
    }
    return {**live_part_of(tree, {}), "modules": [module], "items": items, "tombstones": []}


def source_draft(page: CoursePage) -> CoursePage:
    """Return the draft of the page in the source language of a course. Cost: 2 queries."""
    return _pages(page)[0]


def steps_drafted(page: CoursePage) -> list[Any]:
    """Return the lessons, quizzes and assignments below a course page as their drafts are. Cost: 3 queries, and 1 each."""
    steps = [
        draft
        for model in (LessonPage, QuizPage, AssignmentPage)
        for draft in _drafts(model, path__startswith=page.path, alias_of=None)
    ]
    return sorted(steps, key=lambda draft: draft.path)


def _pages(page: CoursePage) -> tuple[CoursePage, list[CoursePage]]:
    """Return the draft of a course in its source language, and in all of them."""
    pages: list[CoursePage] = _drafts(CoursePage, translation_key=page.translation_key)
    known = Course.objects.filter(key=page.translation_key).values_list("source_language", flat=True).first()
    first = min(pages, key=lambda draft: (draft.alias_of_id is not None, draft.pk))
    return next((draft for draft in pages if draft.locale.language_code == known), first), pages


def _drafts(model: type[Page], **where: Any) -> list[Any]:
    found = model.objects.filter(**where).select_related("locale", "latest_revision").order_by("path")
    return [entry.get_latest_revision_as_object() for entry in found]


def _row(page: CoursePage) -> dict[str, Any]:
    return {field.attname: getattr(page, field.attname) for field in page._meta.concrete_fields}


def _step(page: Any) -> dict[str, Any]:
    kinds = {LessonPage: "lesson", QuizPage: "quiz", AssignmentPage: "assignment"}
    return {
        "key": str(page.translation_key),
        "kind": kinds[type(page)],
        "required": page.required,
        "binds": [[0, None]] if page.required else [],
        "past": [],
        "minutes": page.minutes,
        "pass_mark": getattr(page, "pass_mark", 0),
        "max_attempts": getattr(page, "max_attempts", 0),
        "waits_for_quizzes": getattr(page, "waits_for_quizzes", False),
        "needed_for_achievement": getattr(page, "needed_for_achievement", False),
        "done_by_attendance": getattr(page, "done_by_attendance", False),
        "question_count": len(getattr(page, "questions", ())),
        "marking_sha256": "",
        "versions": {page.locale.language_code: {"sha256": "", "title": page.title, "summary": ""}},
    }
