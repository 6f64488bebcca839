"""Drafts of a course in the form they would be frozen in, beside what is frozen now. Nothing is written here.

for draft in drafts_below(course):
    print(draft.title, draft.words)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils import timezone
from wagtail.blocks import Block, StructBlock
from wagtail.models import Page, Revision

from courses.models import AssignmentVersion, Course, LessonVersion, QuizVersion, Release, SettledItem
from courses.operations.versions import FreezeInput, FrozenItem, Preview, preview_items
from courses.queries.certificate_words import words_of_lack
from courses.queries.certificates import certificates_in, laid_over, outcomes_in
from courses.queries.changes import words_of
from courses.queries.drafts import Place, Touch, changed_pages, in_review, places_of, token_of, touches_of
from courses.queries.pages import live_part_of, settled_items
from courses.queries.quality import Finding, findings_of_all
from courses.queries.tree import ITEM_KINDS, Tree, TreeItem, TreeModule, parsed, read_tree
from courses.rules.changes import (
    Change,
    ChangeKind,
    ItemForm,
    MarkingChange,
    changes_of_course,
    changes_of_item,
    changes_of_module,
    marking_change,
)
from courses.rules.manifest import Manifest, next_manifest
from courses.rules.micro_credentials import lacks_in
from courses.rules.outline import Range
from courses.rules.quality import RULES_BY_KEY

Kind = Literal["course", "module", "lesson", "quiz", "assignment"]
_KINDS: Mapping[str, Kind] = {"coursepage": "course", "modulepage": "module", **ITEM_KINDS}


@dataclass(frozen=True)
class Draft:
    """Changes of one page that are not published, and what they would change of what learners see.

    `page` is the row as it is live, `content` the page as the draft has it. `token` names the revision as it is now.
    `old` and `new` are the frozen forms of a step (None for other pages); `marking` how its marking changes.
    `problems` says why it cannot be released, as (field, words).
    """

    page: Page
    content: Page
    revision: Revision
    key: str
    kind: Kind
    language: str
    is_source: bool
    title: str
    token: str
    touches: tuple[Touch, ...]
    is_new: bool
    comes_back: bool
    in_review: bool
    go_live_at: datetime | None
    problems: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    old: ItemForm | None = None
    new: ItemForm | None = None
    preview: Preview | None = None
    marking: MarkingChange | None = None

    @property
    def words(self) -> list[str]:
        """What changes, in words of the language that is active."""
        return [words_of(change) for change in self.changes]

    @property
    def marking_changed(self) -> bool:
        """Whether attempts would be marked in another way: then the quiz needs a policy."""
        return bool(self.marking)

    @property
    def is_set_apart(self) -> bool:
        """Whether it is listed apart: in review, so an editor must choose it on purpose, or with a time of its own.

        Taking in what is in review cancels the review. What has a time of its own cannot be released before it.
        """
        return self.in_review or self.go_live_at is not None

    @property
    def was_taken_out(self) -> bool:
        """Whether the page was public once and is not now: it comes back only if an editor says so."""
        return not self.page.live and self.page.first_published_at is not None


@dataclass(frozen=True, slots=True)
class BindingQuestion:
    """A step about which an editor says whether it binds people who are enrolled already.

    `default`: what happens if nothing is said: False, it does not bind them. A step that comes back binds again, by
    itself, those who started at an edition in `binds_again`; the question is then whether it binds everybody.
    """

    item_key: str
    title: str
    kind: Literal["new", "newly-required", "comes-back"]
    default: bool = False
    binds_again: tuple[Range, ...] = ()


def drafts_below(course: Course, *, at: datetime) -> list[Draft]:
    """Return what is drafted below a course, the course page too, in every language. Cost: at most 36 queries.

    The number does not grow with the course or its drafts, but by one for each drafted text with links to pages, and for
    each kind of block with pictures, files or videos in a draft. Translations are frozen beside the draft of their source
    page, where it has one: as they would be if all of it were released. `at`: what counts as a time to come.
    """
    return _described(course, [(page, page.latest_revision) for page in changed_pages(course)], at=at)


def drafts_of(release: Release, *, at: datetime) -> list[Draft]:
    """Return the drafts of a release, of the very revisions it holds, as `drafts_below` does. Cost: as much.

    Those whose page was deleted, or whose revision was let go because the release is over, are left out.
    """
    rows = release.drafts.select_related("page__locale", "page__content_type", "revision")
    held = rows.filter(page__isnull=False, revision__isnull=False)
    source = release.course.source_language
    pairs = [(row.page, row.revision) for row in held if row.page is not None and row.revision is not None]
    pairs.sort(key=lambda pair: _place_in_list(pair[0], source))
    return _described(release.course, pairs, at=at)


def manifest_after(course: Course, drafts: Sequence[Draft], *, bind_all: Iterable[str] = ()) -> Manifest | None:
    """Return the manifest of the edition that publishing these drafts would make, None when the course page is gone.

    Cost: at most 22 queries. Drafts with a time of their own are left as they are: no release takes them.
    """
    bench = _Bench.of(course, [draft for draft in drafts if draft.go_live_at is None])
    if bench is None:
        return None
    edition = course.current_edition
    return next_manifest(
        edition.manifest if edition else None,
        bench.live_part(),
        number=edition.number + 1 if edition else 1,
        bind_all=frozenset(bind_all),
    )


def binding_questions(course: Course, drafts: Sequence[Draft]) -> list[BindingQuestion]:
    """Return the steps that would be required and were not, in the order of the course. Cost: that of `manifest_after`."""
    after = manifest_after(course, drafts)
    before = course.current_edition.manifest if course.current_edition else None
    if after is None or before is None:  # nobody can be enrolled yet
        return []
    known = {entry["key"]: entry for entry in (*before["items"], *before["tombstones"])}
    questions = []
    for entry in after["items"]:
        old = known.get(entry["key"])
        if not entry["required"] or (old is not None and old["required"]):
            continue
        binds_again = tuple((first, last) for first, last in old["binds"]) if old else ()
        kind: Literal["new", "newly-required", "comes-back"] = "new"
        if old is not None:
            kind = "comes-back" if binds_again else "newly-required"
        questions.append(
            BindingQuestion(
                item_key=entry["key"],
                title=entry["versions"][after["source_language"]]["title"],
                kind=kind,
                binds_again=binds_again,
            )
        )
    return questions


def _place_in_list(page: Page, source_language: str) -> tuple[bool, str, str]:
    language = page.locale.language_code
    return language != source_language, language, page.path


def _described(course: Course, pairs: Sequence[tuple[Page, Revision]], *, at: datetime) -> list[Draft]:
    """Return drafts with what they would change of the current edition."""
    pages = [page for page, _ in pairs]
    if not pages:
        return []
    touches, reviewed = touches_of(pages), in_review(pages)
    manifest = course.current_edition.manifest if course.current_edition else None
    seen = _seen(manifest)
    drafts = [
        _undescribed(
            page,
            revision,
            source_language=course.source_language,
            touches=touches[page.pk],
            is_in_review=page.pk in reviewed,
            seen=seen,
            at=at,
        )
        for page, revision in pairs
    ]
    bench = _Bench.of(course, drafts)
    if bench is None:
        return []
    forms = _frozen_forms(manifest, {(draft.key, draft.language) for draft in drafts if draft.kind in _ITEMS})
    after = bench.live_part() if any(draft.kind == "course" for draft in drafts) else {}
    described = [_changes(draft, bench, manifest, forms, after) for draft in drafts]
    return _held_at_gate(described, at=at)


_ITEMS = ("lesson", "quiz", "assignment")


def _seen(manifest: Manifest | None) -> set[tuple[str, str]]:
    """Return the key and language of every text that learners saw, also of steps that were taken out."""
    if manifest is None:
        return set()
    seen = {(manifest["key"], language) for language in manifest["course"]["texts"]}
    seen |= {(entry["key"], language) for entry in manifest["modules"] for language in entry["texts"]}
    items = (*manifest["items"], *manifest["tombstones"])
    return seen | {(entry["key"], language) for entry in items for language in entry["versions"]}


def _undescribed(
    page: Page,
    revision: Revision,
    *,
    source_language: str,
    touches: tuple[Touch, ...],
    is_in_review: bool,
    seen: set[tuple[str, str]],
    at: datetime,
) -> Draft:
    content = page.content_type.model_class().from_serializable_data(revision.content, check_fks=False)
    # Of the page as a whole, not of a revision: a copied page's first revision names the original.
    content.pk = content.id = page.pk
    content.translation_key, content.locale = page.translation_key, page.locale
    language = page.locale.language_code
    go_live_at = content.go_live_at
    was_public = page.first_published_at is not None or (str(page.translation_key), language) in seen
    return Draft(
        page=page,
        content=content,
        revision=revision,
        key=str(page.translation_key),
        kind=_KINDS[page.content_type.model],
        language=language,
        is_source=language == source_language,
        title=content.title,
        token=token_of(revision),
        touches=touches,
        is_new=not page.live and not was_public,
        comes_back=not page.live and was_public,
        in_review=is_in_review,
        go_live_at=go_live_at if go_live_at and go_live_at > at else None,
    )


def _changes(
    draft: Draft,
    bench: "_Bench",
    manifest: Manifest | None,
    forms: Mapping[tuple[str, str], ItemForm],
    after: Manifest,
) -> Draft:
    problems = _field_problems(draft.content)
    if draft.kind == "lesson":
        problems += _block_problems(draft.content)
    if draft.kind == "course":
        problems += _certificate_problems(draft, manifest, after)
        return replace(draft, problems=problems, changes=tuple(_course_changes(draft, manifest, after["course"])))
    if draft.kind == "module":
        return replace(draft, problems=problems, changes=tuple(_module_changes(draft, manifest)))
    preview = bench.previews[(draft.key, draft.language)]
    old = forms.get((draft.key, draft.language))
    rules = bench.rules_of(draft)
    new = ItemForm(
        draft.key,
        rules["required"],
        rules.get("waits_for_quizzes", False),
        preview.body,
        preview.key,
        needed_for_achievement=rules.get("needed_for_achievement", False),
        done_by_attendance=rules.get("done_by_attendance", False),
    )
    changes = changes_of_item(old, new, is_source=draft.is_source)
    if old is not None and draft.comes_back and draft.is_source:
        values = {"title": draft.title, "kind": draft.kind}
        changes.insert(0, Change(ChangeKind.ITEM_BACK, draft.key, new=draft.title, values=values))
    return replace(
        draft,
        problems=(*preview.problems, *problems),
        changes=tuple(changes),
        old=old,
        new=new,
        preview=preview,
        marking=marking_change(old, new) if old is not None and new.is_quiz and draft.is_source else None,
    )


def _held_at_gate(drafts: Sequence[Draft], *, at: datetime) -> list[Draft]:
    """Return drafts with what the rules of quality keep them for. Cost: 1 query, 1 with pictures, 1 a kind of page."""
    found = findings_of_all([draft.content for draft in drafts], today=timezone.localtime(at).date())
    return [
        replace(draft, problems=(*draft.problems, *_not_said_yet(draft.problems, findings)))
        for draft, findings in zip(drafts, found, strict=True)
    ]


def _not_said_yet(problems: Sequence[tuple[str, str]], findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Return what blocks, but for what a record asks as well: that was said with the frozen form."""
    says_fields = {name for name, _words in problems}
    return [
        (finding.field, finding.said)
        for finding in findings
        if finding.blocks and (RULES_BY_KEY[finding.rule].can_warn or finding.field not in says_fields)
    ]


