"""The screen of a release: what changes, whom it touches, what there is to decide, and all of it in short.

    desk = screen_of(course, release=None, choice=UNTOUCHED, at=now)

Everything is computed on the drafts, enrolments and attempts of the moment. It holds answer keys: only for those who may
publish the course.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import get_default_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from courses.models import Course, CourseEdition, Release
from courses.operations.drafts import BindingQuestion, Draft, binding_questions, drafts_below, drafts_of, manifest_after
from courses.queries.changes import language_name, words_of
from courses.queries.drafts import token_of
from courses.rules.changes import changes_between
from courses.rules.changes_certificates import differing_places
from courses.rules.manifest import languages_of
from courses.rules.outline import Outline
from courses.rules.outlining import outline_at
from progress.models import Attempt, Regrade
from progress.queries.certifying import certified_quizzes
from progress.queries.comparing import DraftRow, draft_row, draft_time
from progress.queries.figures import CourseFigures, course_figures
from progress.queries.impact import Impact, impact_of
from progress.queries.reach import bound_anew, nothing_left
from progress.queries.release_words import Choice as Answer
from progress.queries.release_words import Decision, in_a_row, policy_choice
from progress.queries.releases import said_name, said_time, titles_of
from progress.rules.regrading import Policy, needs_second_person

Manifest = Mapping[str, Any]

OFFERED = (Policy.KEEP, Policy.ACCEPT_BOTH, Policy.NEVER_LOWER, Policy.DROP, Policy.EVEN_IF_LOWER)
"""The policies an editor chooses from, the usual one first."""

MOST_SINCE = 8
"""Changes said of what somebody else published meanwhile."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an editor chose so far. `pages`: row numbers of the pages that are ticked; None: the usual ones.

    `seen`: which draft of a page the screen showed, by row number, as a token (`courses.queries.drafts.token_of`).
    """

    pages: frozenset[int] | None = None
    policies: Mapping[str, Policy] = field(default_factory=dict)
    bind_all: frozenset[str] = frozenset()
    completes: bool = False
    seen: Mapping[int, str] = field(default_factory=dict)
    edition: int | None = None
    looks_back: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of people, and what becomes of them."""

    count: int
    words: str


@dataclass(frozen=True)
class Screen:
    """All that the screen of a release shows. `taken`: the drafts that are ticked."""

    course: Course
    course_title: str
    next_number: int
    drafts: Sequence[Draft]
    taken: Sequence[Draft]
    rows: Sequence[DraftRow]
    apart: Sequence[DraftRow]
    missing: Sequence[str]
    figures: Sequence[Figure]
    marks: Sequence[Decision]
    binds: Sequence[Decision]
    completes: bool
    completes_count: int
    languages: Sequence[str]
    since: Sequence[str]
    looks_back: bool
    older_marks: int
    certificate_differs: bool
    """Whether a certificate of the course would say something else, or take other steps."""

    @property
    def all_rows(self) -> list[DraftRow]:
        """Every draft there is to read, those that stand apart too."""
        return [*self.rows, *self.apart]

    @property
    def decisions(self) -> list[Decision]:
        """What there is to decide, in the order of the screen."""
        return [*self.marks, *self.binds]

    @property
    def changes_heading(self) -> str:
        """How many drafts there are, in words."""
        count = len(self.rows) + len(self.apart)
        if not count:
            return _("What changes: no text")
        return ngettext("What changes: %(count)s draft", "What changes: %(count)s drafts", count) % {"count": count}

    @property
    def needs_second(self) -> bool:
        """Whether somebody else has to agree to what is chosen."""
        return self.certificate_differs or any(decision.choice.second for decision in self.marks)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would happen."""
        return not self.taken and all(decision.is_default for decision in self.marks)

    @property
    def may_release(self) -> bool:
        """Whether there is anything that could be released."""
        return bool(self.drafts or self.decisions)

    @property
    def completes_words(self) -> str:
        """Whose completion would follow, in words; "" where nobody's does."""
        if not self.completes_count:
            return ""
        return ngettext(
            "Record the completion of %(count)s person",
            "Record the completion of %(count)s people",
            self.completes_count,
        ) % {"count": self.completes_count}

    @property
    def in_short(self) -> list[str]:
        """What will happen, in a few sentences."""
        return [*_short_of_texts(self), *_short_of_marks(self), *_short_of_binds(self), *_short_of_the_rest(self)]

    @property
    def zone_words(self) -> str:
        """Which clock the time of a release is read by."""
        return _("Time zone of this site: %(zone)s.") % {"zone": get_default_timezone_name().replace("_", " ")}

    @property
    def seen(self) -> str:
        """The drafts that this screen shows, for its form."""
        return " ".join(f"{draft.page.pk}:{draft.token}" for draft in self.drafts)

    @property
    def list_url(self) -> str:
        return reverse("progress_releases_of", args=[self.course.key])

    @property
    def change_url(self) -> str:
        return reverse("progress_release", args=[self.course.key])


