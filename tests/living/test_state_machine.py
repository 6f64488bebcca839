"""Anything may be edited at any time, and records stay true: runs of the machine of `tests.living.machine`.

The runs of the suite are the same each time, so that a red one is about the change that was made; those of the proofs
differ each time. A failure prints its steps, shortened, and a line that repeats it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from celery import current_app
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.living.machine import START, Clock, LivingCourses
from tests.living.world import World, make_world

pytestmark = pytest.mark.django_db

SHARDS = 4
"""Parts of the runs, so that the processes of a suite share them."""
RUNS = settings(deadline=None, print_blob=True, suppress_health_check=list(HealthCheck), stateful_step_count=30)


@pytest.fixture
def world(db: None, settings: Any, request: pytest.FixtureRequest) -> Iterator[World]:
    # What Wagtail keeps for its own search and its lists of references is not what is tried here.
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    Clock.at = START
    # Nobody listens at the broker: the machine does what waits, when its turn comes.
    with patch("django.utils.timezone.now", Clock.now), patch.object(current_app, "send_task"):
        # In the last part of the runs the second course is a copy of the first.
        callspec = getattr(request.node, "callspec", None)
        yield make_world(with_copy=callspec is not None and callspec.params["shard"] == SHARDS - 1)


def run(world: World, name: str, how: settings) -> Counter[str]:
    """Run the machine; return how often what happened. Every name has runs of its own."""
    machine = type(name, (LivingCourses,), {"world": world})
    run_state_machine_as_test(machine, settings=how)
    return world.tally


@pytest.mark.parametrize("shard", range(SHARDS))
def test_records_stay_true_whatever_editors_do(world: World, shard: int) -> None:
    how = settings(RUNS, max_examples=200 // SHARDS, derandomize=True, database=None)

    tally = run(world, f"LivingCourses{shard}", how)

    # The machine came to what it is about.
    assert tally["released"] + tally["released by two"]
    assert tally["pass"]
    assert tally["regraded"]
    assert tally["certificates"] > tally["runs"]  # one more than at the start


@pytest.mark.full
def test_records_stay_true_in_five_hundred_runs_of_forty_steps(world: World, capsys: pytest.CaptureFixture) -> None:
    tally = run(world, "LivingCoursesProof", settings(RUNS, max_examples=500, stateful_step_count=40))

    passed, issued = tally["pass"] + tally["fail"], tally["certificates"] - tally["runs"]
    releases = tally["released"] + tally["released by two"]
    with capsys.disabled():
        print(  # noqa: T201 - the line that `make prove` is for
            f"\nliving content: {tally['runs']} runs, {tally['steps']} steps, {releases} releases, {passed} quizzes "
            f"sent, {tally['regraded']} marked again, {issued} certificates: every record true after every step"
        )
