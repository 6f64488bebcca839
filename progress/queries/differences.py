"""Whether marks and completions still follow from what learners did. Yields a line a row: "" where all is well."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from courses.models import CourseEdition
from courses.rules.outline import Outline
from courses.rules.outlining import outline_at
from progress.models import Attempt, CourseCompletion, ItemCompletion, MarkEvent
from progress.rules.completion import fold_progress
from progress.rules.marking import mark_attempt

_ROWS = 200  # held at a time
_EDITIONS = 8  # held at a time; completions are read course by course


def attempts() -> Iterator[str]:
    """Mark every attempt that was sent again, by the key it was marked with. Cost: 3 queries for 200 attempts.

    Answers that were erased since are a state, not a difference: the marks then stand by themselves.
    """
    sent = Attempt.objects.filter(state=Attempt.State.SUBMITTED).select_related("quiz_version__key").order_by("pk")
    for attempt in sent.prefetch_related("responses", "mark_events").iterator(chunk_size=_ROWS):
        yield _difference_of_attempt(attempt)


def item_completions() -> Iterator[str]:
    """Look at the evidence of every step that is done. Cost: 2 queries for 200 steps."""
    rows = ItemCompletion.objects.select_related("enrolment", "attempt", "edition").defer("edition__manifest")
    for completion in rows.prefetch_related("attempt__mark_events").order_by("pk").iterator(chunk_size=_ROWS):
        yield _difference_of_item(completion)


def course_completions() -> Iterator[str]:
    """Fold every complete course again, by the edition it was completed in. Cost: 2 queries for 200, 1 an edition."""
    rows = CourseCompletion.objects.select_related("enrolment__start_edition").defer(
        "enrolment__start_edition__manifest"
    )
    outline_of = lru_cache(maxsize=_EDITIONS)(_outline_of_edition)
    in_order = rows.prefetch_related("enrolment__item_completions").order_by("edition", "pk")
    for completion in in_order.iterator(chunk_size=_ROWS):
        enrolment = completion.enrolment
        progress = fold_progress(
            outline_of(completion.edition_id),
            start=enrolment.start_edition.number,
            done={str(row.item_key) for row in enrolment.item_completions.all()},
            completed=False,
        )
        yield "" if progress.may_finish else f"{enrolment.public_id}: complete, but a required step is not done"


READERS: Mapping[str, Callable[[], Iterator[str]]] = {
    "attempts": attempts,
    "steps done": item_completions,
    "courses completed": course_completions,
}
"""What a reader looks at -> the reader."""


def _difference_of_attempt(attempt: Attempt) -> str:
    automatic = [event for event in attempt.mark_events.all() if event.kind == MarkEvent.Kind.AUTOMATIC]
    if len(automatic) != 1:
        return f"{attempt.public_id}: sent, but marked by the rules {len(automatic)} times"
    responses = list(attempt.responses.all())
    if not responses:
        return ""
    event = automatic[0]
    try:
        marking = mark_attempt(
            key=attempt.quiz_version.key.body,
            form=attempt.form,
            chosen={response.question_id: frozenset(response.options) for response in responses},
            pass_mark=attempt.quiz_version.body["pass_mark"],
        )
    except (KeyError, ValueError):
        return f"{attempt.public_id}: its answer key does not fit its questions"
    was = (event.score, event.max_score, event.pass_mark, event.passed, event.points)
    now = (marking.score, marking.max_score, marking.pass_mark, marking.passed, dict(marking.points))
    return "" if was == now else f"{attempt.public_id}: marked again it has another result"


def _difference_of_item(completion: ItemCompletion) -> str:
    name = f"{completion.enrolment.public_id}, step {completion.item_key}"
    if completion.edition.course_id != completion.enrolment.course_id:
        return f"{name}: done in an edition of another course"
    attempt = completion.attempt
    if attempt is None:
        return ""
    if (attempt.enrolment_id, attempt.item_key) != (completion.enrolment_id, completion.item_key):
        return f"{name}: its evidence is an attempt at something else"
    if not any(event.passed for event in attempt.mark_events.all()):
        return f"{name}: its evidence is an attempt that did not pass"
    return ""


def _outline_of_edition(pk: int) -> Outline:
    edition = CourseEdition.objects.get(pk=pk)
    return outline_at(edition.manifest, language=edition.manifest["source_language"], edition=edition.number)
