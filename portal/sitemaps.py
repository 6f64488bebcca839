"""What search engines are told of: pages of the CMS that are live, and what the courses' outlines offer."""

from django.db.models import QuerySet
from wagtail.contrib.sitemaps import Sitemap as PageSitemap
from wagtail.models import Page

from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage, QuizPage
from courses.sitemaps import CourseSitemap


class StandardPageSitemap(PageSitemap):
    """Live pages that Wagtail serves; course pages are served from their editions and listed from there."""

    def items(self) -> QuerySet[Page]:
        return super().items().not_exact_type(CourseIndexPage, CoursePage, ModulePage, LessonPage, QuizPage)


SITEMAPS = {"pages": StandardPageSitemap, "courses": CourseSitemap}
