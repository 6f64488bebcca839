"""Words of the payload as language maps, and whether there is enough for a file at all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from certificates.rules.elm.codes import is_listed

LanguageMap = dict[str, str]


class NotExportable(Exception):
    """The payload lacks something without which the model takes no file; the message says what."""


def missing_of(payload: Mapping[str, Any]) -> str:
    """Return what a payload lacks for a file: "achievement" (it is of schema 1) or "country"; empty if nothing.

    An issuer without country is one that is not set up yet, whose certificates say DEMO.
    """
    if "achievement" not in payload:
        return "achievement"
    return "" if is_listed("country", payload["issuer"]["country"]) else "country"


def languages_of(payload: Mapping[str, Any]) -> list[str]:
    """Return the languages in which a course has words of its own; in others of the site its words are one of these."""
    texts = payload["texts"]
    own = [language for language, text in texts.items() if text["language"] == language]
    return [
        language
        for language in own or dict.fromkeys(text["language"] for text in texts.values())
        if is_listed("language", language)
    ]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a payload in some of its languages, of which `primary` is for what is said in one language."""

    payload: Mapping[str, Any]
    languages: Sequence[str]
    primary: str

    def of(self, field: str) -> LanguageMap:
        """Return a text of the course or its definition, where it is not empty."""
        return {language: text[field] for language, text in self._each() if text.get(field)}

    def titled(self, titles: LanguageMap) -> LanguageMap:
        """Return titles, marked where the certificate is made to try the portal out."""
        return {key: f"DEMO: {title}" for key, title in titles.items()} if self.payload["is_demo"] else titles

    def line(self, part: str, key: str) -> LanguageMap:
        """Return an element or note as it is read, with its label: "Level: Indicative EQF level 6. ..."."""
        return self._lines(part, key, lambda line: f"{line['label']}: {_joined(line['values'])}")

    def label(self, part: str, key: str) -> LanguageMap:
        """Return what an element or note is about."""
        return self._lines(part, key, lambda line: str(line["label"]))

    def first(self, part: str, key: str) -> LanguageMap:
        """Return the first that an element or note says."""
        return self._lines(part, key, lambda line: str(line["values"][0]))

    def listed(self, name: str, key: str) -> LanguageMap:
        """Return the first that a list of the texts says under a key, such as the title of a course of a path."""
        return {
            language: entry["title"]
            for language, text in self._each()
            for entry in text.get(name, ())
            if entry["key"] == key
        }

    def outcomes(self) -> list[LanguageMap]:
        """Return the learning outcomes in their order, each in its languages."""
        said = {language: {entry["id"]: entry["text"] for entry in text["outcomes"]} for language, text in self._each()}
        return [
            {language: texts[key] for language, texts in said.items() if key in texts}
            for key in dict.fromkeys(key for texts in said.values() for key in texts)
        ]

    def once(self, text: str) -> LanguageMap:
        """Return a text that is the same in every language, such as a name."""
        return {self.primary: text}

    def _each(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        # Where no text is in a language of its own, those of any site language are.
        by_language = {text["language"]: text for text in reversed(list(self.payload["texts"].values()))}
        for language in self.languages:
            yield language, self.payload["texts"].get(language) or by_language[language]

    def _lines(self, part: str, key: str, read: Callable[[Mapping[str, Any]], str]) -> LanguageMap:
        """Return what `read` makes of a line that is there and says something, under the language its words are in."""
        said: LanguageMap = {}
        for _language, text in self._each():
            for line in text.get(part, ()):
                if line["key"] == key and any(line["values"]):
                    said.setdefault(line.get("language") or text["words"], read(line))
        return said


def _joined(values: Sequence[str]) -> str:
    """Return several sentences as one text; what is no sentence ends with a semicolon."""
    said = [value for value in values if value]
    *before, last = said
    return " ".join([*(value if value.endswith((".", "!", "?")) else f"{value};" for value in before), last])
