from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.paths import CourseDone, Span, due_of_path, earned

START = datetime(2026, 1, 1, tzinfo=UTC)
BOTH = frozenset({"participation", "achievement"})
NAMES = ("a", "b", "c", "d")

courses = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True).map(tuple)
completions = st.lists(
    st.builds(
        CourseDone,
        course=st.sampled_from(NAMES),
        enrolment=st.integers(1, 50),
        cycle=st.integers(1, 3),
        at=st.integers(0, 1000).map(lambda hours: START + timedelta(hours=hours)),
    ),
    max_size=8,
    unique_by=lambda entry: entry.enrolment,
)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def span(*names: str, edition: int = 1, until: datetime | None = None, kinds: frozenset[str] = BOTH) -> Span:
    return Span(edition, names, kinds, until)


def done(course: str, on: int = 1, *, cycle: int = 1, enrolment: int = 0) -> CourseDone:
    return CourseDone(course, enrolment or ord(course) + 100 * cycle, cycle, day(on))


@given(path=courses, records=completions, shuffled=st.randoms())
def test_the_order_of_completions_does_not_matter(path, records, shuffled):
    other = list(records)
    shuffled.shuffle(other)
    spans = [Span(1, path, BOTH, None)]
    assert earned(spans, records, kind="participation") == earned(spans, other, kind="participation")


@given(path=courses, records=completions)
def test_it_is_earned_exactly_when_every_course_is_done(path, records):
    found = earned([Span(1, path, BOTH, None)], records, kind="participation")
    assert (found is not None) == ({entry.course for entry in records} >= set(path))
    if found is not None:
        assert tuple(entry.course for entry in found.done) == path
        assert found.last.at == max(entry.at for entry in found.done)


@given(path=courses, records=completions, renewable=st.booleans())
def test_what_was_issued_is_never_due_again(path, records, renewable):
    spans = [Span(1, path, BOTH, None)]
    issued: set[tuple[str, int]] = set()
    again = BOTH if renewable else frozenset()
    for _round in range(10):
        due = due_of_path(spans, completed=records, achieved=records[:3], issued=issued, renewable=again)
        if due is None:
            break
        kind, what = due
        assert (kind, what.cycle) not in issued
        issued.add((kind, what.cycle))
    else:
        raise AssertionError("it never ends")


@given(path=courses, records=completions)
def test_more_courses_done_take_nothing_away(path, records):
    spans = [Span(1, path, BOTH, None)]
    if earned(spans, records[:-1], kind="participation") is not None:
        assert earned(spans, records, kind="participation") is not None


def test_a_path_without_courses_is_earned_by_nobody():
    assert earned([span()], [done("a")], kind="participation") is None


def test_what_was_earned_while_an_edition_was_offered_stays_earned():
    spans = [span("a", "b", "c", edition=2), span("a", "b", edition=1, until=day(10))]
    early = [done("a", 3), done("b", 9)]
    assert earned(spans, early, kind="participation").edition == 1
    assert earned(spans, [done("a", 3), done("b", 11)], kind="participation") is None
    assert earned(spans, [*early, done("c", 20)], kind="participation").edition == 2


def test_courses_that_were_done_before_the_path_was_published_count():
    assert earned([span("a", "b")], [done("a", -300), done("b", -200)], kind="participation") is not None


def test_an_edition_that_offers_no_such_certificate_gives_none():
    only = frozenset({"participation"})
    assert earned([span("a", kinds=only)], [done("a")], kind="achievement") is None


def test_who_earns_both_at_once_gets_achievement_alone():
    records = [done("a"), done("b")]
    assert due_of_path([span("a", "b")], completed=records, achieved=records, issued=set(), renewable=set())[0] == (
        "achievement"
    )
    assert not due_of_path(
        [span("a", "b")], completed=records, achieved=records, issued={("achievement", 1)}, renewable=set()
    )


def test_who_has_participation_gets_achievement_beside_it():
    records = [done("a"), done("b")]
    due = due_of_path(
        [span("a", "b")], completed=records, achieved=records, issued={("participation", 1)}, renewable=set()
    )
    assert due is not None
    assert due[0] == "achievement"


def test_certifying_again_needs_every_course_again_and_a_certificate_that_can_be_renewed():
    records = [done("a"), done("b"), done("a", 50, cycle=2)]
    issued = {("participation", 1)}
    renewable = {"participation"}
    assert due_of_path([span("a", "b")], completed=records, achieved=[], issued=issued, renewable=renewable) is None
    records.append(done("b", 60, cycle=2))
    assert due_of_path([span("a", "b")], completed=records, achieved=[], issued=issued, renewable=set()) is None
    kind, what = due_of_path([span("a", "b")], completed=records, achieved=[], issued=issued, renewable=renewable)
    assert (kind, what.cycle, what.last.at) == ("participation", 2, day(60))
