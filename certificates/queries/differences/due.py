"""Whether everybody who completed a course and said their name has the certificates that are due to them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Set
from functools import lru_cache, partial

from certificates.models import Certificate, HolderName
from certificates.rules.due import Offered, kinds_due, offered_by
from courses.models import CourseEdition
from foundation.models import OutboxMessage
from foundation.queries.differences import in_parts, in_words, readable
from progress.models import ItemCompletion

_ROWS = 100  # held at a time
_EDITIONS = 256  # held at a time, each the kinds it offers and what achievement needs


def due_certificates() -> Iterator[str]:
    """Look at each confirmed name. A message that still waits will issue what is due.

    Of the edition that was completed: what a later one offers is issued by a job of its own. Cost: 3 queries for 100, 1
    for each edition that is not held.
    """
    offered_in = lru_cache(_EDITIONS)(_offered)
    names = ("enrolment_id", "enrolment__public_id", "enrolment__completion__edition_id")
    for part in in_parts(HolderName.objects, names, size=_ROWS):
        enrolments = [row[1] for row in part]
        issued, passed = _issued(enrolments), _passed(enrolments)
        for _pk, enrolment, name, edition in part:
            differences = []
            if edition is not None:
                look = partial(_missing_of, edition, issued[enrolment], passed[enrolment], offered_in)
                differences = readable(look)
            yield in_words(name, [] if differences and _waits(name) else differences)


def _issued(enrolments: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Certificate.objects.filter(enrolment__in=enrolments, learning_path=None)
    for enrolment, kind in rows.values_list("enrolment_id", "kind"):
        found[enrolment].add(kind)
    return found


def _passed(enrolments: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = ItemCompletion.objects.filter(enrolment__in=enrolments).exclude(
        evidence__in=[ItemCompletion.Evidence.MARKED, ItemCompletion.Evidence.ATTENDANCE]
    )
    for enrolment, key in rows.values_list("enrolment_id", "item_key"):
        found[enrolment].add(str(key))
    return found


def _missing_of(edition: int, issued: Set[str], passed: Set[str], offered_in: Callable[[int], Offered]) -> list[str]:
    offered = offered_in(edition)
    due = kinds_due(offered=offered.kinds, needed=offered.needed, passed=passed, issued=issued)
    return [f"complete and named, but no certificate of {kind} is there" for kind in due]


def _offered(edition: int) -> Offered:
    return offered_by(CourseEdition.objects.values_list("manifest", flat=True).get(pk=edition))


def _waits(enrolment: object) -> bool:
    """Return whether a message that issues the certificates of an enrolment is still to be done."""
    waiting = OutboxMessage.objects.filter(kind="certificates.issue", key__startswith=f"{enrolment}:", done_at=None)
    return waiting.exists()
