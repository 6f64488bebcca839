"""Lists to choose from: the outcomes of courses, the competences of frameworks.

What a question was linked with may go later. Then the list no longer shows it, and nothing is refused for it.
"""

from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import get_language
from wagtail import blocks

from courses.rules.frameworks import frameworks

Choices = list[tuple[str, list[tuple[str, str]]]]


def outcome_choices() -> Choices:
    """Return outcomes by their translation key, grouped by course, each in the course's own language. Cost: 1 query."""
    rows = (
        apps.get_model("courses", "CourseOutcome")
        .objects.filter(page__live=True, page__alias_of=None)
        .order_by("page__title", "page_id", "sort_order", "pk")
        .values_list("translation_key", "text", "page__title", "page__translation_key", "page__locale__language_code")
    )
    sources = dict(apps.get_model("courses", "Course").objects.values_list("key", "source_language"))
    groups: dict[tuple[str, Any], list[tuple[str, str]]] = {}
    for key, text, title, course, language in rows:
        if sources.get(course, language) == language:
            groups.setdefault((title, course), []).append((str(key), text))
    return [(title, entries) for (title, _course), entries in groups.items()]


def competence_choices() -> Choices:
    """Return the competences of every framework as "framework:version:code", named in the language that is active."""
    language = (get_language() or "en").split("-")[0]
    return [
        (
            framework["name"],
            [
                (
                    f"{name}:{version}:{competence['code']}",
                    f"{competence['code']} {competence['label'].get(language) or competence['label']['en']}",
                )
                for competence in framework.get("competences", ())
            ],
        )
        for (name, version), framework in frameworks().items()
        if framework.get("competences")
    ]


class _AnyOfThem(forms.ChoiceField):
    """A choice whose list is looked up when it is shown, not when it is sent back."""

    def valid_value(self, value: Any) -> bool:
        return True


class _LookedUpBlock(blocks.ChoiceBlock):
    def get_field(self, **kwargs: Any) -> forms.ChoiceField:
        return _AnyOfThem(**kwargs)

    def normalize_choice(self, value: Any) -> str:
        # The lists take a query, and a quiz has many questions: what is stored is text and stays it.
        return "" if value is None else str(value)


class OutcomeBlock(_LookedUpBlock):
    """The translation key of an outcome, "" for none."""

    choices = staticmethod(outcome_choices)


class CompetenceBlock(_LookedUpBlock):
    """A competence as "framework:version:code", "" for none."""

    choices = staticmethod(competence_choices)