def screen_of(course: Course, *, chosen: Chosen, at: datetime) -> Screen:
    """Return the screen of a release that is being put together. Cost: at most 90 queries, and 8 for each decision.

    The number does not grow with drafts, steps or people, but with at how many different editions people started: 2 for
    each group whom the course asks for the same.
    """
    return _screen(course, drafts_below(course, at=at), chosen)


def screen_of_release(release: Release, *, at: datetime) -> Screen:
    """Return what a release that was put together would do now: of the very drafts it holds. Cost: as above."""
    drafts = drafts_of(release, at=at)
    chosen = replace(chosen_in(release), pages=frozenset(draft.page.pk for draft in drafts), looks_back=True)
    screen = _screen(release.course, drafts, chosen)
    return replace(screen, marks=[mark for mark in screen.marks if not (mark.is_old and mark.is_default)])


def chosen_in(release: Release) -> Chosen:
    """Return what was chosen in a release that was saved. Cost: 2 queries."""
    rows = release.drafts.select_related("revision")
    policies = {str(regrade.item_key): Policy(regrade.policy) for regrade in release.regrades.all()}
    held = [row for row in rows if row.page_id is not None]
    return Chosen(
        pages=frozenset(row.page_id for row in held if row.page_id is not None),
        policies=policies,
        bind_all=frozenset(release.bind_all),
        completes=release.completes,
        seen={row.page_id: token_of(row.revision) for row in held if row.page_id is not None and row.revision},
        looks_back=bool(policies),
    )


def _screen(course: Course, drafts: Sequence[Draft], chosen: Chosen) -> Screen:
    taken = [draft for draft in drafts if _is_taken(draft, chosen)]
    edition = course.current_edition
    before = edition.manifest if edition else None
    plain = manifest_after(course, taken)
    after = _with_bind_all(plain, chosen.bind_all) if plain else None
    bench = _Bench(course, edition, before, plain, after, taken, chosen)
    rows = [(draft, _row(draft, draft in taken, chosen)) for draft in drafts]
    older = _older_marks(bench)
    marks = [*_new_marks(bench), *(_old_mark(bench, key, counts) for key, counts in older.items() if chosen.looks_back)]
    return Screen(
        course=course,
        course_title=titles_of([course.key]).get(course.key, ""),
        next_number=edition.number + 1 if edition else 1,
        drafts=drafts,
        taken=taken,
        rows=[row for draft, row in rows if not draft.is_set_apart],
        apart=[row for draft, row in rows if draft.is_set_apart],
        missing=_missing(taken, after),
        figures=_figures(bench),
        marks=marks,
        binds=_binds(bench),
        completes=chosen.completes,
        completes_count=nothing_left(course, after) if after and before else 0,
        languages=[language_name(code) for code in languages_of(after)] if after else [],
        since=_since(bench, drafts),
        looks_back=chosen.looks_back,
        older_marks=len(older),
        certificate_differs=before is not None and after is not None and bool(differing_places(before, after)),
    )


@dataclass(frozen=True)
class _Bench:
    """What the parts of the screen are made from. `plain` is the course after the release, `after` with who is bound."""

    course: Course
    edition: CourseEdition | None
    before: Manifest | None
    plain: Manifest | None
    after: Manifest | None
    taken: Sequence[Draft]
    chosen: Chosen

    @cached_property
    def certified(self) -> frozenset[str]:
        return certified_quizzes(self.course, self.before, self.after)

    @cached_property
    def outline(self) -> Outline | None:
        if self.after is None:
            return None
        return outline_at(self.after, language=self.after["source_language"], edition=0)

    @cached_property
    def attempts(self) -> dict[str, dict[str, tuple[int, int]]]:
        """By quiz and the digest of how it was marked: attempts that were sent, and open ones. Cost: 1 query."""
        counts: dict[str, dict[str, tuple[int, int]]] = {}
        rows = (
            Attempt.objects.filter(enrolment__course=self.course)
            .order_by()
            .values_list("item_key", "quiz_version__marking_sha256")
            .annotate(
                sent=Count("pk", filter=Q(state=Attempt.State.SUBMITTED)),
                open=Count("pk", filter=Q(state=Attempt.State.OPEN)),
            )
        )
        for key, marking, sent, is_open in rows:
            counts.setdefault(str(key), {})[marking] = (sent, is_open)
        return counts

    @cached_property
    def regraded(self) -> frozenset[str]:
        """The keys of the quizzes that were marked again. Cost: 1 query."""
        decided = Regrade.objects.filter(course=self.course, decided_at__isnull=False)
        return frozenset(str(key) for key in decided.order_by().values_list("item_key", flat=True).distinct())

    @cached_property
    def people(self) -> CourseFigures:
        return course_figures(self.course)

    @property
    def on_the_way(self) -> int:
        return self.people.enrolled + self.people.in_progress


