"""The pages: one index, one page a story. Wagtail keeps the drafts; views of this app answer the addresses."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from accounts.models import Sector, SizeBand
from case_studies.blocks import MetricBlocks, RecipeBlocks
from case_studies.models.applied import MAIL, AppliedStory
from case_studies.models.editing import INTERVIEW_PANELS, QUALITY_SHAPE, CaseStudyForm, consent_problem
from case_studies.models.vocabularies import (
    Consent,
    CostBand,
    Country,
    LicenceType,
    RegionType,
    SetupTime,
    ToolCategory,
)
from courses.blocks import RICH_TEXT_FEATURES
from courses.models.pages import CourseSelect
from courses.models.selects import ModuleSelect, module_keys_of
from courses.models.vocabularies import Art, Audience, Framework
from courses.rules.frameworks import competence_exists, frameworks
from foundation.operations import post_message
from foundation.rules.cleaning import plain_text
from foundation.rules.folding import bare_forms

INDEX_SLUG = "case-studies"


class CaseStudyIndexPage(Page):
    """The list's place in the tree. Its address is the portal's own, so its slug stays."""

    introduction = models.TextField(
        _("introduction"),
        max_length=400,
        blank=True,
        help_text=_("Example: Eight small organisations, the tools they tried, and what they would not do again."),
    )

    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["case_studies.CaseStudyPage"]
    private_page_options: list[str] = []
    preview_modes: list[
        tuple[str, Any]
    ] = []  # the list is drawn from all stories; there is nothing to draft but a sentence
    content_panels = [
        TitleFieldPanel("title", placeholder=_("What others tried, and what went wrong")),
        FieldPanel("introduction"),
    ]
    override_translatable_fields = [SynchronizedField("slug")]

    def clean(self) -> None:
        super().clean()
        if self.slug != INDEX_SLUG:
            raise ValidationError({"slug": _("The address of the case studies is always “case-studies”.")})

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Never reached: `case_studies.views` answers this address in every language."""
        raise Http404


