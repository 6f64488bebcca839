"""What operators set at /ops/ about learning: what people need to be assessed fairly."""

from django.contrib import admin
from django.utils import timezone

from progress.models import Accommodation
from progress.operations.accommodating import set_accommodation


@admin.register(Accommodation)
class AccommodationAdmin(admin.ModelAdmin):
    """Set through the operation, which also moves the deadlines of attempts that are running."""

    list_display = ("person", "extra_time_percentage", "extra_attempts", "one_question_a_page", "set_at")
    search_fields = ("person__username", "person__display_name")
    autocomplete_fields = ("person",)
    fields = ("person", "extra_time_percentage", "extra_attempts", "one_question_a_page")
    # Many at once would pass by the operation.
    actions = None

    def get_readonly_fields(self, request, obj=None):
        """Keep a row with its person."""
        return ("person",) if obj else ()

    def save_model(self, request, obj, form, change):
        granted = set_accommodation(
            person=obj.person,
            extra_time_percentage=obj.extra_time_percentage,
            extra_attempts=obj.extra_attempts,
            one_question_a_page=obj.one_question_a_page,
            by=request.user,
            at=timezone.now(),
        )
        # Where nothing is granted no row is kept, and the page after the form names the person all the same.
        obj.pk = granted.pk if granted else obj.pk
