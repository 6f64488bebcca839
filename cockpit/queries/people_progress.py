"""How far everybody is, as charts: over time, by part of a course, by organisation.

Numbers of people in an organisation are never held back; no attribute of a person is asked for here, so no small group
has to be (LEGAL.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, DateField, Q
from django.db.models.functions import TruncMonth, TruncWeek
from django.utils.timezone import localdate

from cockpit.queries.people import followed
from cockpit.queries.scope import Sight
from cockpit.rules.people import State
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import Outline

MONTHS, WEEKS = 12, 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a chart. `of`: how many there are at all, 0 where there is no such number."""

    label: str
    count: int
    of: int = 0
    day: date | None = None
    language: str = ""

    @property
    def per_cent(self) -> int:
        return self.count * 100 // self.of if self.of else 0


@dataclass(frozen=True, slots=True)
class ProgressPage:
    courses: tuple[tuple[str, Outline], ...]
    chosen: Outline | None
    times: tuple[Bar, ...]
    modules: tuple[Bar, ...]
    organisations: tuple[Bar, ...]
    total: int
    done: int


def progress_page(sight: Sight, *, course: str, by_week: bool, language: str) -> ProgressPage:
    """Return the charts, of one course or of all. Cost: 3 queries; 2 more with a course, 1 for outlines not held."""
    courses = list(Course.objects.filter(pk__in=sight.enrolments().order_by().values("course")))
    outlines = serving.outlines_of(courses, language)
    picked = next((entry for entry in courses if str(entry.key) == course), None)
    if picked is None and len(courses) == 1:
        picked = courses[0]
    rows = followed(sight).filter(course=picked) if picked else followed(sight)
    groups = list(rows.order_by().values_list("organisation__name", "status").annotate(Count("pk")))
    names = sorted({name or "" for name, _state, _count in groups})
    organisations = tuple(
        Bar(
            label=name,
            count=sum(count for group, state, count in groups if (group or "") == name and state == State.DONE),
            of=sum(count for group, _state, count in groups if (group or "") == name),
        )
        for name in names
    )
    return ProgressPage(
        courses=tuple(
            sorted(((str(entry.key), outlines[entry.pk]) for entry in courses), key=lambda pair: pair[1].title.lower())
        ),
        chosen=outlines[picked.pk] if picked else None,
        times=_times(sight, picked, by_week=by_week),
        modules=_modules(sight, picked, outlines[picked.pk]) if picked else (),
        organisations=organisations,
        total=sum(count for _name, _state, count in groups),
        done=sum(count for _name, state, count in groups if state == State.DONE),
    )


def _times(sight: Sight, course: Course | None, *, by_week: bool) -> tuple[Bar, ...]:
    days = _weeks(localdate(sight.at)) if by_week else _months(localdate(sight.at))
    cut = TruncWeek if by_week else TruncMonth
    rows = sight.completions().filter(completed_at__date__gte=days[0])
    if course is not None:
        rows = rows.filter(enrolment__course=course)
    found = dict(
        rows.order_by()
        .annotate(span=cut("completed_at", output_field=DateField()))
        .values_list("span")
        .annotate(Count("pk"))
    )
    return tuple(Bar(label="", count=found.get(day, 0), day=day) for day in days)


def _months(today: date) -> Sequence[date]:
    first = today.year * 12 + today.month - 1 - (MONTHS - 1)
    return [date((first + place) // 12, (first + place) % 12 + 1, 1) for place in range(MONTHS)]


def _weeks(today: date) -> Sequence[date]:
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=WEEKS - 1 - place) for place in range(WEEKS)]


def _modules(sight: Sight, course: Course, outline: Outline) -> tuple[Bar, ...]:
    """Return how many did every required step of each part."""
    keys = {
        module.key: [key for key in module.items if outline.by_key[key].required] or list(module.items)
        for module in outline.modules
    }
    people = sight.enrolments().filter(course=course).count()
    names = {module.key: f"part_{place}" for place, module in enumerate(outline.modules)}
    counted = (
        sight.steps()
        .filter(enrolment__course=course)
        .order_by()
        .values("enrolment")
        .annotate(**{names[key]: Count("pk", filter=Q(item_key__in=some)) for key, some in keys.items() if some})
    )
    found = counted.aggregate(
        **{
            f"did_{names[key]}": Count("enrolment", filter=Q(**{f"{names[key]}__gte": len(some)}))
            for key, some in keys.items()
            if some
        }
    )
    return tuple(
        Bar(module.title, found.get(f"did_{names[module.key]}", 0), of=people, language=module.language)
        for module in outline.modules
    )
