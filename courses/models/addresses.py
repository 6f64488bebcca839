"""Derived rows that settle writes so that a page is found and drawn without the page tree (SERVING.md)."""

from django.db import models
from django.db.models import Q
from wagtail.search import index

from courses.models.editions import Course
from foundation.rules.folding import bare_forms


class CourseAddress(models.Model):
    """A course slug, present or past. A rename is one row; all languages redirect at once."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="addresses")
    slug = models.CharField(max_length=255, unique=True)
    current = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course"], condition=Q(current=True), name="course_one_current_address")
        ]

    def __str__(self) -> str:
        return self.slug


class ItemAddress(models.Model):
    """A path `<module>/<item>` of a course, present or past."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="item_addresses")
    path = models.CharField(max_length=511)
    item_key = models.UUIDField()
    current = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "path"], name="item_path_once_a_course"),
            models.UniqueConstraint(
                fields=["course", "item_key"], condition=Q(current=True), name="item_one_current_path"
            ),
        ]

    def __str__(self) -> str:
        return self.path


class OutlineRow(models.Model):
    """The slim outline of a course in one language (`courses.rules.outline`), held in the process by its SHA."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="outlines")
    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "language"], name="outline_once_a_language")]

    def __str__(self) -> str:
        return f"outline of {self.course_id} in {self.language}"


class CourseCard(models.Model):
    """What the catalogue shows and filters of a course in one language. Only for courses that are offered."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="cards")
    language = models.CharField(max_length=10, help_text="The language of the address it is shown at.")
    text_language = models.CharField(max_length=10, help_text="The language of its texts.")
    slug = models.CharField(max_length=255)
    title = models.CharField(max_length=255)
    summary = models.TextField()
    level = models.CharField(max_length=20)
    category = models.CharField(max_length=40)
    audiences = models.CharField(max_length=200, help_text="Codes between spaces, such as ' worker supporter '.")
    topics = models.CharField(max_length=400)
    languages = models.CharField(max_length=100, help_text="Languages with a text, between spaces.")
    plain_language = models.BooleanField(default=False)
    art = models.CharField(max_length=20)
    step_count = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    hours = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "language"], name="card_once_a_language")]

    def __str__(self) -> str:
        return self.title


class SearchEntry(index.Indexed, models.Model):
    """What the site search finds of a course or lesson in one language. Never a question, never a draft."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="search_entries")
    item_key = models.UUIDField(null=True, help_text="Empty for the course itself.")
    language = models.CharField(max_length=10)
    path = models.CharField(max_length=767, help_text="<course>/ or <course>/<module>/<item>/.")
    title = models.CharField(max_length=255)
    course_title = models.CharField(max_length=255)
    summary = models.TextField()
    text = models.TextField()
    key_words = models.TextField(
        blank=True, db_default="", help_text="The key words of a lesson, with what they mean. Its text has them too."
    )
    sha256 = models.CharField(
        max_length=64, help_text="Digest of the fields above, or empty: the next settle makes the words again."
    )
    indexed_sha256 = models.CharField(
        max_length=64, blank=True, help_text="What the search index knows; differs until the entry is indexed."
    )

    # Settle writes entries in bulk and indexes them after its commit: the index has rows that all courses share, which
    # would make settles of two courses wait for each other.
    search_auto_update = False
    search_fields = [
        index.SearchField("title", boost=3),
        index.SearchField("summary", boost=2),
        index.SearchField("key_words", boost=2),
        index.SearchField("text"),
        index.SearchField("bare_words"),
        index.FilterField("language"),
    ]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "item_key", "language"],
                condition=Q(item_key__isnull=False),
                name="search_entry_of_an_item_once_a_language",
            ),
            models.UniqueConstraint(
                fields=["course", "language"],
                condition=Q(item_key=None),
                name="search_entry_of_a_course_once_a_language",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def bare_words(self) -> str:
        """Return the words with accents without them, for the index."""
        return bare_forms([self.title, self.summary, self.text])