def _is_taken(draft: Draft, chosen: Chosen) -> bool:
    if chosen.pages is None:
        return not draft.is_set_apart and not draft.was_taken_out and not draft.problems
    return draft.page.pk in chosen.pages


def _row(draft: Draft, ticked: bool, chosen: Chosen) -> DraftRow:
    known = chosen.seen.get(draft.page.pk)
    return draft_row(draft, ticked=ticked, edited_since=known is not None and known != draft.token)


def _with_bind_all(manifest: Manifest, keys: Iterable[str]) -> Manifest:
    """Return a manifest in which the required ones of these steps bind everybody."""
    bound = set(keys)
    items = [
        {**entry, "binds": [[0, None]]} if entry["key"] in bound and entry["required"] else entry
        for entry in manifest["items"]
    ]
    return {**manifest, "items": items}


def _new_marks(bench: _Bench) -> list[Decision]:
    """Return what to decide about marks: for each quiz that the release marks otherwise and somebody tried."""
    decisions = []
    for draft in bench.taken:
        counts = bench.attempts.get(draft.key)
        if not draft.marking_changed or draft.new is None or not counts:
            continue
        sent, is_open = (sum(entry[place] for entry in counts.values()) for place in (0, 1))
        offered = [policy for policy in OFFERED if policy is not Policy.DROP or _drops(draft)]
        impacts = impact_of(
            course=bench.course,
            item_key=draft.key,
            policies=_with_first(offered, draft.key, bench),
            new_body=draft.new.body,
            new_key=draft.new.answers,
            outline=bench.outline,
        )
        decisions.append(_decision(bench, draft.key, draft.title, _question_words(draft.title, sent, is_open), impacts))
    return decisions


def _drops(draft: Draft) -> bool:
    return bool(draft.marking and (draft.marking.changed or draft.marking.gone))


def _with_first(offered: Sequence[Policy], key: str, bench: _Bench) -> tuple[Policy, ...]:
    return (*offered, Policy.AS_FIRST_MARKED) if key in bench.regraded else tuple(offered)


def _decision(
    bench: _Bench, key: str, title: str, question: str, impacts: Mapping[Policy, Impact], *, is_old: bool = False
) -> Decision:
    choices = [
        policy_choice(
            policy,
            impact,
            second=needs_second_person(policy, carries_certificate=key in bench.certified),
            is_old=is_old,
        )
        for policy, impact in impacts.items()
    ]
    wanted = bench.chosen.policies.get(key, Policy.KEEP).value
    total = sum(sent + is_open for sent, is_open in bench.attempts.get(key, {}).values())
    return Decision(
        name=f"policy-{key}",
        key=key,
        title=title,
        question=question,
        choices=choices,
        chosen=wanted if any(choice.value == wanted for choice in choices) else Policy.KEEP.value,
        attempts_url=reverse("progress_attempts", args=[bench.course.key, key]),
        attempts_words=ngettext(
            "Show the %(count)s attempt without a name", "Show the %(count)s attempts without names", total
        )
        % {"count": total},
        is_old=is_old,
    )


def _question_words(title: str, sent: int, is_open: int) -> str:
    values = {"title": title, "sent": _results(sent), "open": _open(is_open)}
    if not is_open:
        return _("“%(title)s” is marked in another way now. What about marks that were given (%(sent)s)?") % values
    if not sent:
        return _("“%(title)s” is marked in another way now. What about %(open)s?") % values
    words = _("“%(title)s” is marked in another way now. What about marks that were given (%(sent)s), and %(open)s?")
    return words % values


def _results(count: int) -> str:
    return ngettext("%(count)s result", "%(count)s results", count) % {"count": count}


def _open(count: int) -> str:
    return ngettext("%(count)s attempt still open", "%(count)s attempts still open", count) % {"count": count}


