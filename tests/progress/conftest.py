import pytest

from courses.models import Course
from tests.courses.builders import make_course


@pytest.fixture
def course(db) -> Course:
    """Two lessons and a quiz of three questions, in English."""
    return make_course()