def _field_problems(content: Page) -> tuple[tuple[str, str], ...]:
    """Return what the fields of a draft lack, by the rules that need no query."""
    relations = [relation.name for relation in content._meta.concrete_fields if relation.is_relation]
    try:
        # Of the tree and what the CMS fills by itself nothing is in a revision as it will be.
        content.clean_fields(exclude=[*relations, "path", "depth", "url_path", "slug", "draft_title", "numchild"])
    except ValidationError as error:
        return tuple((name, words) for name, said in error.message_dict.items() for words in said)
    return ()


def _block_problems(lesson: Page) -> tuple[tuple[str, str], ...]:
    """Return what the blocks of a lesson lack: a draft is saved without it, only the form of its page asks for it."""
    said: list[str] = []
    for child in lesson.body:
        try:
            child.block.clean(child.value)
        except ValidationError as error:
            said += words_of_block_error(error, child.block, [str(child.block.label)])
    return tuple(("body", words) for words in dict.fromkeys(said))


def words_of_block_error(error: ValidationError, block: Block, places: Sequence[str]) -> Iterator[str]:
    """Return each problem of a block, after the names of the block and of the field it is in."""
    own = getattr(error, "non_block_errors", [error])  # of a block that holds others, else the problem itself
    for words in (words for problem in ErrorList(own).as_data() for words in problem.messages):
        yield ": ".join([*places, words])
    for name, problem in getattr(error, "block_errors", {}).items():
        if isinstance(block, StructBlock):
            inner = block.child_blocks[name]
            yield from words_of_block_error(problem, inner, [*places, str(inner.label)])
        else:
            yield from words_of_block_error(problem, getattr(block, "child_block", block), places)