def _older_marks(bench: _Bench) -> dict[str, str]:
    """Return the quizzes, by key with title, that have marks of an earlier key or that were marked again already."""
    if bench.before is None:
        return {}
    changed = {draft.key for draft in bench.taken if draft.marking_changed}
    source = bench.before["source_language"]
    return {
        entry["key"]: entry["versions"][source]["title"]
        for entry in bench.before["items"]
        if entry["kind"] == "quiz"
        and entry["key"] not in changed
        and (entry["key"] in bench.regraded or bench.attempts.get(entry["key"], {}).keys() - {entry["marking_sha256"]})
    }


def _old_mark(bench: _Bench, key: str, title: str) -> Decision:
    policies = _with_first(OFFERED, key, bench)
    impacts = impact_of(course=bench.course, item_key=key, policies=policies, outline=bench.outline)
    question = _("“%(title)s” has marks of an earlier answer key, or was marked again. What counts from now on?")
    return _decision(bench, key, title, question % {"title": title}, impacts, is_old=True)


def _binds(bench: _Bench) -> list[Decision]:
    """Return whom steps bind that were not required before."""
    if not bench.on_the_way or bench.plain is None:
        return []
    return [_bind(bench, question) for question in binding_questions(bench.course, bench.taken)]


def _bind(bench: _Bench, question: BindingQuestion) -> Decision:
    assert bench.plain is not None
    keys = frozenset({question.item_key})
    again = bound_anew(bench.course, bench.before, bench.plain, keys=keys)
    everybody = bound_anew(bench.course, bench.before, _with_bind_all(bench.plain, keys), keys=keys)
    words = {
        "new": _("“%(title)s” is new. Who needs it to complete the course?"),
        "newly-required": _("“%(title)s” is required now. Of whom?"),
        "comes-back": _("“%(title)s” comes back. Whom does it bind?"),
    }
    if question.kind == "comes-back":
        usual = Answer(
            "usual",
            _("Those it bound before, and people who start from now on"),
            _bind_words(again, _("It binds again those who have not done it: %(people)s. Usual choice.")),
            _bind_words(again, _("it binds again those who have not done it: %(people)s.")),
        )
    else:
        usual = Answer(
            "usual",
            _("People who start from now on"),
            _bind_words(bench.on_the_way, _("To %(people)s on the way it is an extra. Usual choice.")),
            _("it binds people who start from now on."),
        )
    everyone = Answer(
        "all",
        _("Also everybody on the way"),
        _bind_words(everybody, _("Something new to do for %(people)s, and one message that says so."))
        + " "
        + _("Who is done with the course is not touched."),
        _bind_words(everybody, _("it binds everybody on the way, with something new to do for %(people)s.")),
    )
    return Decision(
        name=f"binds-{question.item_key}",
        key=question.item_key,
        title=question.title,
        question=words[question.kind] % {"title": question.title},
        choices=[usual, everyone],
        chosen="all" if question.item_key in bench.chosen.bind_all else "usual",
    )


def _bind_words(count: int, words: str) -> str:
    return words % {"people": _people(count)}