class CaseStudyPage(Page):
    """A story of one tool in one organisation (CONTENT.md section 3). Invented until somebody says it is real.

    Numbers and dates may be empty in a draft (`null`), not when it is shown (no `blank`).
    """

    result = models.CharField(
        _("result in one line"),
        max_length=200,
        help_text=_(
            "What changed, with a figure. Example: Big labels cut the search for one item from 9 to 3 minutes."
        ),
    )
    illustrative = models.BooleanField(
        _("illustrative: the organisation is invented"),
        default=True,
        help_text=_(
            "Shown on the page, in the list and in search. Take it away only for a real, consenting organisation."
        ),
    )
    organisation = models.CharField(_("organisation"), max_length=120)
    country = models.CharField(_("country"), max_length=2, choices=Country.choices)
    region_type = models.CharField(_("region"), max_length=10, choices=RegionType.choices)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices)
    size_band = models.CharField(_("size"), max_length=10, choices=SizeBand.choices)
    staff_count = models.PositiveIntegerField(
        _("people on the staff"),
        null=True,
        validators=[MinValueValidator(1)],
        help_text=_("Everybody who works there. Example: 28"),
    )
    problem = RichTextField(
        _("what was wrong"),
        features=RICH_TEXT_FEATURES,
        help_text=_(
            "Two or three short paragraphs. Example: 4,000 pieces hung in two halls. Only two people knew where."
        ),
    )
    tool_category = models.CharField(_("kind of tool"), max_length=20, choices=ToolCategory.choices)
    tool = models.CharField(
        _("the tool in plain words"),
        max_length=120,
        help_text=_("What it is, not what it is called. Example: Stock list with labels"),
    )
    product_examples = models.TextField(
        _("products, as examples only"),
        max_length=400,
        blank=True,
        help_text=_("Example: InvenTree, Odoo Community. Any program with labels, search and an export will do."),
    )
    licence_type = models.CharField(_("licence of the tool"), max_length=20, choices=LicenceType.choices)
    cost_band = models.CharField(
        _("cost of the first year"),
        max_length=20,
        choices=CostBand.choices,
        help_text=_("Devices, programs and paid help together; working hours are counted below."),
    )
    running_cost = models.CharField(
        _("cost after that"), max_length=120, help_text=_("Example: About 20 EUR a month for hosting and label rolls")
    )
    setup_time = models.CharField(
        _("time to set up"), max_length=10, choices=SetupTime.choices, help_text=_("From the decision to daily use.")
    )
    staff_hours = models.PositiveIntegerField(
        _("staff hours to set up"), null=True, help_text=_("Of all people together. Example: 60")
    )
    steps = StreamField(
        RecipeBlocks(min_num=1, max_num=12),
        verbose_name=_("steps"),
        help_text=_(
            "Ask: “What did you do first? And then?” Three to seven steps, so that somebody else can follow them."
        ),
    )
    went_wrong = RichTextField(
        _("what went wrong"),
        features=RICH_TEXT_FEATURES,
        help_text=_("Example: The first labels were too small to read, and for two weeks nobody said so."),
    )
    metrics = StreamField(
        MetricBlocks(min_num=1, max_num=4),
        verbose_name=_("figures"),
        help_text=_("One to four figures, each before and after, with the period and how it was measured."),
    )
    data_protection = RichTextField(
        _("personal data"),
        features=RICH_TEXT_FEATURES,
        help_text=_("Example: The list holds no personal data. Donors are not recorded."),
    )
    accessibility = RichTextField(
        _("access for everybody"),
        features=RICH_TEXT_FEATURES,
        help_text=_(
            "Who tried it, and what is not solved. Example: Works by keyboard; labels readable from one metre."
        ),
    )
    green_effect = RichTextField(
        _("green effect"),
        features=RICH_TEXT_FEATURES,
        blank=True,
        help_text=_(
            "With the way it was estimated and its limits. Example: About 1.4 tonnes sold instead of shredded."
        ),
    )
    try_it = RichTextField(
        _("try it in 30 minutes"),
        features=RICH_TEXT_FEATURES,
        help_text=_(
            "Three steps that need no budget. Example: Choose one shelf. Write down where each of ten things is."
        ),
    )
    source = RichTextField(
        _("sources"),
        features=RICH_TEXT_FEATURES,
        help_text=_(
            "Where the figures and the story come from. Example: Interview with the manager and the stock list."
        ),
    )
    author = models.CharField(_("author"), max_length=200)
    licence = models.CharField(_("licence of this text"), max_length=60, default="CC BY 4.0")
    interview_date = models.DateField(
        _("date of the interview"),
        null=True,
        help_text=_("For an invented organisation: the day the story was written."),
    )
    consent = models.CharField(
        _("consent of the organisation"), max_length=20, choices=Consent.choices, default=Consent.NONE_NEEDED
    )
    consent_date = models.DateField(
        _("consent given on"),
        null=True,
        blank=True,
        help_text=_("The day the organisation agreed in writing. Keep its letter or mail outside the portal."),
    )
    review_by_date = models.DateField(
        _("read again by"), null=True, help_text=_("Prices and tools change: half a year is usual.")
    )
    art = models.CharField(_("drawing"), max_length=20, choices=Art.choices, default=Art.OFFICE)

    base_form_class = CaseStudyForm
    quality_shape = QUALITY_SHAPE
    parent_page_types = ["case_studies.CaseStudyIndexPage"]
    subpage_types: list[str] = []
    private_page_options: list[str] = []
    content_panels = INTERVIEW_PANELS
    search_fields = [
        *Page.search_fields,
        index.SearchField("result", boost=2),
        index.SearchField("organisation"),
        index.SearchField("tool"),
        index.SearchField("product_examples"),
        index.SearchField("problem"),
        index.SearchField("steps"),
        index.SearchField("went_wrong"),
        index.SearchField("try_it"),
        index.SearchField("bare_words"),
    ]
    # Names of organisations, people and licences are the same in every language; slugs are not translated.
    override_translatable_fields = [
        SynchronizedField(name) for name in ("slug", "organisation", "author", "licence", "country")
    ]

    def bare_words(self) -> str:
        """Return the words with accents without them, for the index."""
        html = (self.problem, self.went_wrong, self.try_it)
        steps = self.steps.stream_block.get_searchable_content(self.steps)
        plain = (self.title, self.result, self.organisation, self.tool, self.product_examples)
        return bare_forms([*plain, *(plain_text(text) for text in (*html, *steps))])

    answers_in_every_language = True
    """Its address works below every language; a text that is missing there is shown in English."""

    def clean(self) -> None:
        super().clean()
        if self.live or (self.pk and self.approved_schedule):
            words = consent_problem(self.translation_key, self.consent)
            if words:
                raise ValidationError({"consent": words})

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """Publish, by whatever door: form, schedule, approval, code. Who told the story is told when it is there.

        :raises ValidationError: if they took it back meanwhile; the draft stays.
        """
        with transaction.atomic():  # the story is held until all of it is written, also where no view or job holds
            self._publish(revision, *args, **kwargs)

    def _publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        story = AppliedStory.objects.of_page(self.translation_key).locked().first()
        if story is not None and story.withdrawn_at is not None:
            raise ValidationError({"consent": consent_problem(self.translation_key, self.consent)})
        super().publish(revision, *args, **kwargs)
        if story is None:
            return
        published_at = CaseStudyPage.objects.filter(pk=self.pk, live=True).values_list("last_published_at", flat=True)
        for at in published_at:
            post_message(
                kind=MAIL,
                key=f"{story.public_id}:published",  # the first time only, in whichever language
                payload={"story": story.pk, "what": "published"},
                at=at,
            )

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().serve(request, *args, **kwargs)
        response.visitor_cacheable = not getattr(request, "is_preview", False)
        return response


