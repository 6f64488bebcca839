"""A learning path: courses in an order, with a certificate of its own. The page is the draft, editions are the record."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, TitleFieldPanel
from wagtail.models import Orderable

from courses.blocks import RICH_TEXT_FEATURES
from courses.models.certificates import CertificateTerms
from courses.models.editions import Course
from courses.models.fields import CleanRichTextField
from courses.models.pages import CourseSelect, FrozenPage
from foundation.models import WrittenOnce


class LearningPathPage(FrozenPage):
    """A learning path in the draft."""

    summary = models.TextField(_("summary"), max_length=300)
    description = CleanRichTextField(_("who it is for"), blank=True, features=RICH_TEXT_FEATURES)

    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        TitleFieldPanel("title", placeholder=_("Title. Example: Digital lead of a social enterprise")),
        FieldPanel("summary"),
        FieldPanel("description"),
        InlinePanel("courses", heading=_("Courses, in order"), label=_("Course"), min_num=0),
    ]

    def __str__(self) -> str:
        return self.title


class LearningPathCourse(Orderable):
    """A course of a learning path."""

    page = ParentalKey(LearningPathPage, on_delete=models.CASCADE, related_name="courses")
    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("course", widget=CourseSelect)]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["page", "course"],
                name="learning_path_course_once",
                violation_error_message=_("A course stands in a path once."),
            )
        ]

    def __str__(self) -> str:
        return str(self.course)


class LearningPathCertificate(CertificateTerms):
    """What a certificate of a learning path says."""

    page = ParentalKey(LearningPathPage, on_delete=models.CASCADE, related_name="certificate_definitions")

    class Meta(CertificateTerms.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["page", "kind"],
                name="learning_path_certificate_one_of_a_kind",
                violation_error_message=_("A path has at most one certificate of each kind."),
            )
        ]


class LearningPath(models.Model):
    """A learning path as records know it: it outlives its page."""

    key = models.UUIDField(unique=True, help_text="The translation key of its pages.")
    source_language = models.CharField(max_length=10)
    slug = models.SlugField(max_length=255, unique=True)
    current_edition = models.ForeignKey(
        "LearningPathEdition", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.key)


class LearningPathEdition(WrittenOnce):
    """A learning path as it was published: texts by language, courses in order, terms of its certificates."""

    path = models.ForeignKey(LearningPath, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "number"], name="learning_path_edition_number_once")]

    def __str__(self) -> str:
        return f"{self.path_id} edition {self.number}"
