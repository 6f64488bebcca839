"""A passage in another language than its page says so, or screen readers mispronounce it (WCAG 2.2, 3.1.2).

Language is told by the small words of each of the portal's six languages: most of what anybody writes is made of them.
They need a dozen words to be sure, and a clear lead over the language that is declared; a quotation of three words, a
name or the title of a law is never questioned. A seventh language is not recognised.
"""

from courses.rules.quality.form import DraftText, Found, Rule, gettext_noop
from courses.rules.reading import words_of

FEWEST_WORDS = 12
"""Shorter passages are not judged."""

LEAST_SHARE = 0.2
"""Share of small words that makes a language likely; running text has 0.35 to 0.55 of them."""

LEAST_LEAD = 3
"""By how many small words a language must lead over the declared one, and at least twice as many."""

SMALL_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": (
            "the of and to a in is that it you for on are with as they be at this have from or one had by but not what "
            "all were we when your can there use an each which she do how their if will up about out them then these so "
            "some her would make like him into has two more no could people my than been who its now did get may where "
            "does must should was i he his our"
        ),
        "it": (
            "il lo la i gli le un uno una di a da in con su per tra fra del dello della dei degli delle al allo alla ai "
            "agli alle dal dalla dai nel nella nei nelle sul sulla e ed o ma che chi non si è sono era ha hanno hai ho "
            "come anche più se quando dove questo questa questi queste quello quella cosa ci vi mi ti lei lui noi voi "
            "loro suo sua tuo tua essere fare può puoi tutto tutti ogni senza prima dopo poi già solo qui perché"
        ),
        "ro": (
            "și în de la pe cu un o al ale ai a să nu se este sunt era are au am ai că ca care ce cine din pentru mai "
            "dar sau dacă când unde cum acest această aceste acel acea acestea lui lor ei el ea noi voi îi îl le vă ne "
            "te mă își fi fost face poate pot trebuie toate toți tot fără după înainte până prin despre între sub foarte "
            "doar aici atunci tău ta lângă către unei unui"
        ),
        "sv": (
            "och i att det som en på är av för med den till ett har de inte om du kan eller man vi jag han hon var sig så "
            "men från när där här hur vad vem ska skulle ut upp in över efter utan under mot mellan också bara mer mycket "
            "dem dig mig oss er sin sitt sina din ditt dina detta denna dessa någon något några alla allt varje blir bli "
            "vara hade måste får sedan då än"
        ),
        "de": (
            "der die das und in zu den dem des ein eine einen einem einer eines ist sind war wird werden mit auf für von "
            "im am zum zur an als auch es nicht sich sie er wir ihr ich du man wie was wer wenn dass oder aber nur noch "
            "bei nach aus vor über unter durch um bis so hat haben kann können muss müssen soll sollen dieser diese dieses "
            "alle alles jede jeder kein keine mehr sehr dann wo ihre ihren sein seine dein deine"
        ),
        "es": (
            "el la los las un una unos unas de a en con por para del al y e o u pero que quien no se es son era está están "
            "ha han he hay como también más si cuando donde este esta estos estas ese esa eso esto lo le les me te nos su "
            "sus tu tus mi ser hacer puede puedes todo todos cada sin antes después ya solo aquí porque muy sobre entre "
            "desde hasta qué cómo"
        ),
    }.items()
}
"""The most frequent articles, pronouns, prepositions, auxiliaries and conjunctions, written down for this portal."""


def likely_language(text: str, *, declared: str) -> str:
    """Return the language a passage is likely in, of the six, or what is declared for it where nothing says otherwise.

    >>> likely_language("Der Schlüssel liegt auf dem Tisch, und die Tür ist nicht zu, wenn man es eilig hat.", declared="en")
    'de'
    """
    words = [word.casefold() for word in words_of(text)]
    if len(words) < FEWEST_WORDS or declared not in SMALL_WORDS:
        return declared
    counts = {language: sum(word in small for word in words) for language, small in SMALL_WORDS.items()}
    likely = max(counts, key=lambda language: (counts[language], language == declared))
    own = counts[declared]
    is_clear = counts[likely] >= own + LEAST_LEAD and counts[likely] >= 2 * own
    return likely if is_clear and counts[likely] >= LEAST_SHARE * len(words) else declared


def _check(text: DraftText) -> Found:
    for passage in text.passages:
        if passage.place == (text.shape.source,):
            continue  # titles of works keep their language (3.1.2 leaves names out), and it could not be declared there
        declared = passage.language or text.language
        for line in passage.text.split("\n"):
            likely = likely_language(line, declared=declared)
            if likely != declared:
                words = gettext_noop("“%(words)s …” seems to be in another language (%(language)s).")
                yield passage.place, words, {"words": " ".join(words_of(line)[:6]), "language": likely}
                break


PARTS = Rule(
    key="language-of-parts",
    name=gettext_noop("Other languages are declared"),
    asks=gettext_noop("A passage in another language than the page says which (WCAG 2.2, 3.1.2)."),
    mend=gettext_noop(
        "Translate it, or keep it in a text, a quote or a note of its own and choose its language there."
    ),
    check=_check,
)