def _certificate_problems(draft: Draft, manifest: Manifest | None, after: Manifest) -> tuple[tuple[str, str], ...]:
    """Return what keeps certificates from being offered once all drafts are out; each language says its own texts."""
    known = set(lacks_in(manifest)) if manifest else set()
    own = "" if draft.is_source else draft.language
    return tuple(
        (lack.field, words_of_lack(lack)) for lack in lacks_in(after) if lack.language == own and lack not in known
    )


def _course_changes(draft: Draft, manifest: Manifest | None, course_part: Mapping[str, Any]) -> list[Change]:
    if manifest is None:
        return [Change(ChangeKind.COURSE_NEW)]
    changes = changes_of_course(
        manifest["course"], course_part, source_language=manifest["source_language"], language=draft.language
    )
    if draft.is_source and not manifest["live"]:
        changes.insert(0, Change(ChangeKind.COURSE_ONLINE))
    return changes


def _module_changes(draft: Draft, manifest: Manifest | None) -> list[Change]:
    entries = manifest["modules"] if manifest else []
    texts: Mapping[str, Any] = next((entry["texts"] for entry in entries if entry["key"] == draft.key), {})
    new = {"title": draft.content.title, "summary": draft.content.summary}
    old = texts.get(draft.language)
    return changes_of_module(draft.key, old, new, language="" if draft.is_source else draft.language)


