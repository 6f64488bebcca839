"""The columns of lists of courses, modules and steps in the CMS."""

from collections.abc import Sequence

from wagtail import hooks

from courses.models import AssignmentPage, CourseIndexPage, CoursePage, LessonPage, ModulePage, QuizPage
from courses.views.explorer import LANGUAGES, REQUIRED, REVIEW_BY, TIME, ListedPages, columns


@hooks.register("register_admin_viewset")
def lists_of_a_course() -> Sequence[ListedPages]:
    steps = columns(TIME, REQUIRED, LANGUAGES, REVIEW_BY)
    return [
        ListedPages(model=CoursePage, parent_models=[CourseIndexPage], columns=columns(TIME, LANGUAGES, REVIEW_BY)),
        ListedPages(model=ModulePage, parent_models=[CoursePage], columns=columns(TIME, REQUIRED, LANGUAGES)),
        ListedPages(model=LessonPage, parent_models=[ModulePage], columns=steps),
        ListedPages(model=QuizPage, parent_models=[], columns=steps),
        ListedPages(model=AssignmentPage, parent_models=[], columns=steps),
    ]
