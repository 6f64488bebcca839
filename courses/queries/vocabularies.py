"""What competences and levels are called (`courses.rules.frameworks`)."""

from collections.abc import Mapping

from django.utils.translation import gettext

from courses.rules.frameworks import frameworks


def framework_label(framework: str, version: str) -> str:
    """Return the name of a framework with its version, such as "DigComp 2.2"; of an unknown one its code and version."""
    known = frameworks().get((framework, version))
    return str(known["name"]) if known else f"{framework} {version}"


def competence_label(framework: str, version: str, code: str, language: str) -> str:
    """Return what a competence is called in a language, else in English; of an unknown one its code."""
    for competence in frameworks().get((framework, version), {}).get("competences", ()):
        if competence["code"] == code:
            return _in(competence["label"], language)
    return code


def competence_name(framework: str, version: str, code: str, language: str) -> str:
    """Return what a competence is called in a language; "" of an unknown one, and where it has no name in that language."""
    for competence in frameworks().get((framework, version), {}).get("competences", ()):
        if competence["code"] == code:
            return str(competence["label"].get(language, ""))
    return ""


def level_label(framework: str, version: str, level: int | None, language: str) -> str:
    """Return the band of a level from 1 to 8 in the words of the framework's version; "" where it has none."""
    if level is None:
        return ""
    for band in frameworks().get((framework, version), {}).get("bands", ()):
        if band["from"] <= level <= band["to"]:
            return _in(band["label"], language)
    return ""


def competence_words(framework: str, version: str, code: str, level: int | None, language: str) -> str:
    """Return a competence in words, with its place in the framework: what it is called, framework, code, level.

    `language` is that of its name; the words around it are in the language that is active.
    """
    label = competence_label(framework, version, code, language)
    place = f"{framework_label(framework, version)}, {code}"
    if level is not None:
        place = gettext("%(competence)s, level %(level)s") % {"competence": place, "level": level}
    return place if label == code else f"{label} ({place})"


def _in(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or labels["en"]
