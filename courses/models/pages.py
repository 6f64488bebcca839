"""The page tree: CourseIndexPage > CoursePage > ModulePage > LessonPage | QuizPage | AssignmentPage.

Pages are the draft. Learners never see them: what is published is frozen into an edition and served from there by
`progress`, so `serve` answers 404 and a preview goes the way of the frozen copy.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    PublishingPanel,
    TitleFieldPanel,
)
from wagtail.models import Orderable, Page, Revision, TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from courses.blocks import RICH_TEXT_FEATURES
from courses.models.addresses import CourseAddress
from courses.models.editions import Course
from courses.models.fields import CleanRichTextField
from courses.models.releases import ReleaseDraft
from courses.models.vocabularies import (
    Art,
    Audience,
    Category,
    Framework,
    Level,
)
from courses.rules.frameworks import competence_exists, frameworks
from courses.rules.freezing import Problem
from courses.rules.quality import COURSE


class Credit(models.Model):
    """Who made a text, under which licence, from what, and when it was read again."""

    author = models.CharField(_("author"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=60, default="CC BY 4.0")
    source = CleanRichTextField(
        _("where this comes from"),
        blank=True,
        features=RICH_TEXT_FEATURES,
        help_text=_("Shown under the text. Example: Written for this portal. Fits DigComp 2.2, 4.1."),
    )
    reviewed_date = models.DateField(_("read again on"), null=True, blank=True)
    review_by_date = models.DateField(_("read again by"), null=True, blank=True)

    class Meta:
        abstract = True


CREDIT_PANEL = MultiFieldPanel(
    [
        FieldPanel("author"),
        FieldPanel("licence"),
        FieldPanel("source"),
        FieldPanel("reviewed_date"),
        FieldPanel("review_by_date"),
    ],
    heading=_("Author, licence, source"),
)


# Words, minutes, level, and what keeps it from being published: drawn anew each time the CMS has kept the draft.
THIS_TEXT_PANEL = HelpPanel(heading=_("This text"), template="courses/cms/this_text.html")


# In a translation these start as a copy and may be changed: it has a translator and a day of its own.
CREDIT_IS_COPIED = [SynchronizedField("author"), SynchronizedField("licence")]


class FrozenPage(Page):
    """A page whose public face is its frozen copy."""

    # Access to a course is decided by enrolment and edition; a restriction here would promise what it cannot hold.
    private_page_options: list[str] = []
    preview_modes: list[tuple[str, Any]] = [("", _("As a visitor")), ("learner", _("As a learner"))]
    # Search engines read the frozen copy, and no menu is made of pages: only the address is there to be set.
    promote_panels = [FieldPanel("slug")]
    settings_panels = [PublishingPanel(), CommentPanel()]
    # Addresses are those of the source language; who wrote it and under which licence is copied, and may differ.
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]

    class Meta:
        abstract = True

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Validate; a page saved live by code must also be one that can be frozen.

        A form gives `exclude`. It has said the same at each field already (`courses.blocks`), and when it saves a draft
        it must not be said at all.

        :raises ValidationError: with words by field.
        """
        super().full_clean(*args, **kwargs)
        if not args and "exclude" not in kwargs:
            problems: dict[str, list[str]] = {}
            for problem in self.freezing_problems():
                problems.setdefault(problem.field, []).append(gettext(problem.words) % problem.values)
            if problems:
                error = ValidationError(problems)
                error.page = self  # type: ignore[attr-defined]  # so that a list of pages can say which
                raise error

    def save_revision(self, *args: Any, overwrite_revision: Revision | None = None, **kwargs: Any) -> Revision:
        """Save a draft. The CMS saves by itself into the revision of before; what a release holds is never written over.

        What was looked at and agreed to is what goes out: then a new revision is made, and the release keeps its own.
        """
        with transaction.atomic():
            if overwrite_revision is not None:
                # Locked, so that no release takes it in between this look and the save.
                Revision.objects.select_for_update(of=("self",)).filter(pk=overwrite_revision.pk).first()
                if ReleaseDraft.objects.filter(revision=overwrite_revision).exists():
                    overwrite_revision = None
            return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)

    def freezing_problems(self) -> Sequence[Problem]:
        """Return why the page, as it is now, could not become a record. What it refers to is not looked up."""
        return ()

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the page as its frozen copy would look, writing nothing."""
        # By name: models know no views.
        show: Any = import_string("courses.views.preview.show_preview")
        response: HttpResponse = show(request, self, mode_name)
        return response

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def get_route_paths(self) -> list[str]:
        """Return nothing: addresses of courses keep their own history, Wagtail makes no redirect rows."""
        return []


class CourseIndexPage(FrozenPage):
    """The catalogue's place in the tree."""

    introduction = models.TextField(_("introduction"), blank=True)

    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.CoursePage", "courses.LearningPathPage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]


