"""What the site search finds of courses and lessons: published words only, never a question, never a draft."""

from dataclasses import dataclass

from wagtail.search.backends import get_search_backend

from courses.models import SearchEntry

MOST_HITS = 100


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A course or lesson that was found. `text_language` is the language its texts are in."""

    kind: str
    title: str
    summary: str
    url: str
    text_language: str
    course_title: str


def find_hits(words: str, language: str, *, limit: int = 50) -> list[SearchHit]:
    """Return courses and lessons that hold all the words, the best first. Cost: at most 2 queries.

    A text found in several languages is listed once: in the reader's language where that is among them. Addresses are
    those of the reader's language.
    """
    if not words.strip():
        return []
    found = list(get_search_backend().search(words, SearchEntry.objects.all(), operator="and")[:MOST_HITS])
    best: dict[tuple[int, str], SearchEntry] = {}
    for entry in found:
        place = (entry.course_id, str(entry.item_key or ""))
        if place not in best or (entry.language == language and best[place].language != language):
            best[place] = entry
    # Dicts keep their order: a better language took the place of the first hit of the same text.
    return [
        SearchHit(
            kind="lesson" if entry.item_key else "course",
            title=entry.title,
            summary=entry.summary,
            url=f"/{language}/courses/{entry.path}",
            text_language=entry.language,
            course_title=entry.course_title,
        )
        for entry in list(best.values())[:limit]
    ]