class CaseStudyAudience(Orderable):
    """A group of people the story is for."""

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="audiences")
    audience = models.CharField(_("audience"), max_length=20, choices=Audience.choices)

    panels = [FieldPanel("audience")]

    def __str__(self) -> str:
        return self.get_audience_display()


class CaseStudySkill(Orderable):
    """A competence of a European framework that somebody in the team needed."""

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="skills")
    framework = models.CharField(_("framework"), max_length=20, choices=Framework.choices, default=Framework.DIGCOMP)
    version = models.CharField(_("version"), max_length=10, default="2.2", help_text=_("Example: 2.2"))
    code = models.CharField(_("code"), max_length=10, help_text=_("Example: 5.2"))
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("1 to 8, if you can say.")
    )

    panels = [FieldPanel("framework"), FieldPanel("version"), FieldPanel("code"), FieldPanel("level")]

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__isnull=True) | models.Q(level__range=(1, 8)),
                name="case_study_skill_level_1_to_8",
                violation_error_message=_("A level is a number from 1 to 8."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        versions = [version for name, version in frameworks() if name == self.framework]
        if self.version and self.version not in versions:
            known = ", ".join(versions)
            raise ValidationError({"version": _("We have these versions of it: %(versions)s.") % {"versions": known}})
        if self.code and not competence_exists(self.framework, self.version, self.code):
            raise ValidationError({"code": _("This framework has no competence of this number. Example: 5.2")})

    def __str__(self) -> str:
        return f"{self.get_framework_display()} {self.version} {self.code}"


class CaseStudyCourse(Orderable):
    """A course that teaches what was needed here. Stored once, on this side."""

    page = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="courses")
    course = models.ForeignKey("courses.Course", verbose_name=_("course"), on_delete=models.CASCADE, related_name="+")
    module_key = models.UUIDField(
        _("module"),
        null=True,
        blank=True,
        help_text=_("The part of the course that teaches it. Leave it empty where it is the whole course."),
    )

    panels = [FieldPanel("course", widget=CourseSelect), FieldPanel("module_key", widget=ModuleSelect)]

    def clean(self) -> None:
        super().clean()
        if self.module_key and self.course_id and self.module_key not in module_keys_of(self.course.key):
            raise ValidationError(
                {"module_key": _("This module is part of another course. Choose one of this course.")}
            )

    def __str__(self) -> str:
        return str(self.course_id)
