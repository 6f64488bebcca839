"""The certificates of a course as its pages are, or as a page in memory has them: what they lack, and who changed them.

Once it is public, what a certificate says is changed by two people (decision 0020): by a release that somebody else agreed
to, or by a review in the CMS that somebody else approved. Here is the look at everything that is neither.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from wagtail.models import Page

from courses.models import AssignmentPage, Course, CoursePage, ModulePage, QuizPage
from courses.models.items import Item
from courses.queries.certificate_authors import agreed_by_another
from courses.queries.certificate_words import words_of_lack
from courses.queries.tree import Tree, read_tree
from courses.rules.certificate_terms import frozen_terms, frozen_text
from courses.rules.changes_certificates import differing_places, offers_achievement
from courses.rules.freezing import gettext_noop
from courses.rules.micro_credentials import lacks_in

Part = Mapping[str, Any]
"""What of a manifest is about certificates: `source_language`, of `course` certificates and facts, of `items` the need."""

ALONE = gettext_noop(
    "This changes what a certificate of this course says, and people hold it or work for it. Somebody else has to agree: "
    "press “Release” and ask for a second person, or submit this page to a review that somebody else approves."
)
STEP_ALONE = gettext_noop(
    "This changes which steps the certificate of achievement takes, and people work for it. Somebody else has to agree: "
    "press “Release” and ask for a second person, or submit this page to a review that somebody else approves."
)
STEP_GOES = gettext_noop(
    "“%(title)s” is needed for the certificate of achievement: without it people would get the certificate for less. First "
    "take the tick “needed for the certificate of achievement” away, in a release that a second person agrees to. What the "
    "step says can be changed at once."
)


def part_of(tree: Tree) -> Part:
    """Return what the live pages of a course say of certificates."""
    source = tree.rows[tree.source_language]
    return {
        "source_language": tree.source_language,
        "course": {
            **{name: source[name] for name in ("hours", "level", "eqf_level", "reviewed_date")},
            "certificates": tree.certificates,
            "outcomes": [dict(entry) for entry in tree.outcomes],
            "competences": [dict(entry) for entry in tree.competences],
        },
        "items": [
            {
                "key": item.key,
                "needed_for_achievement": bool(item.rows[tree.source_language].get("needed_for_achievement")),
            }
            for item in tree.items
        ],
    }


def certificates_in(definitions: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Return definitions in memory by their key, each as {"text", "terms" (where any is set)}. Cost: 1 query an issuer."""
    frozen = {}
    for definition in definitions:
        row = definition.frozen_columns()
        terms = frozen_terms(row)
        frozen[str(definition.translation_key)] = {"text": frozen_text(row), **({"terms": terms} if terms else {})}
    return frozen


