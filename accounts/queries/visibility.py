"""What a funded project asks to be said and shown, where it is switched on."""

from dataclasses import dataclass

from accounts.models import Project


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
    texts = {text.language: text for text in project.texts.all()}
    text = texts.get(language) or texts.get("en") or next((texts[code] for code in sorted(texts)), None)
    if text is None:
        return None
    return Visibility(text.language, text.statement, text.disclaimer, project.emblem.name or "")
