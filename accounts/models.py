"""People and the bodies they belong to."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class PortalUserManager(UserManager["User"]):
    """Finds people by name without regard to case, as the constraints compare them."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractUser):
    """A person with an account. E-mail is optional: many people at work have none of their own."""

    first_name = None  # type: ignore[assignment]  # the portal needs one name to greet a person by, no more
    last_name = None  # type: ignore[assignment]

    class TextSize(models.TextChoices):
        STANDARD = "standard", _("Standard text")
        LARGE = "large", _("Larger text")

    username = models.CharField(
        _("username"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("Somebody has this username already. Choose another one.")},
    )
    email = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_("Empty until its owner confirmed it."),
    )
    display_name = models.CharField(_("name shown on the site"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    text_size = models.CharField(_("text size"), max_length=10, choices=TextSize.choices, default=TextSize.STANDARD)
    wide_spacing = models.BooleanField(_("more space between lines"), default=False)
    calm_mode = models.BooleanField(_("no movement on pages"), default=False)
    shows_edit_links = models.BooleanField(
        _("shows an Edit link on pages of the site"),
        default=False,
        help_text=_(
            "For people who edit content; kept as a column because asking for rights costs two queries a page."
        ),
    )

    shows_marking_link = models.BooleanField(
        _("shows what waits to be marked"),
        default=False,
        db_default=False,
        help_text=_(
            "Set once somebody is made an assessor, so that pages of all others need not ask whether they are."
        ),
    )

    shows_register_link = models.BooleanField(
        _("shows the register of certificates"),
        default=False,
        db_default=False,
        help_text=_("Set once somebody who looks after certificates opened it; asking for rights costs two queries."),
    )

    # Both for the rule of who counts as a second person (`accounts.rules.second_people`).
    register_right_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Since when this person was seen to have the right over certificates; empty without it.",
    )
    access_changed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When somebody else last changed the e-mail address or chose the passphrase.",
    )

    objects: ClassVar[PortalUserManager] = PortalUserManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique_without_case"),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique_without_case",
                violation_error_message=_("Somebody has this e-mail address already."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_short_name()

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()  # sign-in by e-mail looks for it in small letters

    def note_assessing(self) -> None:
        """Note that this person assesses somebody's work. Cost: 1 query, none once it is noted."""
        if not self.shows_marking_link:
            self.shows_marking_link = True
            type(self).objects.filter(pk=self.pk).update(shows_marking_link=True)

    def note_registering(self) -> None:
        """Note that this person looks after certificates. Cost: 1 query, none once it is noted."""
        if not self.shows_register_link:
            self.shows_register_link = True
            type(self).objects.filter(pk=self.pk).update(shows_register_link=True)

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.display_name or self.username


class SignInTries(models.Model):
    """How often somebody tried to sign in to one account lately, and until when the next try must wait.

    `key_digest` is an HMAC: what people type there by mistake (their passphrase, for one) must not be readable here.
    """

    key_digest = models.CharField(max_length=64, unique=True)
    try_count = models.PositiveIntegerField(default=0)
    last_try_at = models.DateTimeField()
    wait_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.try_count} until {self.last_try_at:%Y-%m-%d %H:%M}"


class SizeBand(models.TextChoices):
    """Size of an organisation by staff, as in the European Social Economy Monitor."""

    MICRO = "micro", _("1 to 9 people")
    SMALL = "small", _("10 to 49 people")
    MEDIUM = "medium", _("50 to 249 people")
    LARGE = "large", _("250 people or more")


class Sector(models.TextChoices):
    """What a social enterprise does; the facet of case studies too."""

    TEXTILE = "textile", _("Textile and reuse")
    REPAIR = "repair", _("Repair")
    FOOD = "food", _("Food")
    CARE = "care", _("Care")
    LAUNDRY = "laundry", _("Laundry and cleaning")
    ASSEMBLY = "assembly", _("Assembly and production")
    CRAFT = "craft", _("Craft")
    CLUSTER = "cluster", _("Clusters and networks")
    EDUCATION = "education", _("Education and training")
    OTHER = "other", _("Other")


class Organisation(models.Model):
    """A social enterprise or other body that people belong to."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    country = models.CharField(_("country"), max_length=2, help_text=_("Two letters, ISO 3166-1."))
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices)
    size_band = models.CharField(_("size"), max_length=10, choices=SizeBand.choices)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Cluster(models.Model):
    """A social economy cluster: organisations that work together."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    country = models.CharField(_("country"), max_length=2)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Issuer(models.Model):
    """Who awards certificates: the site itself, or a partner. A certificate keeps its own copy of all of it."""

    class IdentifierKind(models.TextChoices):
        REGISTRATION = "registration", _("Number in a national register")
        VAT = "vat", _("VAT number")
        EORI = "eori", _("EORI number")
        LEI = "lei", _("Legal Entity Identifier")
        OTHER = "other", _("Other")

    key = models.SlugField(_("short name"), unique=True, help_text=_("Part of addresses; it never changes."))
    is_site = models.BooleanField(_("this site's own issuer"), default=False)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, ISO 3166-1."))
    region = models.CharField(_("region"), max_length=120, blank=True)
    identifier_kind = models.CharField(
        _("kind of identifier"), max_length=20, choices=IdentifierKind.choices, blank=True
    )
    identifier = models.CharField(_("identifier"), max_length=60, blank=True)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    locality = models.CharField(_("town"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("contact"), blank=True)
    logo = models.FileField(_("logo"), upload_to="issuers/", blank=True, help_text=_("PNG or JPEG, up to 200 kB."))
    quality_statement = models.TextField(
        _("quality statement"), max_length=600, blank=True, help_text=_("How courses are made and checked.")
    )
    is_demonstration = models.BooleanField(
        _("a demonstration"), default=False, help_text=_("Everything it awards is marked DEMO, however complete it is.")
    )
    did = models.CharField(
        _("identity of its badges"),
        max_length=255,
        blank=True,
        editable=False,
        help_text=_("did:web, fixed when its first key is made: every badge rests on it."),
    )

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        ordering = ["-is_site", "legal_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_site"],
                condition=Q(is_site=True),
                name="issuer_one_of_the_site",
                violation_error_message=_("This site has an issuer of its own already."),
            )
        ]

    def __str__(self) -> str:
        return self.legal_name or self.key


def _dates_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(end_date=None) | Q(end_date__gte=F("start_date")),
        name=name,
        violation_error_message=_("The end date is before the start date."),
    )


class ClusterMembership(models.Model):
    """An organisation's time in a cluster."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cluster_memberships")
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            _dates_in_order("cluster_membership_dates_in_order"),
            models.UniqueConstraint(
                fields=["cluster", "organisation"], condition=Q(end_date=None), name="cluster_membership_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.cluster}"


class Project(models.Model):
    """A funded project that enrolments may belong to."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    funder = models.CharField(_("funder"), max_length=200, blank=True)
    grant_number = models.CharField(_("grant number"), max_length=60, blank=True)
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [_dates_in_order("project_dates_in_order")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's time in an organisation, in one role. Dated, so that sight of records can end with it."""

    class Role(models.TextChoices):
        LEARNER = "learner", _("Learner")
        MANAGER = "manager", _("Manager")
        ASSESSOR = "assessor", _("Assessor")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            _dates_in_order("membership_dates_in_order"),
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=Q(end_date=None), name="membership_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation} as {self.get_role_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; an assessor finds the link to what waits for them from then on."""
        super().save(*args, **kwargs)
        if self.role == self.Role.ASSESSOR:
            self.user.note_assessing()
