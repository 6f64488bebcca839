"""The question bank in the CMS: its list, editor and chooser, where a question is used, and why it stays.

The chooser shows names and tags, the list the kind and the first words of a question as well, and neither an answer.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import CharField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import LocaleFilter, WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm, LocaleFilterMixin
from wagtail.admin.panels import Panel
from wagtail.admin.ui.tables import Column, LocaleColumn
from wagtail.admin.widgets.button import Button, ButtonWithDropdown
from wagtail.blocks import Block
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet, UnpublishView, UsageView

from courses.models import BankQuestion
from courses.operations.settling import flagged_courses
from courses.queries.bank import quizzes_kept_as_they_were, uses_of, why_question_stays
from courses.rules.bank import one_tag
from courses.wagtail_hooks.exchange import exchange_buttons

_FIRST_CHARACTERS = 70


class BankUsePanel(Panel):
    """Which quizzes take the question."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/cms/bank_use.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "uses": uses_of(self.instance.translation_key)}


class _IndexView(IndexView):
    """The list, at a number of queries that does not grow with it: what others hang on each row asks for each row."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *exchange_buttons(self.request.user)]

    def get_list_buttons(self, instance: BankQuestion) -> list[Button]:
        label = gettext("More options for “%(title)s”") % {"title": instance.title}
        entries = self.get_list_more_buttons(instance)
        buttons = [Button.from_menu_item(entry) for entry in entries if entry.is_shown(self.request.user)]
        return [ButtonWithDropdown(buttons=buttons, icon_name="dots-horizontal", attrs={"aria-label": label})]


class _UsageView(UsageView):
    """Where a question is used, as its editor says: the CMS's own index knows nothing of tags. Cost: 3 queries of ours."""

    def get_queryset(self) -> "QuerySet[BankQuestion]":
        return BankQuestion.objects.none()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(*args, **kwargs), "uses": uses_of(self.object.translation_key)}


class _EditView(EditView):
    def get_usage_url(self) -> None:
        """Leave the count of the CMS's own index out: the panel below says where the question is used."""


class _UnpublishView(UnpublishView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "usage_count": len(uses_of(self.object.translation_key))}


class BankFilters(WagtailFilterSet):
    tag = django_filters.CharFilter(label=_("Tag"), method="with_tag")
    language = LocaleFilter(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = BankQuestion
        fields: list[str] = []

    def with_tag(self, rows: "QuerySet[BankQuestion]", name: str, value: str) -> "QuerySet[BankQuestion]":
        return rows.filter(tags__icontains=one_tag(value))


class _ChooserFilters(LocaleFilterMixin, BaseFilterForm):
    """Narrows the chooser by a word of the name or of the tags: the bank is in no search index."""

    q = CharField(label=_("Name or tag"), required=False)

    def filter(self, objects: "QuerySet[BankQuestion]") -> "QuerySet[BankQuestion]":
        objects = super().filter(objects)
        words = one_tag(self.cleaned_data.get("q") or "")
        if words:
            self.is_searching, self.search_query = True, words
            objects = objects.filter(title__icontains=words) | objects.filter(tags__icontains=words)
        return objects


class _ChooseView(ChooseView):
    filter_form_class = _ChooserFilters

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, Column("tags", label=_("Tags"))]


class _ChooseResultsView(ChooseResultsView):
    filter_form_class = _ChooserFilters

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, Column("tags", label=_("Tags"))]


class BankChooserViewSet(SnippetChooserViewSet):
    choose_view_class = _ChooseView
    choose_results_view_class = _ChooseResultsView


def _status(question: BankQuestion) -> str:
    """Return how a question stands, of what its row says: the CMS's own words ask for each row."""
    if not question.live:
        return gettext("Draft")
    return gettext("Published, with changes in a draft") if question.has_unpublished_changes else gettext("Published")


def _asked(question: BankQuestion) -> tuple[Block | None, str]:
    """Return the block of a kind and what is asked, or None and "" where nothing is written yet. Reads the row alone."""
    raw = next(iter(question.question.raw_data), None)
    if raw is None:
        return None, ""
    return question.question.stream_block.child_blocks.get(raw["type"]), str(raw["value"].get("text") or "")


def _kind(question: BankQuestion) -> str:
    block, _text = _asked(question)
    return str(block.label) if block else ""


def _first_words(question: BankQuestion) -> str:
    return Truncator(_asked(question)[1]).chars(_FIRST_CHARACTERS)


class BankViewSet(SnippetViewSet):
    model = BankQuestion
    icon = "help"
    menu_label = _("Question bank")
    menu_order = 55
    add_to_admin_menu = True
    list_display = (
        "title",
        Column("kind", label=_("Kind"), accessor=_kind),
        Column("question", label=_("Question"), accessor=_first_words),
        "tags",
        LocaleColumn(),
        Column("live", label=_("Status"), accessor=_status, sort_key="live"),
    )
    list_filter: dict[str, list[str]] = {}
    filterset_class = BankFilters
    search_fields = ("title",)
    search_backend_name = None
    list_per_page = 50
    ordering = ("title", "pk")
    index_view_class = _IndexView
    edit_view_class = _EditView
    unpublish_view_class = _UnpublishView
    usage_view_class = _UsageView
    panels = [*BankQuestion.panels, BankUsePanel(heading=_("Where it is used"))]
    chooser_viewset_class = BankChooserViewSet
    chooser_per_page = 25
    copy_view_enabled = True

    def get_usage_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_usage_view_kwargs(**{"template_name": "courses/cms/bank_usage.html", **kwargs})

    def get_queryset(self, request: HttpRequest) -> "QuerySet[BankQuestion]":
        return BankQuestion.objects.select_related("locale")


register_snippet(BankViewSet)


@hooks.register("before_delete_snippet")
def keep_used_questions(request: HttpRequest, objects: Iterable[Any]) -> HttpResponse | None:
    """Say why questions of the bank stay, and lead back to the list."""
    questions = [entry for entry in objects if isinstance(entry, BankQuestion)]
    said = [words for question in questions if (words := why_question_stays(question))]
    if not said:
        return None
    for words in said:
        messages.error(request, words)
    return redirect(BankQuestion.snippet_viewset.get_url_name("list"))


@hooks.register("after_edit_snippet")
@hooks.register("after_unpublish")
def say_which_quizzes_keep_their_questions(request: HttpRequest, instance: Any) -> None:
    """Say of which published quizzes learners still get the questions of before: as they are now, they cannot be asked."""
    if not isinstance(instance, BankQuestion):
        return
    for title, words in quizzes_kept_as_they_were(flagged_courses()):
        text = gettext("The quiz “%(quiz)s” keeps its questions as they were: %(why)s")
        messages.warning(request, text % {"quiz": title, "why": words})
