"""What search engines are told of: pages of the CMS that are live, and what the courses' outlines offer."""

from wagtail.contrib.sitemaps import Sitemap as PageSitemap
from wagtail.models import Page

from courses.sitemaps import CourseSitemap
from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage, QuizPage


class StandardPageSitemap(PageSitemap):
    """Live pages that Wagtail serves; course pages are served from their editions and listed from there."""

    def items(self) -> list[Page]:
        pages = super().items()
        return [page for page in pages if not isinstance(page, CourseIndexPage | CoursePage | ModulePage | LessonPage | QuizPage)]


SITEMAPS = {"pages": StandardPageSitemap, "courses": CourseSitemap}
