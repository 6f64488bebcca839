"""What an uploaded package would make here, and what keeps somebody from importing it. Nothing is written."""

from collections.abc import Sized
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language_info, gettext
from wagtail.documents import get_document_model
from wagtail.documents import permissions as documents
from wagtail.images import permissions as images
from wagtail.models import Collection, Locale, Page

from accounts.models import Issuer, User
from courses.models import BankQuestion, Course, CourseAddress, CourseIndexPage, CoursePackage, Picture
from courses.queries.package_files import hashes_here
from courses.rules.package import free_address, uuid_of


@dataclass(frozen=True, slots=True)
class PackageDryRun:
    """What a package would make. `problems`: why it cannot be imported by this person, in words."""

    title: str
    slug: str
    address_taken: bool
    exported_at: str
    exported_from: str
    drafts: bool
    languages: tuple[str, ...]
    languages_left_out: tuple[str, ...]
    counts: dict[str, int]
    pictures_here: int
    pictures_new: int
    documents_here: int
    documents_new: int
    questions_here: tuple[str, ...]
    questions_new: tuple[str, ...]
    prerequisites_here: tuple[str, ...]
    prerequisites_left_out: tuple[str, ...]
    issuers_left_out: tuple[str, ...]
    links_left_out: int
    cleaned: tuple[str, ...]
    cleaned_count: int
    course_is_here: bool
    collection: Collection | None
    problems: tuple[str, ...]


def package_dry_run(record: CoursePackage, user: User) -> PackageDryRun:
    """Return what a package would make for somebody. Cost: at most 26 queries, for a package of any size."""
    facts = record.facts
    here = dict(Locale.objects.values_list("language_code", "pk"))
    kept = [code for code in facts["languages"] if code in here]
    taken = taken_addresses()
    collections, problems = _places_for_files(facts, user)
    problems += _rights(facts, kept, user)
    pictures = _here(facts, "picture-", user)
    files = _here(facts, "document-", user)
    questions = set(
        BankQuestion.objects.filter(translation_key__in=[entry["key"] for entry in facts["questions"]])
        .order_by()
        .values_list("translation_key", flat=True)
    )
    known_questions = {str(key) for key in questions}
    questions_new = [entry["title"] for entry in facts["questions"] if entry["key"] not in known_questions]
    problems += _right_to_questions(questions_new, user)
    prerequisites = _courses_here([entry["key"] for entry in facts["prerequisites"]])
    issuers = set(Issuer.objects.values_list("key", flat=True))
    return PackageDryRun(
        title=facts["title"],
        slug=free_address(facts["slug"], taken),
        address_taken=facts["slug"] in taken,
        exported_at=facts["exported_at"],
        exported_from=facts["exported_from"],
        drafts=facts["drafts"],
        languages=tuple(map(_name_of, kept)),
        languages_left_out=tuple(code for code in facts["languages"] if code not in here),
        counts=facts["counts"],
        pictures_here=pictures,
        pictures_new=facts["pictures"] - pictures,
        documents_here=files,
        documents_new=facts["documents"] - files,
        questions_here=tuple(entry["title"] for entry in facts["questions"] if entry["key"] in known_questions),
        questions_new=tuple(questions_new),
        prerequisites_here=tuple(_title(entry) for entry in facts["prerequisites"] if entry["key"] in prerequisites),
        prerequisites_left_out=tuple(
            _title(entry) for entry in facts["prerequisites"] if entry["key"] not in prerequisites
        ),
        issuers_left_out=tuple(_title(entry) for entry in facts["issuers"] if entry["key"] not in issuers),
        links_left_out=_links_left_out(facts["outside"]),
        cleaned=tuple(facts["cleaned"][:20]),
        cleaned_count=facts["cleaned_count"],
        course_is_here=Page.objects.filter(translation_key=facts["course_key"]).exists(),
        collection=collections,
        problems=tuple(problems),
    )


