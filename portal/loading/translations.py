"""A translation gives texts only: laid over the file it translates, it makes a whole page."""

from typing import Any

from portal.loading.fields import Problem

# What a page is, not what it says: read from the file in the source language. A translation may repeat it unchanged.
NO_TEXTS = frozenset(
    {
        "accents",
        "answer",
        "art",
        "assessment_types",
        "audience",
        "author",
        "by",
        "case",
        "category",
        "competence",
        "competences",
        "correct",
        "count",
        "counting",
        "course",
        "courses",
        "decorative",
        "done_by_attendance",
        "draws",
        "ects",
        "eqf",
        "feedback_timing",
        "from_bank",
        "hours",
        "id",
        "key",
        "kind",
        "language",
        "layout",
        "lesson",
        "level",
        "licence",
        "max_attempts",
        "max_files",
        "minutes",
        "mixes_options",
        "mixes_questions",
        "mode",
        "needed_for_achievement",
        "needs_second_assessor",
        "number",
        "offers_practice",
        "outcome",
        "partial",
        "pass_mark",
        "picture",
        "plain_language",
        "points",
        "prerequisites",
        "recertification_months",
        "required",
        "review_by_date",
        "reviewed_date",
        "reviews_first",
        "section",
        "signatory_name",
        "tag",
        "tags",
        "takes_text",
        "time_limit_minutes",
        "tolerance",
        "tone",
        "tries_period",
        "type",
        "validity_months",
        "wait_minutes",
        "waits_for_quizzes",
    }
)
# May be another one in another language, and may stay.
MAY_STAY = frozenset({"file", "url"})


def translated(source: dict[str, Any], texts: dict[str, Any], *, file: str, problems: list[Problem]) -> dict[str, Any]:
    """Return the source file's mapping with the texts of its translation; note where the two do not fit together."""
    return _Overlay(file, problems).mapping(source, texts, "")


class _Overlay:
    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems

    def note(self, where: str, reason: str) -> None:
        self.problems.append(Problem(self.file, where, reason))

    def mapping(self, source: dict[str, Any], texts: dict[str, Any], where: str) -> dict[str, Any]:
        for name in texts:
            if name not in source:
                self.note(_join(where, name), "The page that this translates has no such field.")
        whole = {}
        for name, value in source.items():
            place = _join(where, name)
            if name in NO_TEXTS:
                if name in texts and texts[name] != value:
                    self.note(
                        place, f"This is {value!r} in the page that this translates; a translation changes texts only."
                    )
                whole[name] = value
            elif name in texts:
                whole[name] = self.value(value, texts[name], place)
            else:
                if name not in MAY_STAY and _has_text(value):
                    self.note(place, "The translation of this field is missing.")
                whole[name] = value
        return whole

    def value(self, source: Any, text: Any, where: str) -> Any:
        if isinstance(source, dict) and isinstance(text, dict):
            return self.mapping(source, text, where)
        if isinstance(source, list) and isinstance(text, list):
            return self.entries(source, text, where)
        if isinstance(source, dict | list) or isinstance(text, dict | list):
            self.note(where, "This has another shape than in the page that this translates.")
            return source
        return text

    def entries(self, source: list[Any], texts: list[Any], where: str) -> list[Any]:
        if where.endswith(("topics", "accepted")):  # as many as the language needs
            return texts
        if len(source) != len(texts):
            self.note(where, f"This has {len(texts)} entries; in the page that this translates it has {len(source)}.")
            return source
        return [
            self.value(entry, text, f"{where}[{entry['id'] if isinstance(entry, dict) and 'id' in entry else place}]")
            for place, (entry, text) in enumerate(zip(source, texts, strict=True))
        ]


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _has_text(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_text(entry) for name, entry in value.items() if name not in NO_TEXTS)
    if isinstance(value, list):
        return any(_has_text(entry) for entry in value)
    return isinstance(value, str) and bool(value.strip())