def _frozen_forms(manifest: Manifest | None, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], ItemForm]:
    """Return what is frozen at these places, with the answer keys of quizzes. Cost: at most 3 queries."""
    if manifest is None:
        return {}
    entries = {entry["key"]: entry for entry in (*manifest["items"], *manifest["tombstones"])}
    named = {
        (key, language): entries[key]["versions"][language]["sha256"]
        for key, language in places
        if key in entries and language in entries[key]["versions"]
    }
    bodies: dict[str, tuple[Any, Any]] = {
        sha: (body, {})
        for model in (LessonVersion, AssignmentVersion)
        for sha, body in model._default_manager.filter(sha256__in=set(named.values())).values_list("sha256", "body")
    }
    quizzes = QuizVersion.objects.filter(sha256__in=set(named.values())).order_by("pk")
    bodies |= {sha: (body, key) for sha, body, key in quizzes.values_list("sha256", "body", "key__body")}
    return {
        (key, language): ItemForm(
            key,
            entries[key]["required"],
            entries[key]["waits_for_quizzes"],
            bodies[sha][0],
            bodies[sha][1],
            needed_for_achievement=entries[key].get("needed_for_achievement", False),
            done_by_attendance=entries[key].get("done_by_attendance", False),
        )
        for (key, language), sha in named.items()
    }


