"""The form by which an operator gives a partner a section of its own."""

from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from case_studies.models import CaseStudyIndexPage, CaseStudyPage
from courses.models import CourseIndexPage, CoursePage, LearningPathPage
from home.models import StandardPage
from home.operations.sections import LEAST_DEPTH
from home.queries.waiting import KINDS

OWNED = (CourseIndexPage, CoursePage, LearningPathPage, CaseStudyIndexPage, CaseStudyPage, StandardPage)
"""The kinds of pages that a section may begin with."""


class _PageChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Page) -> str:
        language = get_language_info(obj.locale.language_code)["name_local"]
        kind = KINDS.get(obj.content_type.model, "")
        return f"{obj.title} ({kind}, {language})"


def _pages() -> Any:
    pages = Page.objects.type(*OWNED).filter(depth__gte=LEAST_DEPTH, alias_of=None)
    return pages.select_related("content_type", "locale").order_by("path")


class SectionForm(forms.Form):
    """Who gets which part of the site, and how far their rights go there."""

    name = forms.CharField(
        label=_("Name of the partner"),
        max_length=100,
        help_text=_("Its group and its folder of pictures and documents are called so. Example: Rete Collina Viva"),
        error_messages={"required": _("Write the name of the partner.")},
    )
    page = _PageChoice(
        label=_("Page of the section"),
        queryset=Page.objects.none(),
        empty_label=_("Choose a page"),
        help_text=_("The partner writes on this page and on all below it, and nowhere else."),
        error_messages={"required": _("Choose the page where the section begins.")},
    )
    only_own_pages = forms.BooleanField(
        label=_("Only pages of their own"),
        required=False,
        help_text=_(
            "They add pages there and change those, and leave alone what others wrote. For a list that many share."
        ),
    )
    may_publish = forms.BooleanField(
        label=_("May publish without review"),
        required=False,
        help_text=_("Otherwise what they write goes to a reviewer first."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page_field: Any = self.fields["page"]
        page_field.queryset = _pages()
