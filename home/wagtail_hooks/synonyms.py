"""Synonyms of the site search in the CMS: who looks for one word finds the others too."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.models import SearchSynonyms


class SynonymsViewSet(SnippetViewSet):
    """One set of words a row, in one language."""

    model = SearchSynonyms
    icon = "search"
    menu_label = _("Search synonyms")
    add_to_settings_menu = True
    menu_order = 620
    list_display = ("words", "language")
    list_filter = ("language",)
    ordering = ("language", "words")
    copy_view_enabled = False


register_snippet(SynonymsViewSet)
