"""How the columns of a list of people are called in the portal's six languages, and how a language is written there.

A file may mix languages: offices copy columns from several lists into one.
"""

from collections.abc import Mapping

from foundation.rules.folding import fold, words_of

NAME, GIVEN, FAMILY, EMAIL, USERNAME, LANGUAGE = "name", "given", "family", "email", "username", "language"
COLUMNS = (NAME, EMAIL, USERNAME, LANGUAGE)
"""What a row holds. A given and a family name in columns of their own become the name."""

HEADINGS: Mapping[str, Mapping[str, str]] = {
    "en": {NAME: "Name", EMAIL: "E-mail", USERNAME: "Username", LANGUAGE: "Language"},
    "it": {NAME: "Nome e cognome", EMAIL: "E-mail", USERNAME: "Nome utente", LANGUAGE: "Lingua"},
    "ro": {NAME: "Nume", EMAIL: "E-mail", USERNAME: "Nume de utilizator", LANGUAGE: "Limba"},
    "sv": {NAME: "Namn", EMAIL: "E-post", USERNAME: "Användarnamn", LANGUAGE: "Språk"},
    "de": {NAME: "Name", EMAIL: "E-Mail", USERNAME: "Benutzername", LANGUAGE: "Sprache"},
    "es": {NAME: "Nombre y apellidos", EMAIL: "Correo electrónico", USERNAME: "Nombre de usuario", LANGUAGE: "Idioma"},
}
"""The headings of the template, by language."""

_ALSO: Mapping[str, str] = {
    NAME: (
        "name|full name|person|participant|learner|employee|nome|nominativo|nome cognome|cognome e nome|partecipante"
        "|nume|numele|nume si prenume|nume prenume|numele complet|participant|namn|fullstandigt namn|for och efternamn"
        "|deltagare|vollstandiger name|vor und nachname|nachname vorname|teilnehmer|teilnehmerin|nombre"
        "|nombre completo|nombre y apellido|participante"
    ),
    GIVEN: "first name|given name|forename|nome di battesimo|prenume|prenumele|fornamn|vorname|vornamen|nombre de pila",
    FAMILY: (
        "last name|family name|surname|cognome|nume de familie|numele de familie|efternamn|familjenamn|nachname"
        "|familienname|zuname|apellido|apellidos"
    ),
    EMAIL: (
        "e mail|email|mail|e mail address|email address|mail address|indirizzo e mail|indirizzo email|posta elettronica"
        "|indirizzo di posta elettronica|adresa de e mail|adresa de email|adresa e mail|adresa email|posta electronica"
        "|e post|epost|e postadress|epostadress|mejl|mejladress|e mail adresse|email adresse|emailadresse"
        "|mailadresse|correo|correo electronico|direccion de correo|direccion de correo electronico|direccion de e mail"
    ),
    USERNAME: (
        "username|user name|user|login|sign in name|nome utente|utente|nume de utilizator|nume utilizator|utilizator"
        "|anvandarnamn|anvandare|benutzername|benutzer|nutzername|anmeldename|nombre de usuario|usuario"
    ),
    LANGUAGE: "language|lang|lingua|limba|sprak|sprache|idioma|lengua",
}

_LANGUAGES: Mapping[str, str] = {
    "en": "en|eng|english|inglese|engleza|engelska|englisch|ingles",
    "it": "it|ita|italian|italiano|italiana|italienska|italienisch",
    "ro": "ro|ron|rum|romanian|romana|rumeno|romeno|rumanska|rumanisch|rumano",
    "sv": "sv|swe|se|swedish|svenska|svedese|suedeza|schwedisch|sueco",
    "de": "de|deu|ger|german|deutsch|tedesco|germana|tyska|aleman",
    "es": "es|spa|esp|spanish|espanol|castellano|spagnolo|spaniola|spanska|spanisch",
}


def _plain(text: str) -> str:
    return " ".join(words_of(fold(text)))


_COLUMN_OF = {
    form: column
    for column, forms in _ALSO.items()
    for form in (*forms.split("|"), *(_plain(words[column]) for words in HEADINGS.values() if column in words))
}
_LANGUAGE_OF = {form: code for code, forms in _LANGUAGES.items() for form in forms.split("|")}


def column_of(heading: str) -> str:
    """Return which column a heading names, "" for none that is read here.

    >>> column_of(" E-MAIL address"), column_of("Apellidos"), column_of("Telefon")
    ('email', 'family', '')
    """
    return _COLUMN_OF.get(_plain(heading), "")


def language_of(text: str) -> str:
    """Return the code of a language as people write it, "" for one the portal does not have.

    >>> language_of("Deutsch"), language_of("it-IT"), language_of("Klingon")
    ('de', 'it', '')
    """
    words = _plain(text)
    first = words.split(" ", 1)[0] if words[2:3] == " " else ""  # a code with a country: de-AT
    return _LANGUAGE_OF.get(words) or _LANGUAGE_OF.get(first, "")
