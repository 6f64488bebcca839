"""Pages around the courses. Wagtail serves these two kinds itself."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from courses.blocks import RICH_TEXT_FEATURES
from courses.forms.quality import GatedPageForm
from courses.models import CourseCard
from courses.models.vocabularies import Art
from courses.queries import catalogue, serving
from courses.rules.addresses import is_reserved, item_address
from courses.rules.quality import Shape
from foundation.rules.cleaning import plain_text
from foundation.rules.folding import bare_forms
from home.rules.synonyms import entries_of, problem_of

# Linked from the foot of every page: their addresses answer below every language (home.urls).
PAGES_OF_EVERY_LANGUAGE = frozenset({"about", "privacy", "accessibility"})


def _first_lesson_url(cards: list[CourseCard], language: str) -> str:
    """Return the address of the lesson that is open to everybody in the first of these courses, empty without one."""
    if not cards:
        return ""
    outline = serving.outline_of(cards[0].course, language)
    return item_address(outline, outline.first_lesson, language) if outline.first_lesson else ""


class SectionBlock(blocks.StructBlock):
    """A heading and its text."""

    title = blocks.CharBlock(label=_("Heading"), max_length=120)
    html = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT_FEATURES)

    class Meta:
        icon = "title"
        label = _("Section")


class HomePage(Page):
    """The front page of a language."""

    lead = models.TextField(
        _("lead"), max_length=300, blank=True, help_text=_("One or two sentences: what is it, for whom?")
    )
    button_text = models.CharField(_("words on the button"), max_length=60, blank=True)
    sections = StreamField([("section", SectionBlock())], verbose_name=_("sections"), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    private_page_options: list[str] = []
    base_form_class = GatedPageForm
    quality_shape = Shape(plain=("title", "lead"), streams=("sections",))
    content_panels = [
        TitleFieldPanel("title"),
        MultiFieldPanel([FieldPanel("lead"), FieldPanel("button_text")], heading=_("Top of the page")),
        FieldPanel("sections"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("lead")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page; a language that is new lets translators in, whoever made its home page and how."""
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            # By name: models know no operations.
            ensure_translators: Any = import_string("home.operations.groups.ensure_translators")
            ensure_translators(apps)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        language = get_language() or settings.LANGUAGE_CODE
        context["cards"] = catalogue.cards(language=language)[:3]
        context["first_lesson_url"] = _first_lesson_url(context["cards"], language)
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().serve(request, *args, **kwargs)
        response.visitor_cacheable = not getattr(request, "is_preview", False)
        return response


class StandardPage(Page):
    """About, privacy, accessibility, and what else a site has to say."""

    summary = models.TextField(_("summary"), max_length=300, blank=True)
    art = models.CharField(_("drawing"), max_length=20, choices=Art.choices, blank=True)
    sections = StreamField([("section", SectionBlock())], verbose_name=_("sections"), blank=True)
    reviewed_date = models.DateField(_("read again on"), null=True, blank=True)

    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    private_page_options: list[str] = []
    base_form_class = GatedPageForm
    quality_shape = Shape(plain=("title", "summary"), streams=("sections",))
    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("art"),
        FieldPanel("sections"),
        FieldPanel("reviewed_date"),
        HelpPanel(heading=_("This text"), template="courses/cms/this_text.html"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("sections"),
        index.SearchField("bare_words"),
    ]

    def bare_words(self) -> str:
        """Return the words with accents without them, for the index."""
        return bare_forms([self.title, self.summary, self.text])

    @property
    def text(self) -> str:
        """The words of all sections, as text."""
        return " ".join(plain_text(words) for words in self.sections.stream_block.get_searchable_content(self.sections))

    @property
    def answers_in_every_language(self) -> bool:
        """Whether its address works below every language, with the English text where there is no other."""
        return self.depth == 3 and self.slug in PAGES_OF_EVERY_LANGUAGE

    def clean(self) -> None:
        super().clean()
        parent = self.get_parent() if self.path else None
        if is_reserved(self.slug) and (parent is None or parent.depth == 2):
            raise ValidationError(
                {
                    "slug": _("“%(slug)s” is an address that the portal itself answers. Choose another one.")
                    % {"slug": self.slug}
                }
            )

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().serve(request, *args, **kwargs)
        response.visitor_cacheable = not getattr(request, "is_preview", False)
        return response


class SearchSynonyms(models.Model):
    """Words that mean the same to people who search, in one language: who looks for one finds the others too."""

    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    words = models.CharField(
        _("words that mean the same"),
        max_length=300,
        help_text=_("With commas between. Example: passphrase, password, login"),
    )

    panels = [FieldPanel("language"), FieldPanel("words")]

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "words"]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        super().clean()
        problem = problem_of(self.words)
        if problem is not None:
            text, values = problem
            raise ValidationError({"words": gettext(text) % values})
        self.words = ", ".join(entries_of(self.words))
