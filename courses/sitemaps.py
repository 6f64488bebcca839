"""Addresses of courses for search engines, from the cards: never of a draft or of a page that answers 404."""

from datetime import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap

from courses.models import CourseCard
from courses.queries.paths import published_paths
from courses.queries.serving import outlines_of
from courses.rules.addresses import item_address
from courses.rules.paths import path_address


class CourseSitemap(Sitemap):
    """Course pages, and the first lesson of each, which is open to everybody, in the languages that have the text."""

    def items(self) -> list[tuple[str, datetime]]:
        entries: list[tuple[str, datetime]] = []
        for language, _ in settings.LANGUAGES:
            cards = list(
                CourseCard.objects.filter(language=language)
                .select_related("course__current_edition")
                .defer("course__current_edition__manifest")
                .order_by("position", "pk")
            )
            outlines = outlines_of([card.course for card in cards], language)
            for card in cards:
                edition = card.course.current_edition
                assert edition is not None  # a card is written with its edition
                if card.text_language == language:
                    entries.append((f"/{language}/courses/{card.slug}/", edition.made_at))
                outline = outlines[card.course_id]
                first = outline.first_lesson
                if first is not None and first.language == language:
                    entries.append((item_address(outline, first, language), edition.made_at))
        return entries

    def location(self, item: tuple[str, datetime]) -> str:
        return item[0]

    def lastmod(self, item: tuple[str, datetime]) -> datetime:
        return item[1]


class PathSitemap(Sitemap):
    """Learning paths in the languages that have the text, from their editions."""

    def items(self) -> list[tuple[str, datetime]]:
        entries: list[tuple[str, datetime]] = []
        for language, _ in settings.LANGUAGES:
            for shown in published_paths(language):
                edition = shown.path.current_edition
                if edition is not None and shown.text.language == language:
                    entries.append((path_address(shown.slug, language), edition.made_at))
        return entries

    def location(self, item: tuple[str, datetime]) -> str:
        return item[0]

    def lastmod(self, item: tuple[str, datetime]) -> datetime:
        return item[1]