@dataclass(frozen=True)
class _Bench:
    """A course as it is live, with some drafts laid over it.

    `previews`: the frozen form of each place that the drafts change; of a quiz or lesson whose source page is among
    them, in every language it has.
    """

    course: Course
    tree: Tree
    places: Sequence[Place]
    drafts: Sequence[Draft]
    previews: Mapping[tuple[str, str], Preview] = field(default_factory=dict)

    @classmethod
    def of(cls, course: Course, drafts: Sequence[Draft]) -> "_Bench | None":
        """Read the course and freeze the drafts. Cost: at most 20 queries."""
        tree = read_tree(course.key, course.source_language)
        if tree is None:
            return None
        bench = cls(course, tree, places_of(course), drafts)
        inputs = bench._inputs()
        previews = dict(zip(inputs, preview_items(list(inputs.values())), strict=True)) if inputs else {}
        return replace(bench, previews=previews)

    def rules_of(self, draft: Draft) -> Mapping[str, Any]:
        """Return the columns that give the rules of a draft: its own, or those of its source page."""
        return self._columns(draft.key, self.tree.source_language) or _columns_of(draft)

    def live_part(self) -> Manifest:
        """Return what the pages would say. Cost: at most 2 queries."""
        settled = dict(settled_items(self.course))
        for (key, language), preview in self.previews.items():
            settled[(key, language)] = _settled(self.course, key, language, preview.item)
        return live_part_of(self._tree_after(), settled)

    def _of_kind(self, *kinds: str) -> Iterable[Draft]:
        return (draft for draft in self.drafts if draft.kind in kinds)

    def _columns(self, key: str, language: str) -> Mapping[str, Any] | None:
        """Return the raw columns of an item in a language: of its draft, else of its live page."""
        for draft in self._of_kind(*_ITEMS):
            if (draft.key, draft.language) == (key, language):
                return _columns_of(draft)
        row = self._rows.get(key, {}).get(language)
        return parsed(row) if row is not None else None

    @cached_property
    def _rows(self) -> Mapping[str, Mapping[str, Any]]:
        return {item.key: item.rows for item in self.tree.items}

    def _inputs(self) -> dict[tuple[str, str], FreezeInput]:
        source_language = self.tree.source_language
        rows = self._rows
        drafted = {(draft.key, draft.language): draft for draft in self._of_kind(*_ITEMS)}
        wanted = {
            (draft.key, language): ITEM_KINDS[draft.page.content_type.model]
            for draft in drafted.values()
            for language in ({draft.language} | (set(rows.get(draft.key, {})) if draft.is_source else set()))
        }
        inputs = {}
        for (key, language), kind in wanted.items():
            draft, row = drafted.get((key, language)), rows.get(key, {}).get(language)
            text = _columns_of(draft) if draft else parsed(row) if row else {}
            source_draft, source_row = drafted.get((key, source_language)), rows.get(key, {}).get(source_language)
            source = text
            if language != source_language:
                source = _columns_of(source_draft) if source_draft else parsed(source_row) if source_row else text
            inputs[(key, language)] = FreezeInput(
                kind=kind,
                key=UUID(key),
                language=language,
                source=source,
                text=text,
                source_language=source_language if source is not text else language,
            )
        return inputs

    def _tree_after(self) -> Tree:
        tree, language = self.tree, self.tree.source_language
        root = next((place for place in self.places if place.kind == "coursepage" and place.language == language), None)
        if root is None:
            return tree
        live = {place.number for place in self.places if place.live} | {draft.page.pk for draft in self.drafts}
        hidden = {place.path for place in self.places if place.number not in live and place.kind in _ABOVE_ITEMS}
        below: dict[str, list[Place]] = {}
        for place in self.places:
            if place.number in live and place.kind in ITEM_KINDS and place.path.startswith(root.path):
                below.setdefault(place.path[: -Page.steplen], []).append(place)
        modules: list[TreeModule] = []
        items: list[TreeItem] = []
        for place in self.places:
            if place.kind != "modulepage" or place.number not in live:
                continue
            rows = {item: self._rows_after(item.key, hidden) for item in below.get(place.path, ())}
            kept = [item for item, texts in rows.items() if language in texts]
            if kept:
                keys = tuple(item.key for item in kept)
                modules.append(TreeModule(place.key, place.slug, self._module_texts(place, hidden), keys))
                items += [
                    TreeItem(item.key, ITEM_KINDS[item.kind], f"{place.slug}/{item.slug}", rows[item]) for item in kept
                ]
        return replace(
            tree, live=root.number in live, modules=tuple(modules), items=tuple(items), **self._course_after()
        )

    def _shown(self, kinds: Sequence[str], key: str, hidden: set[str]) -> Iterable[Draft]:
        """Return the drafts of a page in each language, without translations below a page that is not live."""
        for draft in self._of_kind(*kinds):
            if draft.key == key and (draft.is_source or not any(draft.page.path.startswith(path) for path in hidden)):
                yield draft

    def _rows_after(self, key: str, hidden: set[str]) -> dict[str, Mapping[str, Any]]:
        drafted = {draft.language: _columns_of(draft) for draft in self._shown(_ITEMS, key, hidden)}
        return {**self._rows.get(key, {}), **drafted}

    def _module_texts(self, place: Place, hidden: set[str]) -> dict[str, Mapping[str, str]]:
        known = next((module.texts for module in self.tree.modules if module.key == place.key), None)
        drafted = {
            draft.language: {"title": draft.content.title, "summary": draft.content.summary}
            for draft in self._shown(("module",), place.key, hidden)
        }
        # A module that is live and was empty until now is not in the tree of before.
        return {**(known or {self.tree.source_language: {"title": place.title, "summary": ""}}), **drafted}

    def _course_after(self) -> dict[str, Any]:
        """Return the fields of the tree that drafts of the course page change. Cost: 1 query, or none."""
        tree = self.tree
        fields: dict[str, Any] = {}
        for draft in sorted(self._of_kind("course"), key=lambda draft: not draft.is_source):
            page = draft.content
            fields["rows"] = {**fields.get("rows", tree.rows), draft.language: _course_row(page)}
            for name, drafted in (
                ("outcomes", outcomes_in(_ordered(page.outcomes))),
                ("certificates", certificates_in(_ordered(page.certificate_definitions))),
            ):
                known = fields.get(name, getattr(tree, name))
                fields[name] = laid_over(known, drafted, draft.language, draft.is_source)
            if draft.is_source:
                fields["audiences"] = tuple(child.audience for child in _ordered(page.audiences))
                fields["competences"] = tuple(
                    {name: getattr(child, name) for name in ("framework", "version", "code", "level")}
                    for child in _ordered(page.competences)
                )
                wanted = [child.course_id for child in _ordered(page.prerequisites)]
                keys = dict(Course.objects.filter(pk__in=wanted).values_list("pk", "key")) if wanted else {}
                fields["prerequisites"] = tuple(str(keys[pk]) for pk in wanted if pk in keys)
        return fields


_ABOVE_ITEMS = ("coursepage", "modulepage")


def _columns_of(draft: Draft) -> dict[str, Any]:
    columns: dict[str, Any] = draft.content.raw_columns()
    return columns


def _course_row(page: Page) -> dict[str, Any]:
    names = (field.attname for field in page._meta.concrete_fields)
    return {name: getattr(page, name) for name in names}


def _ordered(children: Any) -> list[Any]:
    return sorted(children.all(), key=lambda child: child.sort_order or 0)


def _settled(course: Course, key: str, language: str, frozen: FrozenItem) -> SettledItem:
    return SettledItem(
        course=course,
        item_key=UUID(key),
        language=language,
        version_sha256=frozen.version_sha,
        marking_sha256=frozen.marking_sha,
        title=frozen.title,
        summary=frozen.summary,
        question_count=frozen.question_count,
    )