class CoursePage(Credit, FrozenPage):
    """A course in the draft."""

    summary = models.TextField(
        _("summary"),
        max_length=300,
        help_text=_("One or two sentences for the catalogue. What can people do afterwards?"),
    )
    description = CleanRichTextField(_("who it is for, what happens in it"), blank=True, features=RICH_TEXT_FEATURES)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, default=Level.BASIC)
    eqf_level = models.PositiveSmallIntegerField(
        _("indicative EQF level"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
        help_text=_("1 to 8, declared by us, not by a national framework."),
    )
    hours = models.PositiveSmallIntegerField(
        _("notional hours"), default=1, help_text=_("Reading, quizzes and trying things at work.")
    )
    category = models.CharField(_("category"), max_length=40, choices=Category.choices, default=Category.ICT_BASIC)
    topics = models.CharField(
        _("topics"),
        max_length=300,
        blank=True,
        help_text=_("Plain words with commas between. Example: safety, privacy"),
    )
    plain_language = models.BooleanField(_("written in plain language"), default=False)
    art = models.CharField(_("drawing"), max_length=20, choices=Art.choices, default=Art.OFFICE)

    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.ModulePage"]
    quality_shape = COURSE

    content_panels = [
        TitleFieldPanel("title", placeholder=_("Title. Example: Digital basics at work")),
        FieldPanel("summary"),
        FieldPanel("description"),
        InlinePanel(
            "outcomes",
            heading=_("What people can do afterwards"),
            label=_("Outcome"),
            help_text=_("Two to five sentences. The catalogue and the certificate name them (element 6)."),
        ),
        MultiFieldPanel(
            [FieldPanel("category"), FieldPanel("topics"), FieldPanel("plain_language"), FieldPanel("art")],
            heading=_("How it is found"),
        ),
        InlinePanel("audiences", heading=_("For whom"), label=_("Audience")),
        MultiFieldPanel(
            [FieldPanel("level"), FieldPanel("eqf_level"), FieldPanel("hours")],
            heading=_("Level and time"),
            help_text=_("A certificate names the hours (element 7) and the EQF level (element 8)."),
        ),
        InlinePanel(
            "competences",
            heading=_("Competences"),
            label=_("Competence"),
            help_text=_("Of a European framework. Leave it empty when you are not sure."),
        ),
        InlinePanel(
            "prerequisites",
            heading=_("Good to know before"),
            label=_("Course"),
            help_text=_("Advice for learners, no lock: everybody may begin."),
        ),
        InlinePanel(
            "certificate_definitions",
            heading=_("Certificates"),
            label=_("Certificate"),
            max_num=2,
            help_text=_(
                "At most one of participation and one of achievement. Once it is published, a change of what a "
                "certificate says needs a second person."
            ),
        ),
        HelpPanel(heading=_("What the certificate looks like"), template="courses/cms/certificate_sample.html"),
        CREDIT_PANEL,
        THIS_TEXT_PANEL,
    ]
    override_translatable_fields = [*FrozenPage.override_translatable_fields, *CREDIT_IS_COPIED]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        course = Course.objects.filter(key=self.translation_key).only("source_language").first()
        is_translation = course is not None and course.source_language != self.locale.language_code
        taken = CourseAddress.objects.filter(slug=self.slug, current=True).exclude(course__key=self.translation_key)
        if not is_translation and taken.exists():
            raise ValidationError({"slug": _("Another course has this address. Choose a different one.")})


class CourseOutcome(TranslatableMixin, Orderable):
    """Something people can do after the course, as a sentence that begins with a verb."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="outcomes")
    text = models.CharField(_("text"), max_length=255)

    panels = [
        FieldPanel(
            "text",
            heading=_("What people can do"),
            help_text=_("It begins with a verb. Example: Signs in and out safely on a shared device."),
        )
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        pass

    def __str__(self) -> str:
        return self.text


class CourseAudience(Orderable):
    """A group of people the course is for."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="audiences")
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices)

    panels = [FieldPanel("audience")]

    def __str__(self) -> str:
        return self.get_audience_display()


class CourseCompetence(Orderable):
    """A competence of a European framework that the course builds."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="competences")
    framework = models.CharField(_("framework"), max_length=20, choices=Framework.choices)
    version = models.CharField(_("version"), max_length=10, help_text=_("Example: 2.2"))
    code = models.CharField(_("code"), max_length=10, help_text=_("Example: 4.1"))
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )

    panels = [FieldPanel("framework"), FieldPanel("version"), FieldPanel("code"), FieldPanel("level")]

    def clean(self) -> None:
        super().clean()
        if self.framework and self.version and self.code:
            if (self.framework, self.version) not in frameworks():
                raise ValidationError(
                    {
                        "version": _("This version is not known here. Known are: %(versions)s.")
                        % {"versions": ", ".join(version for name, version in frameworks() if name == self.framework)}
                    }
                )
            if not competence_exists(self.framework, self.version, self.code):
                raise ValidationError({"code": _("This framework has no competence of this number. Example: 4.1")})

    def __str__(self) -> str:
        return f"{self.get_framework_display()} {self.version} {self.code}"


class CourseSelect(forms.Select):
    """A list of courses by the titles of their pages: the anchor that the field holds has none. Cost: 1 query."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        rows = CoursePage.objects.values_list("translation_key", "locale__language_code", "title")
        self._titles = {(key, language): title for key, language, title in rows}
        return super().optgroups(name, value, attrs)

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        course = getattr(value, "instance", None)
        if course is not None:
            label = self._titles.get((course.key, course.source_language)) or gettext("A course whose page is gone")
        option: dict[str, Any] = super().create_option(name, value, label, *args, **kwargs)
        return option


class CoursePrerequisite(Orderable):
    """A course that is good to do before; advice, not a lock."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="prerequisites")
    course = models.ForeignKey("courses.Course", verbose_name=_("course"), on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("course", widget=CourseSelect)]

    def __str__(self) -> str:
        return str(self.course)


class ModulePage(FrozenPage):
    """A part of a course."""

    summary = models.TextField(_("summary"), max_length=300, blank=True)

    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage", "courses.QuizPage", "courses.AssignmentPage"]
    content_panels = [TitleFieldPanel("title", placeholder=_("Title. Example: Start safely")), FieldPanel("summary")]
