"""People with an account, and how often somebody tried to sign in to one."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
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

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
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

    shows_cockpit_link = models.BooleanField(
        _("shows the pages of managers"),
        default=False,
        db_default=False,
        help_text=_("Set once somebody is made a manager, so that pages of all others need not ask whether they are."),
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

    erased_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the account was erased: what names the person is gone, records of what was done stay.",
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

    def note_managing(self) -> None:
        """Note that this person manages an organisation or a cluster. Cost: 1 query, none once it is noted."""
        if not self.shows_cockpit_link:
            self.shows_cockpit_link = True
            type(self).objects.filter(pk=self.pk).update(shows_cockpit_link=True)

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
