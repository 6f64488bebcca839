"""What a person needs to be assessed fairly. Which need it is for is stored nowhere."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Accommodation(models.Model):
    """More time, more tries or one question at a time, for one person in every course. No reason is asked or stored."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accommodation", verbose_name=_("person")
    )
    extra_time_percentage = models.PositiveSmallIntegerField(
        _("extra time, per cent"),
        default=0,
        validators=[MaxValueValidator(300)],
        help_text=_("50 means: 30 minutes become 45. Acts on a try that is running, too."),
    )
    extra_attempts = models.PositiveSmallIntegerField(
        _("extra tries"),
        default=0,
        validators=[MaxValueValidator(20)],
        help_text=_("For each quiz with limited tries."),
    )
    one_question_a_page = models.BooleanField(_("one question at a time"), default=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(extra_time_percentage__lte=300), name="accommodation_time_within_reason"
            ),
            models.CheckConstraint(condition=Q(extra_attempts__lte=20), name="accommodation_tries_within_reason"),
        ]

    def __str__(self) -> str:
        return f"accommodation of {self.person_id}"
