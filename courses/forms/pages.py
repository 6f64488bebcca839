"""What the CMS asks of a page of a course before it is published; a draft is kept as it is.

Fields of the pages and their blocks say most of it themselves (`courses.blocks`). Here is what takes a look at other
pages, and what a draft may hold although it could not be published.
"""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue

from courses.forms.certificates import has_two_of_a_kind, is_said_alone, lacks_something
from courses.forms.quality import GatedPageForm
from courses.models import AssignmentPage, CoursePage, LessonPage, ModulePage, QuizPage
from courses.queries.bank import bank_for
from courses.queries.certificate_authors import Said, said_in_latest_draft, said_on_certificates
from courses.queries.certificates import STEP_ALONE, step_says_otherwise
from courses.queries.publishing import circle_of_titles, circle_words, leaves_nothing_required
from courses.rules.completable import NOTHING_REQUIRED, STEP_LEAVES_NOTHING_REQUIRED
from courses.rules.freezing import Found, freeze_quiz
from courses.rules.quiz_rules import FIELDS_OF_RULES

LARGEST_SMALL_INTEGER = 32_767
NUMBERS_OF_A_DRAFT = (
    "minutes",
    "pass_mark",
    "max_attempts",
    "wait_minutes",
    "time_limit_minutes",
    "hours",
    "eqf_level",
)
"""Numbers that may be anything while a page is a draft."""


class CoursePageForm(GatedPageForm):
    """The form of every page of a course."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.is_deferred_validation:
            for name in NUMBERS_OF_A_DRAFT:
                if (cleaned.get(name) or 0) > LARGEST_SMALL_INTEGER:
                    self.add_error(name, _("This number is too large."))
        return cleaned

    @property
    def may_go_out(self) -> bool:
        """Whether what is in the form goes out when it is saved: published, at once or at its time, or approved."""
        approves = self.data.get("workflow-action-name") == "approve" and "action-workflow-action" in self.data
        return "action-publish" in self.data or approves

    def speaks_alone(self, said: Said) -> bool:
        """Return whether what the form says on certificates goes out in this person's own words. Cost: as the draft's.

        Who changes them while approving is their author; who approves them as the draft has them is not, whatever else
        they change, and though the CMS kept the page once more in their name.
        """
        return "action-publish" in self.data or (self.may_go_out and said != said_in_latest_draft(self.instance))

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()
        return excluded | set(NUMBERS_OF_A_DRAFT) if self.is_deferred_validation else excluded


class CourseForm(CoursePageForm):
    """A course: it can be completed when it goes live, and what it needs does not need it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation and not self.instance.live and leaves_nothing_required(self.instance):
            self.add_error(None, _(NOTHING_REQUIRED))
        return cleaned

    def is_valid(self) -> bool:
        # Rows of the lists are checked after the form itself, so this is the place that knows them.
        valid: bool = super().is_valid()
        if has_two_of_a_kind(self) or not valid:
            return False
        if self.is_deferred_validation:
            return True
        fine = [not self._in_a_circle(), not lacks_something(self), not is_said_alone(self)]
        return all(fine)

    def _in_a_circle(self) -> bool:
        """Say, at the course that closes it, that these prerequisites go round in a circle."""
        own = self.instance.translation_key
        forms = {
            form: form.cleaned_data["course"]
            for form in self.formsets["prerequisites"].forms
            if form.cleaned_data.get("course") and not form.cleaned_data.get("DELETE")
        }
        found = False
        for form, course in forms.items():
            circle = circle_of_titles(own, [course.key])
            if circle:
                circle[0] = circle[-1] = self.cleaned_data["title"]
                form.add_error("course", circle_words(circle))
                found = True
        return found


class ModuleForm(CoursePageForm):
    """A module: with it, the course can still be completed."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (
            not self.is_deferred_validation
            and not self.instance.live
            and leaves_nothing_required(self.instance, parent=self.parent_page)
        ):
            self.add_error(None, _(NOTHING_REQUIRED))
        return cleaned


class ItemForm(CoursePageForm):
    """A step: one step of the course, at least, stays required."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation and cleaned.get("required") is False:
            self.instance.required = False
            if leaves_nothing_required(self.instance, parent=self.parent_page):
                self.add_error("required", _(STEP_LEAVES_NOTHING_REQUIRED))
        if "needed_for_achievement" in cleaned and self.may_go_out:
            self.instance.needed_for_achievement = cleaned["needed_for_achievement"]
            is_other = step_says_otherwise(self.instance, parent=self.parent_page)
            if is_other and self.speaks_alone(said_on_certificates(self.instance)):
                self.add_error("needed_for_achievement", _(STEP_ALONE))
        return cleaned


class QuizForm(ItemForm):
    """A quiz: its rules go together, and no draw asks for more questions than there are.

    Only rules of the source page count, so nothing is asked of a translation.
    """

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation and not self.errors and not self._is_translation():
            columns = {
                name: value.stream_block.get_prep_value(value) if isinstance(value, StreamValue) else value
                for name, value in cleaned.items()
            }
            # What it takes from the bank is looked up: a draw is counted against what is published there.
            found = Found(trusted=True, bank=bank_for([columns]))
            frozen = freeze_quiz(source=columns, text=columns, language="", source_language="", found=found)
            for problem in frozen.problems:
                if problem.field in FIELDS_OF_RULES:
                    self.add_error(problem.field, _(problem.words) % problem.values)
        return cleaned

    def _is_translation(self) -> bool:
        """Return whether the page gives texts only. Cost: 1 query, none for a page that is not in the tree yet."""
        page = self.instance
        if page.pk is None:
            return False
        same = QuizPage.objects.filter(translation_key=page.translation_key, alias_of=None)
        return bool(same.order_by("pk").values_list("pk", flat=True).first() != page.pk)


class AssignmentForm(ItemForm):
    """An assignment: something can be handed in, and there is something to judge it by."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation:
            if not cleaned.get("takes_text") and not cleaned.get("max_files") and "max_files" not in self.errors:
                self.add_error(
                    "takes_text", _("Nothing could be handed in. Let people write a text here, or hand in a file.")
                )
            if "task" not in self.errors and not str(cleaned.get("task") or "").strip():
                self.add_error("task", _("An assignment needs a task."))
        return cleaned


def attach() -> None:
    """Have the CMS use these forms. Called once, when the app is ready: models know no forms."""
    CoursePage.base_form_class = CourseForm
    ModulePage.base_form_class = ModuleForm
    LessonPage.base_form_class = ItemForm
    QuizPage.base_form_class = QuizForm
    AssignmentPage.base_form_class = AssignmentForm
