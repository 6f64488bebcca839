"""`check_records` while people learn."""

import threading
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from portal.management.commands.check_records import one_snapshot
from progress.models import Enrolment
from tests.courses.builders import make_course
from tests.progress.builders import enrol


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_it_sees_one_state_and_keeps_nobody_waiting():
    """Somebody enrols while records are looked at; neither waits for the other, and the next look sees them."""
    course = make_course(lesson_count=1, quiz_count=0)
    enrol(course)
    with one_snapshot():
        before = Enrolment.objects.count()
        in_a_connection_of_its_own(lambda: enrol(course))
        meanwhile = Enrolment.objects.count()

    assert (before, meanwhile, Enrolment.objects.count()) == (1, 1, 2)
    call_command("check_records", stdout=StringIO())


def in_a_connection_of_its_own(act) -> None:
    def work():
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
