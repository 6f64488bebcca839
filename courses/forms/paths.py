"""What the CMS asks of a learning path before it is published; a draft is kept with what it lacks."""

from typing import Any

from django.utils.translation import gettext as _

from courses.forms.certificates import has_two_of_a_kind
from courses.forms.pages import CoursePageForm
from courses.models import LearningPathPage
from courses.queries.certificate_authors import Said, said_on_certificates
from courses.queries.paths import ALONE, draft_says_otherwise, problems_of_path, read_path, words_of
from courses.rules.certificate_terms import certificate_entry
from courses.rules.paths import PathPages, PathProblem


class LearningPathForm(CoursePageForm):
    """A learning path: its courses are published, its certificates say what they must, two people change what they said.

    A translation gives texts only; they are looked at when it is published.
    """

    def is_valid(self) -> bool:
        # Rows of the lists are checked after the form itself, so this is the place that knows them.
        valid: bool = super().is_valid()
        if not valid or has_two_of_a_kind(self):
            return False
        if self.is_deferred_validation or self._is_translation():
            return True
        draft = self._as_written()
        problems = problems_of_path(draft)
        # Of before anything is said: a field with an error is not among the cleaned ones any more.
        rows = {form.cleaned_data.get("kind", ""): form for form in self._rows("certificate_definitions")}
        for problem in problems:
            self._say(problem, rows.get(problem.kind))
        is_alone = self.may_go_out and draft_says_otherwise(draft) and self.speaks_alone(self._said())
        if is_alone:
            self.add_error(None, _(ALONE))
        return not problems and not is_alone

    def _as_written(self) -> PathPages:
        language = self.instance.locale.language_code
        text = {name: self.cleaned_data.get(name) or "" for name in ("title", "summary")} | {"description_html": ""}
        return PathPages(
            key=str(self.instance.translation_key),
            source_language=language,
            live=True,
            slug="",
            eqf_level=self.cleaned_data.get("eqf_level"),
            courses=tuple(str(form.cleaned_data["course"].key) for form in self._rows("courses")),
            texts={language: text},
            certificates=tuple(
                certificate_entry(
                    str(form.instance.translation_key), {language: form.instance.frozen_columns()}, language
                )
                for form in self._rows("certificate_definitions")
            ),
        )

    def _said(self) -> Said:
        return said_on_certificates(
            self.instance,
            definitions=[form.instance for form in self._rows("certificate_definitions")],
            courses=[form.instance for form in self._rows("courses")],
        )

    def _rows(self, name: str) -> list[Any]:
        """Return the forms of a list that stay, in their order."""
        kept = [
            form
            for form in self.formsets[name].forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]
        return sorted(kept, key=lambda form: form.cleaned_data.get("ORDER") or 0)

    def _say(self, problem: PathProblem, row: Any) -> None:
        """Say a problem at its field; what is wrong with a list as a whole, above the form."""
        if row is not None and problem.part in row.fields:
            row.add_error(problem.part, words_of(problem))
        else:
            self.add_error(problem.field if problem.field in self.fields else None, words_of(problem))

    def _is_translation(self) -> bool:
        page = self.instance
        if page.pk is None:
            return False
        source = read_path(page.translation_key, None)
        return source is not None and source.source_language != page.locale.language_code


def attach() -> None:
    """Have the CMS use this form."""
    LearningPathPage.base_form_class = LearningPathForm
