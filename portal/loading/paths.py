"""Learning paths: a page in each language, published after the courses it is made of."""

from django.utils.translation import override
from wagtail.models import Locale

from courses.models import Course, LearningPathCertificate, LearningPathCourse, LearningPathPage
from portal.loading.identity import lasting_id
from portal.loading.ledger import Ledger
from portal.loading.pages import PageTarget, put_page
from portal.loading.paths_reading import PathText
from portal.loading.site import course_index

FOLDER = "learning-paths/"


def load_paths(paths: list[PathText], *, source_language: str, ledger: Ledger) -> None:
    """Make or update all learning paths. Their courses are loaded already, and settled after all of it."""
    for path in paths:
        ledger.say(f"Learning path “{path.pages[source_language].values['title']}”")
        courses = [_anchor(name, source_language, ledger=ledger) for name in path.courses]
        for language in path.pages:
            _put(path, language, courses, ledger=ledger)
    for source in ledger.gone(FOLDER):
        ledger.say(
            f"{source}: this text is gone; what was made from it stays. Take it down in the CMS if it should go."
        )


def _put(path: PathText, language: str, courses: list[Course], *, ledger: Ledger) -> None:
    index = course_index(language, ledger=ledger)
    if index is None:
        return
    text, locale = path.pages[language], Locale.objects.get(language_code=language)
    with override(language):
        put_page(
            PageTarget(LearningPathPage, path.key, locale, index, path.slug),
            source=text.file,
            ledger=ledger,
            text_sha256=text.sha256(path.courses),
            values={**text.values, "search_description": text.values["summary"]},
            children={
                "courses": [LearningPathCourse(course=course) for course in courses],
                "certificate_definitions": [
                    LearningPathCertificate(locale=locale, **entry) for entry in text.certificates
                ],
            },
        )


def _anchor(name: str, source_language: str, *, ledger: Ledger) -> Course:
    """Return the row of a course, made where its pages were loaded just now and are not settled yet."""
    course, _is_new = Course.objects.get_or_create(
        key=lasting_id("courses", name), defaults={"source_language": source_language, "created_at": ledger.at}
    )
    return course
