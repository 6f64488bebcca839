"""What a certificate says: terms drafted with the course or the learning path that gives it, frozen with its edition."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.models import Orderable, TranslatableMixin

from courses.models.fields import ChoicesField
from courses.models.pages import CoursePage
from courses.models.vocabularies import AssessmentType, CertificateKind, CertificateLayout, ParticipationMode
from courses.rules.certificate_terms import COLUMNS


def _text(name: str, help_text: Any = None, **options: Any) -> FieldPanel:
    """Return the panel of a text of more than a line."""
    return FieldPanel(name, help_text=help_text, widget=AdminAutoHeightTextInput, **options)


# Numbers are those of the elements of a micro-credential, Council Recommendation 2022/C 243/02, Annex I.
CERTIFICATE_PANELS = [
    MultiFieldPanel(
        [
            FieldPanel(
                "kind",
                help_text=_(
                    "Participation: who completes the course gets it, and it says nothing about what was learned. "
                    "Achievement: who also passes every step that is needed for it; it names outcomes that were "
                    "assessed, and is offered only when each element below is filled in."
                ),
            ),
            _text("statement"),
        ],
        heading=_("Which certificate, and what it says"),
    ),
    MultiFieldPanel(
        [
            HelpPanel(
                _(
                    "Learner and date are known when it is issued. The title is that of the course. Country and legal "
                    "name are those of the issuer."
                )
            ),
            FieldPanel("issuer", help_text=_("Leave it empty: this site awards it. Or choose the partner who does.")),
        ],
        heading=_("Elements 1 to 5: learner, title, country, awarding body, date"),
    ),
    MultiFieldPanel(
        [
            HelpPanel(
                _(
                    "Outcomes, competences, hours and the EQF level are those of the course: fill them in above. A "
                    "level that you declare yourself is called indicative."
                )
            ),
            FieldPanel("ects"),
            _text("eqf_reason"),
        ],
        heading=_("Elements 6 to 8: learning outcomes, workload, level"),
    ),
    MultiFieldPanel(
        [_text("criteria"), FieldPanel("assessment_types"), _text("assessment_text")],
        heading=_("Element 9: type of assessment"),
    ),
    MultiFieldPanel(
        [FieldPanel("mode", help_text=_("How people take part. Example: Online."))],
        heading=_("Element 10: form of participation"),
    ),
    MultiFieldPanel(
        [
            _text("quality_text"),
            FieldPanel(
                "quality_reviewer",
                help_text=_(
                    "A name and what gives it weight. Example: Marta Kowal, trainer. The day of the review is that of "
                    "the course, at “Author, licence, source”."
                ),
            ),
        ],
        heading=_("Element 11: quality assurance"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("validity_months", help_text=_("Example: 36, for three years. 0: no expiry date.")),
            FieldPanel(
                "recertification_months",
                help_text=_(
                    "Example: 6. From six months before the end, and also after it, people may do the course again and "
                    "get a new certificate; the old one stays as it is. 0: it cannot be renewed."
                ),
            ),
        ],
        heading=_("How long it is valid"),
    ),
    MultiFieldPanel(
        [
            _text(
                "prerequisites_text", _("Example: Two years in a social enterprise. Leave it empty where nothing is.")
            ),
            _text("stackability"),
            _text("further_information", _("Example: The full syllabus is on the page of the course.")),
        ],
        heading=_("What else it may say"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("layout"),
            FieldPanel("signatory_name", help_text=_("A person of the issuer. Example: Annelies Peeters")),
            FieldPanel("signatory_role", help_text=_("Example: Head of learning")),
        ],
        heading=_("Look and signature"),
    ),
]


class CertificateTerms(TranslatableMixin, Orderable):
    """The terms of a certificate. Elements of a micro-credential: Council Recommendation 2022/C 243/02, Annex I."""

    kind = models.CharField(
        _("kind"), max_length=20, choices=CertificateKind.choices, default=CertificateKind.PARTICIPATION
    )
    statement = models.CharField(
        _("statement"), max_length=300, help_text=_("Example: took part in the course and did every step of it.")
    )
    criteria = models.CharField(
        _("what it takes to get it"),
        max_length=600,
        blank=True,
        default="",
        db_default="",
        help_text=_("Example: Every step done, the final quiz passed with 75 per cent, the action plan accepted."),
    )
    assessment_types = ChoicesField(
        _("types of assessment"), choices=AssessmentType.choices, help_text=_("What the outcomes were assessed by.")
    )
    assessment_text = models.CharField(
        _("how it is assessed"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("Example: A final quiz of 24 questions from a pool of 72, and a plan judged by a named assessor."),
    )
    mode = models.CharField(
        _("form of participation"),
        max_length=20,
        choices=ParticipationMode.choices,
        blank=True,
        default="",
        db_default="",
    )
    ects = models.DecimalField(
        _("ECTS credits"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Only where a body that may award credit does so. Leave it empty otherwise."),
    )
    eqf_reason = models.CharField(
        _("why this EQF level"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("One sentence. Example: People manage complex work and answer for a team's plan."),
    )
    quality_text = models.CharField(
        _("quality assurance"),
        max_length=600,
        blank=True,
        default="",
        db_default="",
        help_text=_("Who checked the course, by which rules. Example: Reviewed each year by two practitioners."),
    )
    quality_reviewer = models.CharField(_("who reviewed it"), max_length=120, blank=True, default="", db_default="")
    prerequisites_text = models.CharField(
        _("what is needed before"), max_length=300, blank=True, default="", db_default=""
    )
    stackability = models.CharField(
        _("what it can be a part of"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("Example: Stands alone; counts towards the path Digital lead."),
    )
    further_information = models.CharField(
        _("further information"), max_length=300, blank=True, default="", db_default=""
    )
    validity_months = models.PositiveSmallIntegerField(
        _("valid for, months"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(240)],
        help_text=_("0: no expiry date."),
    )
    recertification_months = models.PositiveSmallIntegerField(
        _("may be renewed, months before the end"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(60)],
        help_text=_("0: it cannot be renewed. Otherwise from that time on, and also after it expired."),
    )
    issuer = models.ForeignKey(
        "accounts.Issuer",
        verbose_name=_("issuer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Who awards it. Empty: this site."),
    )
    layout = models.CharField(
        _("look"),
        max_length=10,
        choices=CertificateLayout.choices,
        default=CertificateLayout.WOVEN,
        db_default=CertificateLayout.WOVEN,
    )
    signatory_name = models.CharField(_("who signs"), max_length=120, blank=True)
    signatory_role = models.CharField(_("role of who signs"), max_length=120, blank=True)

    panels = CERTIFICATE_PANELS

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.get_kind_display()

    def frozen_columns(self) -> dict[str, Any]:
        """Return what `courses.rules.certificate_terms` freezes of it. Cost: 1 query where it names an issuer, else none."""
        issuer = self.issuer
        # To choose this site's own issuer says no more than to choose none.
        key = "" if issuer is None or issuer.is_site else issuer.key
        return {name: getattr(self, name) for name in COLUMNS} | {"issuer": key}


class CertificateDefinition(CertificateTerms):
    """What a certificate of a course says."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="certificate_definitions")

    class Meta(CertificateTerms.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["page", "kind"],
                name="certificate_definition_one_of_a_kind",
                violation_error_message=_("A course has at most one certificate of each kind."),
            )
        ]