def outcomes_in(outcomes: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Return outcomes in memory by their key, as `certificates_in` does."""
    return {str(outcome.translation_key): {"text": {"text": outcome.text}} for outcome in outcomes}


def laid_over(
    before: Sequence[Part], drafted: Mapping[str, Mapping[str, Any]], language: str, is_source: bool
) -> tuple[Part, ...]:
    """Return outcomes or certificates with a draft's texts; order, number and terms are those of the source page."""
    known = {entry["id"]: entry for entry in before}
    if is_source:
        after = []
        for key, child in drafted.items():
            own = {name: value for name, value in child.items() if name != "text"}
            texts = {**known.get(key, {"texts": {}})["texts"], language: child["text"]}
            after.append({"id": key, "texts": texts, **own})
        return tuple(after)
    return tuple(
        {**entry, "texts": {**entry["texts"], language: drafted[key]["text"]}} if key in drafted else entry
        for key, entry in known.items()
    )


def manifest_of(course_key: UUID) -> Mapping[str, Any] | None:
    """Return the manifest of the current edition of a course, None where it has none. Cost: 1 query."""
    manifest: Mapping[str, Any] | None = (
        Course.objects.filter(key=course_key).values_list("current_edition__manifest", flat=True).first()
    )
    return manifest


def course_says_otherwise(
    page: CoursePage, *, definitions: Iterable[Any], outcomes: Iterable[Any], competences: Iterable[Any]
) -> bool:
    """Return whether a course page with these children would change what a certificate says. Cost: 1 query, and issuers."""
    before = manifest_of(page.translation_key)
    if before is None or not before["course"]["certificates"]:
        return False
    language, course = page.locale.language_code, before["course"]
    is_source = language == before["source_language"]
    after = {
        **course,
        "certificates": laid_over(course["certificates"], certificates_in(definitions), language, is_source),
        "outcomes": laid_over(course["outcomes"], outcomes_in(outcomes), language, is_source),
    }
    if is_source:
        after |= {name: getattr(page, name) for name in ("hours", "level", "eqf_level")}
        names = ("framework", "version", "code", "level")
        after["competences"] = [{name: getattr(child, name) for name in names} for child in competences]
    return any(not key for key, _ in differing_places(before, {**before, "course": after}))


def step_says_otherwise(page: Item, *, parent: Page | None = None) -> bool:
    """Return whether a step would change what the certificate of achievement takes. Cost: at most 3 queries.

    `parent`: of a page that is not in the tree yet. A translation decides nothing.
    """
    if not hasattr(page, "needed_for_achievement"):
        return False
    place = page if page.pk else parent
    course = CoursePage.objects.ancestor_of(place).only("translation_key", "path").first() if place else None
    before = manifest_of(course.translation_key) if course else None
    if before is None or not offers_achievement(before["course"]):
        return False
    if page.pk and page.locale.language_code != before["source_language"]:
        return False
    known = (*before["tombstones"], *before["items"])
    was: Mapping[str, Any] = next((entry for entry in known if entry["key"] == str(page.translation_key)), {})
    return bool(was.get("needed_for_achievement")) != page.needed_for_achievement


def needed_steps(page: CoursePage) -> list[str]:
    """Return the titles of the live steps that the certificate of achievement takes. Cost: 3 queries."""
    if not page.pk:
        return []
    modules = set(ModulePage.objects.child_of(page).filter(live=True).values_list("path", flat=True))
    return [
        title
        for model in (QuizPage, AssignmentPage)
        for path, title in model.objects.descendant_of(page)
        .filter(live=True, needed_for_achievement=True)
        .order_by("path")
        .values_list("path", "title")
        if path[: -Page.steplen] in modules
    ]


def page_says_otherwise(page: Page) -> bool:
    """Return whether publishing a page, as it is in memory, would change what a certificate says or takes."""
    if isinstance(page, CoursePage):
        return course_says_otherwise(
            page,
            definitions=page.certificate_definitions.all(),
            outcomes=page.outcomes.all(),
            competences=page.competences.all(),
        )
    return isinstance(page, Item) and step_says_otherwise(page)


def words_of_step_that_goes(page: Page) -> str:
    """Return why a step, or a module, may not go by itself at a set time, or "". Cost: at most 3 queries.

    Somebody is looking when it is taken down by hand; here nobody is, so nothing that is needed goes.
    """
    if isinstance(page, CoursePage) or not isinstance(page, Item | ModulePage):
        return ""
    course = CoursePage.objects.ancestor_of(page).only("translation_key", "path").first()
    before = manifest_of(course.translation_key) if course else None
    if before is None or not offers_achievement(before["course"]):
        return ""
    if page.locale.language_code != before["source_language"]:
        return ""
    key = str(page.translation_key)
    below = {item for module in before["modules"] if module["key"] == key for item in module["items"]} | {key}
    needed = [
        entry["key"] for entry in before["items"] if entry["key"] in below and entry.get("needed_for_achievement")
    ]
    return gettext(STEP_GOES) % {"title": _title(before, needed[0])} if needed else ""


def lacks_after_publishing(course_key: UUID, language: str, before: Part | None) -> list[str]:
    """Return in words what the certificates of a course lack as its pages are now, and did not lack before.

    Cost: 1 query where it offers none, else 14.
    """
    if not CoursePage.objects.filter(translation_key=course_key, certificate_definitions__isnull=False).exists():
        return []
    tree = read_tree(course_key, language)
    if tree is None:
        return []
    known = set(lacks_in(before)) if before else set()
    return [words_of_lack(lack) for lack in lacks_in(part_of(tree)) if lack not in known]


def words_of_one_person(course_key: UUID, *, goes: bool) -> tuple[Page, str] | None:
    """Return what one person alone changed of what certificates of a course say, as a page and words, or None.

    It is asked before the course is settled, so its current edition is what was. `goes`: pages were taken down, moved or
    deleted, which is stopped only where the certificate of achievement would be had for less.
    Cost: 1 query where it offers no certificate, else at least 14.
    """
    before = manifest_of(course_key)
    if before is None or not before["course"]["certificates"]:
        return None
    tree = read_tree(course_key, before["source_language"])
    if tree is None:
        return None
    places = differing_places(before, part_of(tree))
    kept = {item.key for item in tree.items}
    for key, language in sorted(places):
        if goes and not key:
            continue
        found = Page.objects.filter(translation_key=key or course_key, locale__language_code=language).first()
        if key and key not in kept:
            title = _title(before, key)
            return found or _course_page(course_key), gettext(STEP_GOES) % {"title": title}
        if found is not None and not agreed_by_another(found.live_revision):
            return found, gettext(STEP_ALONE if key else ALONE)
    return None


def _title(manifest: Part, key: str) -> str:
    entry = next(entry for entry in (*manifest["items"], *manifest["tombstones"]) if entry["key"] == key)
    title: str = entry["versions"][manifest["source_language"]]["title"]
    return title


def _course_page(course_key: UUID) -> Page:
    return Page.objects.filter(translation_key=course_key).order_by("pk").first()
