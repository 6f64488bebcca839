"""What a certificate says: terms drafted with the course or the learning path that gives it, frozen with its edition."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable, TranslatableMixin

from courses.models.fields import ChoicesField
from courses.models.pages import CoursePage
from courses.models.vocabularies import AssessmentType, CertificateKind, CertificateLayout, ParticipationMode


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
        db_default="",
        help_text=_("One sentence. Example: People manage complex work and answer for a team's plan."),
    )
    quality_text = models.CharField(
        _("quality assurance"),
        max_length=600,
        blank=True,
        db_default="",
        help_text=_("Who checked the course, by which rules. Example: Reviewed each year by two practitioners."),
    )
    quality_reviewer = models.CharField(_("who reviewed it"), max_length=120, blank=True, db_default="")
    prerequisites_text = models.CharField(_("what is needed before"), max_length=300, blank=True, db_default="")
    stackability = models.CharField(
        _("what it can be a part of"),
        max_length=300,
        blank=True,
        db_default="",
        help_text=_("Example: Stands alone; counts towards the path Digital lead."),
    )
    further_information = models.CharField(_("further information"), max_length=300, blank=True, db_default="")
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

    panels = [
        FieldPanel("statement"),
        FieldPanel("signatory_name"),
        FieldPanel("signatory_role"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.get_kind_display()


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

    def clean(self) -> None:
        super().clean()
        if self.kind == CertificateKind.ACHIEVEMENT:
            raise ValidationError(
                _(
                    "A certificate of achievement cannot be offered yet: it needs outcomes that somebody assesses. "
                    "Choose a certificate of participation."
                )
            )
