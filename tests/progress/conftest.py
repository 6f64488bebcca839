from datetime import datetime
from typing import Any

import pytest

from courses.models import Course
from foundation import outbox
from tests.courses.builders import make_course


@pytest.fixture(autouse=True)
def a_handler_for_certificates():
    """Completion posts a message; where the certificates app has no handler of its own, one that does nothing."""
    try:
        outbox.find_kind("certificates.issue")
    except outbox.UnknownKind:
        outbox.register_handler("certificates.issue", _do_nothing, at_once=True)


def _do_nothing(payload: dict[str, Any], *, at: datetime) -> None:
    return None


@pytest.fixture
def course(db) -> Course:
    """Two lessons and a quiz of three questions, in English."""
    return make_course()
