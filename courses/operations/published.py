"""The rows a course is served from: addresses, outlines, catalogue cards, search entries.

All are derived from the edition and the slugs of the tree, written by settle, and could be made again at any time.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from wagtail.search.backends import get_search_backend

from courses.models import Course, CourseAddress, CourseCard, ItemAddress, OutlineRow, SearchEntry
from courses.operations.contents import SearchText
from courses.queries.pages import Place
from courses.queries.serving import is_offered
from courses.queries.tree import Tree
from courses.rules.manifest import languages_of
from courses.rules.outline import Outline
from courses.rules.outlining import outline_json
from foundation.rules.canonical import digest
from foundation.rules.cleaning import plain_text

MADE_AGAIN = ""
"""The digest of a search entry whose words the next settle is to read again."""


def settle_addresses(*, course: Course, tree: Tree) -> tuple[str, dict[str, str]]:
    """Make the tree's addresses the current ones, keep the others as redirects, and return the slug and the paths.

    Paths are `<module>/<item>` by item key. Cost: 3 queries when nothing changed, 9 otherwise.
    """
    slug = _settle_slug(course, tree)
    paths = {item.key: item.path for item in tree.items}
    known = {
        (path, str(key)): current
        for path, key, current in ItemAddress.objects.filter(course=course).values_list("path", "item_key", "current")
    }
    if {(path, key) for (path, key), current in known.items() if current} != {
        (path, key) for key, path in paths.items()
    }:
        # All aside first, then each to its place: two items that swapped slugs would otherwise be in each other's way.
        ItemAddress.objects.filter(course=course, current=True).update(current=False)
        ItemAddress.objects.bulk_create(
            [ItemAddress(course=course, path=path, item_key=UUID(key), current=True) for key, path in paths.items()],
            update_conflicts=True,
            unique_fields=["course", "path"],
            update_fields=["item_key", "current"],
        )
    taken = {*paths.values(), *(path for path, _ in known)}
    others = {path: key for path, key in tree.old_paths if path not in taken}
    if others:
        ItemAddress.objects.bulk_create(
            [ItemAddress(course=course, path=path, item_key=UUID(key), current=False) for path, key in others.items()],
            ignore_conflicts=True,
        )
    return slug, paths


def _settle_slug(course: Course, tree: Tree) -> str:
    own = {row.slug: row for row in CourseAddress.objects.filter(course=course)}
    slug = _free_slug(course, tree.slug)
    if slug not in own or not own[slug].current:
        CourseAddress.objects.filter(course=course, current=True).update(current=False)
        # An old slug of another course changes hands here; a current one was left alone by `_free_slug`.
        CourseAddress.objects.update_or_create(slug=slug, defaults={"course": course, "current": True})
    others = {other for other in tree.old_slugs if other != slug and other not in own}
    if others:
        CourseAddress.objects.bulk_create(
            [CourseAddress(course=course, slug=other, current=False) for other in sorted(others)], ignore_conflicts=True
        )
    return slug


def _free_slug(course: Course, slug: str) -> str:
    """Return the slug, or the slug with the first number that no other course is known by now."""
    taken = set(
        CourseAddress.objects.filter(slug__startswith=slug, current=True)
        .exclude(course=course)
        .values_list("slug", flat=True)
    )
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


def settle_outlines(
    *,
    course: Course,
    manifest: Mapping[str, Any],
    edition: int,
    slug: str,
    paths: Mapping[str, str],
    module_slugs: Mapping[str, str],
) -> dict[str, Outline]:
    """Write the outline of each language that has a text, name them on `course` (not saved), and return them.

    Cost: 1 query when nothing changed, 3 otherwise.
    """
    languages = languages_of(manifest)
    bodies = {
        language: outline_json(
            manifest, language=language, edition=edition, slug=slug, paths=paths, module_slugs=module_slugs
        )
        for language in languages
    }
    shas = {language: digest(body) for language, body in bodies.items()}
    known = dict(OutlineRow.objects.filter(course=course).values_list("language", "sha256"))
    changed = [language for language in languages if known.get(language) != shas[language]]
    if changed:
        OutlineRow.objects.bulk_create(
            [
                OutlineRow(course=course, language=language, sha256=shas[language], body=bodies[language])
                for language in changed
            ],
            update_conflicts=True,
            unique_fields=["course", "language"],
            update_fields=["sha256", "body"],
        )
    if known.keys() - set(languages):
        OutlineRow.objects.filter(course=course).exclude(language__in=languages).delete()
    course.outline_shas = shas
    return {language: Outline.from_json(body) for language, body in bodies.items()}


def is_listed(course: Course, outline: Outline) -> bool:
    """Return whether a course is in the catalogue: it is offered and has something to do."""
    return is_offered(course, outline) and bool(outline.items)


def settle_cards(*, course: Course, outlines: Mapping[str, Outline], position: int) -> None:
    """Write the catalogue card of every site language, or take them all away. Cost: 1 or 2 queries."""
    source = outlines[course.source_language]
    if not is_listed(course, source):
        CourseCard.objects.filter(course=course).delete()
        return
    cards = [
        _card(course, language, outlines.get(language, source), position=position) for language, _ in settings.LANGUAGES
    ]
    fields = [field.name for field in CourseCard._meta.local_concrete_fields]
    CourseCard.objects.bulk_create(
        cards,
        update_conflicts=True,
        unique_fields=["course", "language"],
        update_fields=[name for name in fields if name not in {"id", "course", "language"}],
    )


def _card(course: Course, language: str, outline: Outline, *, position: int) -> CourseCard:
    return CourseCard(
        course=course,
        language=language,
        text_language=outline.language,
        slug=outline.slug,
        title=outline.title,
        summary=outline.summary,
        level=outline.level,
        category=outline.category,
        audiences=_words(outline.audiences),
        topics=", ".join(outline.topics),
        languages=_words(outline.languages),
        plain_language=outline.plain_language,
        art=outline.art,
        step_count=len(outline.items),
        minutes=outline.minutes,
        hours=outline.hours,
        position=position,
    )


def _words(codes: Iterable[str]) -> str:
    """Return codes between spaces, so that a filter for one of them is `contains " code "`."""
    return f" {' '.join(codes)} "


def entries_without_text(*, course: Course, tree: Tree) -> set[Place]:
    """Return the lessons that have no search entry, or one whose words are to be made again. Cost: 1 query."""
    known = {
        (str(key), language)
        for key, language in SearchEntry.objects.filter(course=course, item_key__isnull=False)
        .exclude(sha256=MADE_AGAIN)
        .values_list("item_key", "language")
    }
    return {(item.key, language) for item in tree.items if item.kind == "lesson" for language in item.rows} - known


def settle_search_entries(
    *, course: Course, outlines: Mapping[str, Outline], search_texts: Mapping[Place, SearchText]
) -> None:
    """Write what the site search finds of a course and its lessons, each in the languages it has. Cost: 1 to 5 queries.

    A lesson whose text did not change keeps the words it has; only title and address follow.
    """
    listed = is_listed(course, outlines[course.source_language])
    wanted = {_place(entry.item_key, entry.language): entry for entry in _entries(course, outlines)} if listed else {}
    known = {
        _place(key, language): (pk, sha)
        for pk, key, language, sha in SearchEntry.objects.filter(course=course).values_list(
            "pk", "item_key", "language", "sha256"
        )
    }
    gone = [pk for place, (pk, _) in known.items() if place not in wanted]
    if gone:
        SearchEntry.objects.filter(pk__in=gone).delete()
    new: list[SearchEntry] = []
    moved: list[SearchEntry] = []
    rewritten: list[SearchEntry] = []
    for place, entry in wanted.items():
        words = search_texts.get(place) if place[0] else SearchText(entry.text, "")
        if words is not None:
            entry.text, entry.key_words = words
        if place not in known:
            new.append(entry)
        elif known[place][1] != entry.sha256:
            entry.pk = known[place][0]
            (moved if words is None else rewritten).append(entry)
    SearchEntry.objects.bulk_create(new)
    fields = ["path", "title", "course_title", "summary", "sha256"]
    SearchEntry.objects.bulk_update(moved, fields)
    SearchEntry.objects.bulk_update(rewritten, [*fields, "text", "key_words"])


def _place(item_key: UUID | str | None, language: str) -> Place:
    return str(item_key or ""), language


def _entries(course: Course, outlines: Mapping[str, Outline]) -> Iterable[SearchEntry]:
    for language, outline in outlines.items():
        if outline.language == language:
            text = _course_text(outline)
            yield _entry(
                course, None, language, f"{outline.slug}/", outline.title, outline, outline.summary, text, text
            )
        for item in outline.items:
            if item.kind == "lesson" and item.language == language:
                path = f"{outline.slug}/{item.path}/"
                yield _entry(
                    course, UUID(item.key), language, path, item.title, outline, item.summary, "", item.version
                )


def _course_text(outline: Outline) -> str:
    """Return the words of a course beside its title and summary. Of a quiz and an assignment the title is all there is."""
    modules = (f"{module.title}. {module.summary}" for module in outline.modules)
    titles = (item.title for item in outline.items if item.kind != "lesson")
    outcomes = (text for _, text in outline.outcomes)
    return " ".join([plain_text(outline.description_html), *outcomes, *outline.topics, *modules, *titles])


def _entry(
    course: Course,
    item_key: UUID | None,
    language: str,
    path: str,
    title: str,
    outline: Outline,
    summary: str,
    text: str,
    text_mark: str,
) -> SearchEntry:
    return SearchEntry(
        course=course,
        item_key=item_key,
        language=language,
        path=path,
        title=title,
        course_title=outline.title,
        summary=summary,
        text=text,
        sha256=digest([path, title, outline.title, summary, text_mark]),
    )


def index_search_entries() -> int:
    """Tell the search index of entries it does not know as they are; return how many. Cost: 1 query when there are none.

    Not part of settling: the index averages over rows of all courses, so two settles would wait for each other.
    """
    waiting = list(SearchEntry.objects.exclude(indexed_sha256=F("sha256")).order_by("pk"))
    if waiting:
        get_search_backend().add_bulk(SearchEntry, waiting)
        for entry in waiting:
            entry.indexed_sha256 = entry.sha256
        SearchEntry.objects.bulk_update(waiting, ["indexed_sha256"])
    return len(waiting)
