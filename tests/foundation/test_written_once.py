import pytest
from django.apps import apps

from courses.models import LessonVersion
from foundation.models import WrittenOnce
from tests.courses.builders import make_course


@pytest.mark.django_db
def test_a_row_of_history_is_added_and_never_changed():
    make_course()
    version = LessonVersion.objects.first()
    version.body = {"title": "Forged"}

    with pytest.raises(TypeError):
        version.save()

    version.refresh_from_db()
    assert version.body["title"] != "Forged"


def test_the_rows_of_history_are_these():
    assert sorted(model.__name__ for model in apps.get_models() if issubclass(model, WrittenOnce)) == [
        "Achievement",
        "AssignmentVersion",
        "Badge",
        "CertificateEvent",
        "CourseCompletion",
        "CourseEdition",
        "FrozenFile",
        "HandMark",
        "ItemCompletion",
        "Judgement",
        "LearningPathEdition",
        "LessonVersion",
        "LogEntry",
        "LogHead",
        "MarkEvent",
        "QuizKey",
        "QuizVersion",
        "StatusPlace",
    ]
