"""Groups of answers summed up by question version: the same question, unchanged, over all versions of a quiz."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.models import CourseEdition, QuizKey
from courses.rules.kinds import kind_of
from courses.rules.kinds.short_text import folded
from progress.queries.analysis.counting import OWN_WORDS, FrozenQuiz, Group, frozen_quiz
from progress.rules.accepting import accepted_in
from progress.rules.analysis import question_digest


@dataclass(slots=True)
class Tally:
    """What came of one question version. `question` and `key` are as one of its quiz versions has them.

    `asked` counts the answers of attempts that were sent, with those left empty; `marked` those that have points now.
    `chosen` counts option ids, or pairs; `written` counts texts, folded, apart by whether they are right.
    """

    digest: str
    question: Mapping[str, Any]
    key: Mapping[str, Any]
    editions: set[int] = field(default_factory=set)
    asked: int = 0
    unsure: int = 0
    blank: int = 0
    waits: int = 0
    marked: int = 0
    earned: int = 0
    worth: int = 0
    chosen: Counter[str] = field(default_factory=Counter)
    written: Counter[tuple[str, bool]] = field(default_factory=Counter)

    @property
    def given(self) -> int:
        """Answers in which something was chosen or written."""
        return self.asked - self.unsure - self.blank

    def add(self, group: Group, *, own: FrozenQuiz, new: FrozenQuiz | None) -> None:
        """Count a group in. `own` is the quiz as its attempts had it, `new` the one they were marked again by."""
        self.asked += group.count
        self.editions.add(group.edition)
        if group.unsure:
            self.unsure += group.count
        elif not group.answer:
            self.blank += group.count
        for entry in group.answer.options:
            self.chosen[entry] += group.count
        key = own.keys[group.question]
        if group.answer.text and group.answer.text != OWN_WORDS:
            is_right = kind_of(key).parts(key, group.answer).is_whole
            self.written[folded(group.answer.text, case=False, accents=True), is_right] += group.count
        if group.waits:
            self.waits += group.count
        elif group.earned is not None:
            worth = accepted_in(
                group.policy,
                group.question,
                own={"questions": own.keys},
                new={"questions": new.keys} if new else None,
                points={group.question: group.earned},
            ).points
            self.marked += group.count
            self.earned += min(group.earned, worth) * group.count
            self.worth += worth * group.count


Tallies = dict[str, dict[str, Tally]]
"""By question id and question digest."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """Which frozen quiz says what a question of an attempt asks: that of the source language in the same edition.

    So an answer given in Italian counts to the same question version as one in English, and a question that only a
    translation words anew stays the same.
    """

    source: Mapping[tuple[str, int], FrozenQuiz]

    def of(self, group: Group, own: FrozenQuiz) -> FrozenQuiz:
        found = self.source.get((group.item_key, group.edition), own)
        return found if group.question in found.questions else own


def wordings_of(groups: Iterable[Group], quizzes: Mapping[int, FrozenQuiz], languages: Mapping[str, str]) -> Wordings:
    """Return the source versions of the editions in which attempts in other languages began.

    `languages` has the source language by item key. Cost: no query where all attempts are in it; else 2.
    """
    known: dict[tuple[str, int], FrozenQuiz] = {}
    foreign: set[tuple[str, int]] = set()
    for group in groups:
        place = group.item_key, group.edition
        if group.language == languages.get(group.item_key, group.language):
            known[place] = quizzes[group.version]
        else:
            foreign.add(place)
    missing = foreign - known.keys()
    if not missing:
        return Wordings(known)
    shas: dict[tuple[str, int], str] = {}
    manifests = CourseEdition.objects.filter(pk__in={edition for _item, edition in missing})
    for pk, manifest in manifests.values_list("pk", "manifest"):
        for entry in [*manifest["items"], *manifest["tombstones"]]:
            version = entry["versions"].get(manifest["source_language"])
            if (entry["key"], pk) in missing and version is not None:
                shas[entry["key"], pk] = version["sha256"]
    keys = QuizKey.objects.filter(version__sha256__in=set(shas.values())).select_related("version")
    by_sha = {key.version.sha256: frozen_quiz(key) for key in keys}
    return Wordings(known | {place: by_sha[sha] for place, sha in shas.items() if sha in by_sha})


def tallies_of(groups: Iterable[Group], quizzes: Mapping[int, FrozenQuiz], wordings: Wordings) -> dict[str, Tallies]:
    """Return what came of every question version, by item key. No query."""
    tallies: dict[str, Tallies] = {}
    digests: dict[tuple[str, str], str] = {}
    for group in groups:
        own = quizzes[group.version]
        said = wordings.of(group, own)
        question, key = said.questions[group.question], said.keys[group.question]
        digest = digests.get((said.sha256, group.question))
        if digest is None:
            digest = digests[said.sha256, group.question] = question_digest(question, key)
        of_quiz = tallies.setdefault(group.item_key, {})
        versions = of_quiz.setdefault(group.question, {})
        tally = versions.setdefault(digest, Tally(digest, question, key))
        tally.add(group, own=own, new=quizzes.get(group.new_version) if group.new_version else None)
    return tallies
