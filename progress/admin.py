"""What operators set at /ops/ about learning: what people need to be assessed fairly, and who assesses a course."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField, ModelForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.queries import serving
from progress.models import Accommodation, CourseAssessor
from progress.operations.accommodating import set_accommodation


class OthersForm(ModelForm):
    """What one person is granted, by another one. `by` is who sends the form."""

    by = None

    def clean(self):
        cleaned = super().clean()
        person = self.cleaned_data.get("person") or (self.instance.person if self.instance.person_id else None)
        if person is not None and person == self.by:
            raise ValidationError(_("Nobody sets this for themselves. Ask another operator to do it."))
        return cleaned


@admin.register(Accommodation)
class AccommodationAdmin(admin.ModelAdmin):
    """Set through the operation, which also moves the deadlines of attempts that are running."""

    list_display = ("person", "extra_time_percentage", "extra_attempts", "one_question_a_page", "set_at")
    search_fields = ("person__username", "person__display_name")
    autocomplete_fields = ("person",)
    fields = ("person", "extra_time_percentage", "extra_attempts", "one_question_a_page")
    form = OthersForm
    # Many at once would pass by the operation.
    actions = None

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Let the form know who sends it."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

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


class CourseField(ModelChoiceField):
    """Courses, by their titles."""

    def label_from_instance(self, obj):
        return course_title(obj)


@admin.register(CourseAssessor)
class CourseAssessorAdmin(admin.ModelAdmin):
    """Who marks the work of everybody in a course. Taken away, they see nothing of it from the next page on."""

    list_display = ("person", "course_title", "set_by", "set_at")
    list_select_related = ("person", "course", "set_by")
    search_fields = ("person__username", "person__display_name")
    autocomplete_fields = ("person",)
    fields = ("course", "person")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Name courses by their titles: a course itself is a row without one."""
        if db_field.name == "course":
            kwargs["form_class"] = CourseField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_by, obj.set_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("course"))
    def course_title(self, obj):
        return course_title(obj.course)


def course_title(course):
    """Return the title of a course in its own language; its key while it has no edition."""
    if course.current_edition_id is None:
        return str(course.key)
    return serving.outline_of(course, course.source_language).title
