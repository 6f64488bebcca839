"""The words of a link say where it leads, read without what is around it: screen readers list links (WCAG 2.2, 2.4.4)."""

import re

from courses.rules.quality.form import DraftText, Found, Rule, gettext_noop
from courses.rules.reading import lines_of

_LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_BARE_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$|^[\w.-]+\.[a-z]{2,}/\S+$", re.IGNORECASE)
_EDGES = " \t\n.,;:!?()[]«»\"'“”„>→…-"

SAYS_NOTHING = {
    "en": (
        "click|click here|click this|click this link|here|more|read more|learn more|find out more|see more|more here|"
        "link|this|this link|this page|this site|this website|website|page|download|go|follow this link|press here|"
        "tap here|details|continue|info|more information|read this|see here|read here|look here"
    ),
    "de": (
        "klick|klicken|klicken sie hier|klick hier|hier klicken|hier|mehr|mehr lesen|weiterlesen|weiter|mehr erfahren|"
        "mehr dazu|mehr infos|mehr informationen|link|dieser link|diese seite|seite|webseite|website|herunterladen|"
        "download|siehe hier|details|lesen sie mehr|hier lesen"
    ),
    "es": (
        "clic|clic aquí|haz clic|haz clic aquí|haga clic aquí|pulsa aquí|pulse aquí|aquí|más|leer más|ver más|lee más|"
        "saber más|más información|enlace|este enlace|esta página|página|sitio web|web|descargar|descarga|ver aquí|detalles"
    ),
    "it": (
        "clicca|clicca qui|cliccare qui|fai clic qui|premi qui|qui|più|altro|leggi|leggi tutto|leggi di più|di più|"
        "scopri di più|continua|maggiori informazioni|link|questo link|questa pagina|pagina|sito|sito web|scarica|"
        "download|vedi qui|dettagli"
    ),
    "ro": (
        "clic|click|clic aici|click aici|dă clic aici|dați clic aici|apasă aici|apăsați aici|aici|mai mult|mai multe|"
        "citește|citește mai mult|citiți mai mult|află mai multe|aflați mai multe|detalii|link|acest link|linkul|"
        "această pagină|pagina|site|descarcă|descărcați|vezi aici|informații"
    ),
    "sv": (
        "klicka|klicka här|tryck här|här|mer|läs mer|läs|se mer|mer information|mer info|länk|länken|denna länk|"
        "den här länken|denna sida|den här sidan|sida|sidan|webbplats|ladda ner|hämta|fortsätt|se här|detaljer"
    ),
}
"""Words that lead anywhere, by language, with | between."""

_SETS = {language: frozenset(words.split("|")) for language, words in SAYS_NOTHING.items()}


def says_nothing(words: str, language: str) -> bool:
    """Return whether the words of a link could lead anywhere: in the language of the text, or in English.

    >>> says_nothing("Click here!", "sv"), says_nothing("How to click", "en")
    (True, False)
    """
    plain = " ".join(words.casefold().strip(_EDGES).split())
    return plain in _SETS.get(language, frozenset()) or plain in _SETS["en"]


def _check(text: DraftText) -> Found:
    for passage in text.passages:
        language = passage.language or text.language
        for link in _LINK.findall(passage.html):
            words = " ".join(lines_of(link).split())
            if not words.strip(_EDGES):
                yield passage.place, gettext_noop("A link has no words."), {}
            elif _BARE_ADDRESS.match(words):
                yield passage.place, gettext_noop("The words of a link are an address: “%(words)s”."), {"words": words}
            elif says_nothing(words, language):
                yield (
                    passage.place,
                    gettext_noop("A link says “%(words)s”, which could lead anywhere."),
                    {"words": words},
                )


LINK_TEXTS = Rule(
    key="link-texts",
    name=gettext_noop("Links say where they lead"),
    asks=gettext_noop("The words of a link make sense alone: no “here”, no “more”, no bare address (WCAG 2.2, 2.4.4)."),
    mend=gettext_noop("Link the words that name what people find there. Example: the guide to passphrases."),
    check=_check,
)
