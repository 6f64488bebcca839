"""A learning path: courses in an order, with a certificate of its own. The page is the draft, editions are the record."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, TitleFieldPanel
from wagtail.models import Orderable

from courses.blocks import RICH_TEXT_FEATURES
from courses.models.certificates import CertificateTerms
from courses.models.editions import Course
from courses.models.fields import CleanRichTextField
from courses.models.pages import THIS_TEXT_PANEL, CourseSelect, FrozenPage
from courses.rules.paths import has_address, path_address
from courses.rules.quality import PATH
from foundation.models import WrittenOnce


class LearningPathPage(FrozenPage):
    """A learning path in the draft."""

    summary = models.TextField(
        _("summary"),
        max_length=300,
        help_text=_("One or two sentences for the list. What can people do after all these courses?"),
    )
    description = CleanRichTextField(_("who it is for"), blank=True, features=RICH_TEXT_FEATURES)
    eqf_level = models.PositiveSmallIntegerField(
        _("indicative EQF level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
        help_text=_("Of the whole path, 1 to 8, declared by us. A certificate of achievement needs it."),
    )

    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types: list[str] = []
    quality_shape = PATH
    preview_modes: list[tuple[str, Any]] = [("", _("As a visitor"))]
    content_panels = [
        TitleFieldPanel("title", placeholder=_("Title. Example: Digital basics for people who lead")),
        FieldPanel("summary"),
        FieldPanel("description"),
        InlinePanel(
            "courses",
            heading=_("Courses, in order"),
            label=_("Course"),
            help_text=_(
                "Hours, outcomes and competences of the path are those of its courses. The order is advice, no lock."
            ),
        ),
        FieldPanel("eqf_level"),
        InlinePanel(
            "certificate_definitions",
            heading=_("Certificates of the path"),
            label=_("Certificate"),
            max_num=2,
            help_text=_(
                "Participation: every course of the path is complete. Achievement: for every course the person has its "
                "certificate of achievement."
            ),
        ),
        THIS_TEXT_PANEL,
    ]

    def __str__(self) -> str:
        return self.title

    def get_url_parts(self, request: Any = None) -> Any:
        """Return where readers find the path: not below the courses, where its page lies in the tree."""
        parts = super().get_url_parts(request)
        if parts is None:
            return None
        slug = LearningPath.objects.filter(key=self.translation_key).values_list("slug", flat=True).first()
        return parts[0], parts[1], path_address(slug or self.slug, self.locale.language_code)

    def clean(self) -> None:
        super().clean()
        path = LearningPath.objects.filter(key=self.translation_key).first()
        # A translation has the address of its source, whatever its page is called in the tree.
        is_source = path is not None and path.source_language == self.locale.language_code
        if path is not None and is_source and not has_address(path.slug, self.slug):
            raise ValidationError(
                {
                    "slug": _("This path was published as “%(slug)s”. Its address stays: people may have kept it.")
                    % {"slug": path.slug}
                }
            )


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