def import_problems(record: CoursePackage) -> list[str]:
    """Return why who began an import may not make these drafts any more, in words. Cost: at most 12 queries.

    Where its pictures and documents go is asked again too, once a place was chosen.
    """
    facts, user = record.facts, record.made_by
    here = set(Locale.objects.values_list("language_code", flat=True))
    problems = _rights(facts, [code for code in facts["languages"] if code in here], user)
    keys = {entry["key"] for entry in facts["questions"]}
    known = BankQuestion.objects.filter(translation_key__in=keys).order_by().values_list("translation_key", flat=True)
    problems += _right_to_questions(keys - {str(key) for key in known}, user)
    if record.collection is not None and record.collection not in _collections_for_files(facts, user):
        problems.append(gettext("You may not add pictures and files."))
    return problems


def taken_addresses() -> set[str]:
    """Return the addresses that courses have, or had: an old one still leads somewhere. Cost: 2 queries."""
    indexes = list(CourseIndexPage.objects.all())
    below = Page.objects.none()
    for index in indexes:
        below |= Page.objects.child_of(index)
    return {*below.values_list("slug", flat=True), *CourseAddress.objects.values_list("slug", flat=True)}


def _rights(facts: dict[str, Any], kept: list[str], user: User) -> list[str]:
    problems = []
    indexes = {index.locale.language_code: index for index in CourseIndexPage.objects.select_related("locale")}
    source = facts["source_language"]
    if source not in kept:
        words = gettext("The course is written in %(language)s, which this portal does not have.")
        problems.append(words % {"language": source})
    for code in kept:
        index = indexes.get(code) or next(iter(indexes.values()), None)
        if index is None or not index.permissions_for_user(user).can_add_subpage():
            problems.append(gettext("You may not add courses in %(language)s.") % {"language": _name_of(code)})
    return problems


def _places_for_files(facts: dict[str, Any], user: User) -> tuple[Collection | None, list[str]]:
    """Return where new pictures and documents go: the first collection in which somebody may add both."""
    if not facts["pictures"] and not facts["documents"]:
        return None, []
    first = _collections_for_files(facts, user).first()
    return first, [] if first else [gettext("You may not add pictures and files.")]


def _collections_for_files(facts: dict[str, Any], user: User) -> QuerySet[Collection]:
    """Return the collections in which somebody may add all kinds of files that there are, in the order of their tree."""
    found = Collection.objects.order_by("path")
    for policy, count in ((images, facts["pictures"]), (documents, facts["documents"])):
        if count:
            may_add = policy.permission_policy.collections_user_has_permission_for(user, "add")
            found = found.filter(pk__in=set(may_add.values_list("pk", flat=True)))
    return found


def _right_to_questions(new: Sized, user: User) -> list[str]:
    if not new or user.has_perm("courses.add_bankquestion"):
        return []
    return [gettext("You may not add questions to the question bank.")]


def _here(facts: dict[str, Any], begin: str, user: User) -> int:
    files = [entry for entry in facts["media"] if entry["name"].startswith(begin)]
    if not files:
        return 0
    model = Picture if begin == "picture-" else get_document_model()
    found = hashes_here(model, {entry["sha1"]: entry["bytes"] for entry in files}, by=user)
    return sum(1 for entry in files if entry["sha1"] in found)


def _courses_here(keys: list[str]) -> set[str]:
    wanted = [key for key in keys if uuid_of(key)]
    return {str(key) for key in Course.objects.filter(key__in=wanted).values_list("key", flat=True)}


def _links_left_out(names: list[str]) -> int:
    keys = {name.partition("/")[0] for name in names}
    found = {
        str(key) for key in Page.objects.filter(translation_key__in=keys).values_list("translation_key", flat=True)
    }
    return sum(1 for name in names if name.partition("/")[0] not in found)


def _title(entry: dict[str, str]) -> str:
    return entry["title"] or entry["key"]


def _name_of(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
