"""The guard of the entry point: what it holds, whatever way a read takes; and that no table of people is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import RequestFactory

from accounts.models import Membership, Organisation, User
from accounts.rules.sight import Sees
from cockpit.apps import CONTENT_APPS, NEVER_READ, OF_NOBODY
from cockpit.queries.scope import Sight, sight_of
from cockpit.views.managing import manages
from foundation import scope
from foundation.rules.scoped_sql import MARK, tables_past_the_mark
from foundation.scope import OutsideScope
from progress import operations
from progress.models import Enrolment, ItemCompletion, Response
from tests.courses.builders import make_course
from tests.people import join, make_learner, make_manager, make_organisation
from tests.progress.builders import NOON, do_lessons

LATER = NOON + timedelta(days=3)
MARKED = f"(1 = 1 {MARK})"


def past(sql: str) -> set[str]:
    return set(tables_past_the_mark(sql, frozenset({"people", "steps"})))


@pytest.mark.parametrize(
    "sql",
    [
        f'SELECT * FROM "people" WHERE ({MARKED} AND "people"."id" = 1)',
        f'SELECT * FROM "people" WHERE ({MARKED} AND ("a" OR EXISTS(SELECT 1 FROM "steps")))',
        f'SELECT COUNT(*) FROM (SELECT DISTINCT "people"."id" FROM "people" WHERE {MARKED}) subquery',
        f'(SELECT * FROM "people" WHERE {MARKED}) UNION (SELECT * FROM "steps" WHERE {MARKED})',
        f'SELECT (SELECT COUNT(*) FROM "steps") AS n FROM "people" WHERE {MARKED}',
        f'UPDATE "people" SET "a" = 1 WHERE {MARKED}',
        'INSERT INTO "people" ("a") VALUES (%s)',
        'SELECT * FROM "places"',
        'SAVEPOINT "people_1"',
    ],
)
def test_the_guard_lets_through_what_is_marked_where_it_is_read(sql: str) -> None:
    assert past(sql) == set()


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT * FROM "people"',
        "select * from people",
        f'SELECT * FROM "people" WHERE "id" IN (SELECT U0."id" FROM "people" U0 WHERE {MARKED})',
        f'SELECT * FROM "places" INNER JOIN "people" ON (1) WHERE EXISTS(SELECT 1 FROM "people" WHERE {MARKED})',
        f'SELECT * FROM "people" WHERE ({MARKED} OR "people"."id" = 1)',
        f'SELECT * FROM "people" WHERE (({MARKED} AND "a") OR "b")',
        f'(SELECT * FROM "people" WHERE {MARKED}) UNION (SELECT * FROM "people")',
        f'SELECT * FROM "people" WHERE {MARKED} UNION ALL SELECT * FROM "people"',
        'WITH x AS (SELECT * FROM "people") SELECT * FROM x',
        f'SELECT * FROM "people" WHERE "name" = \'{MARK}\'',
        'SELECT COUNT(*) FROM "people"',
        'UPDATE "people" SET "a" = 1',
        'DELETE FROM "people" WHERE "id" = 1',
        'INSERT INTO "places" SELECT * FROM "people"',
        'DECLARE "c" CURSOR FOR SELECT * FROM "people"',
    ],
)
def test_the_guard_finds_a_read_or_a_change_that_goes_past_the_mark(sql: str) -> None:
    assert past(sql) == {"people"}


def hub_with_an_enrolment() -> tuple[User, Enrolment]:
    hub = make_organisation()
    manager, ana = make_manager(organisation=hub), make_learner()
    join(ana, hub)
    enrolment = operations.enrol_learner(learner=ana, course=make_course(), at=NOON, organisation=hub)
    do_lessons(enrolment)
    return manager, enrolment


def raw() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM progress_enrolment")


PAST_THE_ENTRY_POINT: dict[str, Callable[[Sight], Any]] = {
    "all": lambda sight: list(Enrolment.objects.all()),
    "get": lambda sight: User.objects.get(pk=sight.viewer.pk),
    "count": lambda sight: Enrolment.objects.count(),
    "exists": lambda sight: Enrolment.objects.exists(),
    "aggregate": lambda sight: Enrolment.objects.aggregate(n=Count("pk")),
    "iterator": lambda sight: list(Enrolment.objects.iterator(chunk_size=1)),
    "values": lambda sight: list(User.objects.values_list("email")),
    "raw": lambda sight: list(Enrolment.objects.raw("SELECT * FROM progress_enrolment")),
    "cursor": lambda sight: raw(),
    "lazy relation": lambda sight: str(sight.enrolments().get().learner),
    "reverse relation": lambda sight: list(sight.enrolments().get().item_completions.all()),
    "prefetch": lambda sight: list(sight.enrolments().prefetch_related("item_completions")),
    "related organisation": lambda sight: list(Organisation.objects.filter(memberships__user__username="x")),
    "around": lambda sight: list(User.objects.filter(enrolments__in=sight.enrolments())),
    "beside": lambda sight: list(sight.people().union(User.objects.all())),
    "subquery": lambda sight: list(
        Organisation.objects.filter(Exists(User.objects.filter(memberships=OuterRef("pk"))))
    ),
    "either": lambda sight: list(User.objects.filter(Q(scope.mark()) | Q(pk=1))),
    "update": lambda sight: Enrolment.objects.update(cached_percentage=1),
    "save": lambda sight: sight.enrolments().get().save(),
    "delete": lambda sight: Membership.objects.all().delete(),
    "answers": lambda sight: list(Response.objects.filter(scope.mark())),
    "answers by a join": lambda sight: list(sight.enrolments().values("attempts__responses__options")),
    "what somebody needs": lambda sight: list(sight.people().filter(accommodation__isnull=False)),
}


@pytest.mark.django_db
@pytest.mark.both_databases
def test_no_way_of_reading_people_goes_past_the_guard() -> None:
    manager, _enrolment = hub_with_an_enrolment()
    went_past = []
    with scope.guarded():
        sight = sight_of(manager, at=LATER)
        for name, read in PAST_THE_ENTRY_POINT.items():
            try:
                with transaction.atomic():
                    read(sight)
            except OutsideScope:
                continue
            went_past.append(name)

    assert went_past == []


@pytest.mark.django_db
@pytest.mark.both_databases
def test_what_the_entry_point_gives_may_be_narrowed_counted_joined_and_prefetched() -> None:
    manager, enrolment = hub_with_an_enrolment()
    with scope.guarded():
        sight = sight_of(manager, at=LATER)
        mine = sight.enrolments().filter(course=enrolment.course)

        assert (mine.count(), mine.exists(), mine.filter(seen_steps=0).exists()) == (1, True, False)
        assert mine.select_related("learner", "organisation").get().learner == enrolment.learner
        assert [row.pk for row in mine.iterator(chunk_size=1)] == [enrolment.pk]
        steps = Prefetch("item_completions", queryset=sight.steps())
        assert mine.prefetch_related(steps).get().item_completions.all().exists()
        assert list(mine.values("organisation__name").annotate(n=Count("pk"))) == [
            {"organisation__name": enrolment.organisation.name, "n": 1}
        ]
        assert sight.people().filter(enrolments__in=sight.enrolments()).count() == 1


def ask(manager: User, answer: Callable[..., Any]) -> Any:
    request = RequestFactory().get("/")
    request.COOKIES["sessionid"] = "x"
    request.user = manager
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("progress.views.people.person_of", lambda asked: asked.user)
        return manages(Sees.ENROLMENTS)(answer)(request)


@pytest.mark.django_db
def test_a_template_that_is_filled_later_is_filled_under_the_guard() -> None:
    manager, _enrolment = hub_with_an_enrolment()
    template = engines["django"].from_string("{% for row in rows %}{{ row.learner }}{% endfor %}")

    with pytest.raises(OutsideScope):
        ask(manager, lambda request: TemplateResponse(request, template, {"rows": request.sight.enrolments()}))


@pytest.mark.django_db
def test_an_answer_that_streams_is_guarded_part_by_part_and_the_rest_of_the_process_is_not() -> None:
    manager, _enrolment = hub_with_an_enrolment()

    def parts(sight: Sight) -> Any:
        yield b"first"
        yield str(sight.enrolments().count()).encode()
        yield str(Enrolment.objects.count()).encode()

    answer = ask(manager, lambda request: StreamingHttpResponse(parts(request.sight)))
    sent = iter(answer.streaming_content)

    assert (next(sent), Enrolment.objects.count()) == (b"first", 1)
    assert (next(sent), ItemCompletion.objects.exists()) == (b"1", True)
    with pytest.raises(OutsideScope):
        next(sent)
    assert Enrolment.objects.count() == 1


@pytest.mark.django_db
def test_the_guard_is_down_again_after_a_page_that_failed() -> None:
    manager, _enrolment = hub_with_an_enrolment()

    def fail(request: Any) -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(manager, fail)

    assert Enrolment.objects.count() == 1


def models_with_a_way_to_a_person() -> set[type[models.Model]]:
    everything = list(apps.get_models(include_auto_created=True))
    found: set[type[models.Model]] = {User, Enrolment}
    while True:
        more = {
            model
            for model in everything
            if model not in found
            and any(
                field.many_to_one or field.one_to_one for field in model._meta.fields if field.related_model in found
            )
        }
        if not more:
            return found
        found |= more


def test_every_table_with_a_way_to_a_person_is_guarded_or_named_as_of_nobody() -> None:
    forgotten = [
        model._meta.label
        for model in models_with_a_way_to_a_person()
        if model._meta.db_table not in scope.guarded_tables()
        and model._meta.label not in OF_NOBODY
        and model._meta.app_label not in CONTENT_APPS
    ]

    assert sorted(forgotten) == [], "name each in cockpit/apps.py: GUARDED_MODELS, or OF_NOBODY with the reason"


def test_what_nobody_reads_is_guarded_as_well() -> None:
    assert {apps.get_model(label)._meta.db_table for label in NEVER_READ} <= scope.guarded_tables()


@pytest.mark.django_db
def test_a_page_about_what_people_do_says_that_an_organisation_shows_nobody() -> None:
    manager = make_manager(organisation=make_organisation(shows_people=False))

    page = ask(manager, lambda request: HttpResponse("people"))

    assert "Nobody sees here what people do" in page.content.decode()
