"""What a funded project asks to be said and shown, where it is switched on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.models import Project, ProjectText


@dataclass(frozen=True, slots=True)
class Visibility:
    """The words of a project in one language, word for word from its grant agreement. `language` is theirs."""

    language: str
    statement: str
    disclaimer: str
    emblem: str


def visibility_of(project: Project | None, language: str) -> Visibility | None:
    """Return what a project shows in a language, else in English, else in any; None where nothing is switched on.

    `emblem` is the name of the file in the default storage, "" where there is none. Without words there is nothing:
    an emblem alone would claim a support of no named kind. Cost: 1 query where it is switched on.
    """
    if project is None or project.statement == Project.Statement.NONE:
        return None
    return _chosen(project.texts.all(), project, language)


def support_of(project: int | None, language: str) -> Visibility | None:
    """Return the same for the number of a project that was not read. Cost: 1 query, none without a project."""
    if project is None:
        return None
    shown = ProjectText.objects.filter(project=project).exclude(project__statement=Project.Statement.NONE)
    texts = list(shown.select_related("project"))
    return _chosen(texts, texts[0].project, language) if texts else None


def footnotes_of(project: int | None, language: str) -> Mapping[str, list[str]]:
    """Return what a mail about a project adds to its words: `footnotes`, or nothing. Cost: as `support_of`."""
    support = support_of(project, language)
    return {"footnotes": [line for line in (support.statement, support.disclaimer) if line]} if support else {}


def _chosen(rows: Iterable[ProjectText], project: Project, language: str) -> Visibility | None:
    texts = {text.language: text for text in rows}
    text = texts.get(language) or texts.get("en") or next((texts[code] for code in sorted(texts)), None)
    if text is None:
        return None
    return Visibility(text.language, text.statement, text.disclaimer, project.emblem.name or "")
