"""What search engines are told of: pages of the CMS that are live, and what the courses' outlines offer."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from wagtail.contrib.sitemaps import Sitemap as PageSitemap
from wagtail.models import Page

from courses.models import (
    AssignmentPage,
    CourseIndexPage,
    CoursePage,
    LearningPathPage,
    LessonPage,
    ModulePage,
    QuizPage,
)
from courses.sitemaps import CourseSitemap, PathSitemap


class StandardPageSitemap(PageSitemap):
    """Live pages that Wagtail serves, and case studies, of every language.

    Course pages and learning paths are served from their editions and listed from there.
    """

    def items(self) -> QuerySet[Page]:
        pages = Page.objects.live().public().filter(depth__gte=2).order_by("path")
        by_wagtail = pages.not_exact_type(
            CourseIndexPage, CoursePage, LearningPathPage, ModulePage, LessonPage, QuizPage, AssignmentPage
        )
        return by_wagtail.defer_streamfields().specific()

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        """Name the address people reach the site under: Wagtail's record of the site may still say localhost."""
        entries = super()._urls(page, protocol, domain)
        for entry in entries:
            entry["location"] = settings.PORTAL_BASE_URL + urlsplit(entry["location"]).path
        return entries


SITEMAPS = {"pages": StandardPageSitemap, "courses": CourseSitemap, "paths": PathSitemap}