def _people(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


def _figures(bench: _Bench) -> list[Figure]:
    """Return whom the release touches."""
    bound = bound_anew(bench.course, bench.before, bench.after) if bench.after else 0
    on_the_way = bench.on_the_way
    changed = [draft for draft in bench.taken if draft.kind == "quiz" and draft.is_source and draft.changes]
    is_open = sum(entry[1] for draft in changed for entry in bench.attempts.get(draft.key, {}).values())
    return [
        Figure(
            on_the_way,
            ngettext("person on the way.", "people on the way.", on_the_way)
            + " "
            + (
                ngettext(
                    "%(count)s of them gets something new to do.", "%(count)s of them get something new to do.", bound
                )
                % {"count": bound}
                if bound
                else _("No percentage falls.")
            ),
        ),
        _open_figure(is_open, bench.people.open_attempts, changes_quiz=bool(changed)),
        Figure(
            bench.people.completed,
            ngettext("person done. Done stays done.", "people done. Done stays done.", bench.people.completed),
        ),
    ]


def _open_figure(at_changed: int, in_all: int, *, changes_quiz: bool) -> Figure:
    if changes_quiz:
        words = ngettext(
            "attempt open at a changed quiz. It ends on the questions it began with.",
            "attempts open at a changed quiz. They end on the questions they began with.",
            at_changed,
        )
        return Figure(at_changed, words)
    words = ngettext("attempt open. It goes on undisturbed.", "attempts open. They go on undisturbed.", in_all)
    return Figure(in_all, words)


def _missing(taken: Sequence[Draft], after: Manifest | None) -> list[str]:
    """Return which texts of what changes are missing in a language of the course, or are from before the change."""
    if after is None:
        return []
    entries = {entry["key"]: entry for entry in after["items"]}
    languages = [code for code in languages_of(after) if code != after["source_language"]]
    drafted = {(draft.key, draft.language) for draft in taken}
    sentences = []
    for draft in taken:
        entry = entries.get(draft.key)
        if entry is None or not draft.is_source or not draft.changes:
            continue
        lacking = [language_name(code) for code in languages if code not in entry["versions"]]
        behind = [code for code in languages if code in entry["versions"] and (draft.key, code) not in drafted]
        if lacking:
            values = {"title": draft.title, "languages": in_a_row(lacking), "source": language_name(draft.language)}
            sentences.append(
                _("“%(title)s” is not there in %(languages)s. There it shows in %(source)s, with a note.") % values
            )
        if behind:
            values = {"title": draft.title, "languages": in_a_row(map(language_name, behind))}
            sentences.append(_("“%(title)s” in %(languages)s keeps the text of before this change.") % values)
    return sentences


def _since(bench: _Bench, drafts: Sequence[Draft]) -> list[str]:
    """Return what happened since the screen was drawn that its form came from."""
    chosen, edition = bench.chosen, bench.edition
    sentences = []
    if chosen.edition is not None and edition is not None and chosen.edition != edition.number:
        sentences += _editions_since(bench.course, chosen.edition, edition)
    known = {draft.page.pk: draft for draft in drafts}
    for number, token in chosen.seen.items():
        draft = known.get(number)
        if draft is None:
            continue
        if draft.token != token:
            last = draft.touches[0] if draft.touches else None
            values = {"title": draft.title, "person": last.name if last else "", "time": draft_time(draft)}
            sentences.append(
                _("“%(title)s” was changed by %(person)s, %(time)s.") % values
                if values["person"]
                else _("“%(title)s” was changed, %(time)s.") % values
            )
    gone = [number for number in chosen.seen if number in (chosen.pages or ()) and number not in known]
    if gone:
        titles = Page.objects.filter(pk__in=gone).order_by("path").values_list("title", flat=True)
        named = in_a_row(f"“{title}”" for title in titles)
        sentences.append(
            _("No longer a draft: %(titles)s.") % {"titles": named}
            if named
            else _("A draft that was here was deleted.")
        )
    return sentences


def _editions_since(course: Course, number: int, edition: CourseEdition) -> list[str]:
    values = {
        "number": edition.number,
        "person": said_name(edition.made_by) if edition.made_by_id else "",
        "time": said_time(edition.made_at),
    }
    sentences = [
        _("Edition %(number)s was published by %(person)s, %(time)s.") % values
        if values["person"]
        else _("Edition %(number)s was published, %(time)s.") % values
    ]
    earlier = CourseEdition.objects.filter(course=course, number=number).first()
    if earlier is not None:
        changes = changes_between(earlier.manifest, edition.manifest, language=course.source_language)
        sentences += [words_of(change) for change in changes[:MOST_SINCE]]
    return sentences


def _short_of_texts(screen: Screen) -> list[str]:
    values = {
        "number": screen.next_number,
        "count": len(screen.taken),
        "languages": in_a_row(screen.languages),
        "before": screen.next_number - 1,
    }
    if not screen.taken:
        return [_("No text changes.")]
    words = ngettext(
        "Edition %(number)s is public at once in %(languages)s, with %(count)s draft taken in.",
        "Edition %(number)s is public at once in %(languages)s, with %(count)s drafts taken in.",
        len(screen.taken),
    )
    left = len(screen.drafts) - len(screen.taken)
    stays = ngettext("%(left)s draft stays a draft.", "%(left)s drafts stay drafts.", left) % {"left": left}
    return [" ".join([words % values, *([stays] if left else [])])]


def _short_of_marks(screen: Screen) -> list[str]:
    return [f"“{mark.title}”: {mark.choice.short}" for mark in screen.marks if not (mark.is_old and mark.is_default)]


def _short_of_binds(screen: Screen) -> list[str]:
    return [f"“{bind.title}”: {bind.choice.short}" for bind in screen.binds]


def _short_of_the_rest(screen: Screen) -> list[str]:
    sentences = []
    if screen.completes and screen.completes_count:
        sentences.append(screen.completes_words + ".")
    if screen.certificate_differs:
        sentences.append(
            _(
                "A certificate of this course then says something else, or takes other steps: somebody else has to agree."
            )
        )
    if screen.taken and screen.next_number > 1:
        sentences.append(_("Edition %(number)s can be read for ever.") % {"number": screen.next_number - 1})
    return sentences
