"""`python -m tools.check_texts [folder]`: what an editor would find wrong in the texts of `content/`, one line a fault.

Length, words, reading level, links, pictures, feedback, pools, sources and dates. `portal.loading.reading` has refused
before what cannot be loaded at all. Ends with 1 where there is a fault.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings

from courses.rules.reading import BANDS, lines_of, reading_level

if TYPE_CHECKING:
    from portal.loading.reading import Content, CourseText, Item, PageText

ROOT = Path(__file__).resolve().parent.parent
SOURCE = "en"
LESSON_WORDS = range(300, 601)
QUIZ_QUESTIONS = range(5, 9)
FINAL_PASS_MARK = 75
POOL_TIMES = 3
RUBRIC = [4] * 5  # criteria, and the levels of each
READING_LIST = "Further reading"
HARDEST_OF_PLAIN = "B1"
NO_TEXTS = {"type", "id", "picture", "alt", "file", "url", "tone", "lesson", "section", "answer"}
FROM_BANK = {"bank_question", "bank_questions"}
# content/README.md, Style: they blame, beg, or say nothing.
BANNED = re.compile(r"\b(please|sorry|oops|invalid|forbidden|failed|submit|click here)\b", re.IGNORECASE)
LINK = re.compile(r'href="(/[^"#?]*)')
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, in words."""

    file: str
    words: str

    def __str__(self) -> str:
        return f"{self.file}: {self.words}"


class Texts:
    """The texts of a folder, in the lists that checks go through."""

    def __init__(self, content: "Content") -> None:
        self.content = content

    @cached_property
    def items(self) -> "list[Item]":
        return [item for course in self.content.courses for module in course.modules for item in module.items]

    def pages_of(self, kind: str) -> "list[PageText]":
        """Return the pages of lessons, quizzes or assignments in every language."""
        return [page for item in self.items if item.kind == kind for page in item.pages.values()]

    @cached_property
    def questions(self) -> list[tuple[str, dict[str, Any]]]:
        """The questions of quizzes and of the bank in every language, each with its file."""
        own = [(page.file, block) for page in self.pages_of("quiz") for block in page.stream]
        bank = [(text.source(language), block) for text in self.content.bank for language, block in text.blocks.items()]
        return [(file, block) for file, block in own + bank if block["type"] not in FROM_BANK]

    @cached_property
    def said(self) -> list[tuple[str, Any]]:
        """All that people read, as nested values, each with its file."""
        content = self.content
        pages = [page for entry in content.site for page in entry.pages.values()]
        for course in content.courses:
            pages += course.pages.values()
            pages += [page for module in course.modules for page in module.pages.values()]
        pages += [page for item in self.items for page in item.pages.values()]
        pages += [case.page for case in content.cases]
        bank = [(text.source(language), block) for text in content.bank for language, block in text.blocks.items()]
        return [(page.file, [page.values, page.stream]) for page in pages] + bank

    @cached_property
    def finals(self) -> "list[tuple[CourseText, PageText]]":
        """The quizzes that open when those of the modules are passed, and that a certificate of achievement needs."""
        return [
            (course, item.pages[SOURCE])
            for course in self.content.courses
            for module in course.modules
            for item in module.items
            if item.kind == "quiz" and _is_final(item.pages[SOURCE])
        ]


def texts(value: Any) -> Iterator[str]:
    """Yield every text people read in a stream or in values, with its tags."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)
    elif isinstance(value, dict):
        for name, entry in value.items():
            if name not in NO_TEXTS:
                yield from texts(entry)


def lesson_length(given: Texts) -> Iterator[Fault]:
    """Find lessons that have not 300 to 600 words."""
    for page in given.pages_of("lesson"):
        count = sum(len(TAG.sub(" ", text).split()) for text in texts(page.stream))
        if count not in LESSON_WORDS:
            yield Fault(page.file, f"A lesson has {LESSON_WORDS[0]} to {LESSON_WORDS[-1]} words, this one {count}.")


def lesson_shape(given: Texts) -> Iterator[Fault]:
    """Find lessons that do not begin with key words, ask once, and end with what to do at work."""
    for page in given.pages_of("lesson"):
        kinds = [block["type"] for block in page.stream]
        if kinds[:1] != ["key_words"]:
            yield Fault(page.file, "The first block is not the key words.")
        if "self_check" not in kinds:
            yield Fault(page.file, "Nothing asks the reader a question (self_check).")
        if kinds[-1:] != ["do_at_work"]:
            yield Fault(page.file, "The last block is not something to do at work.")


def plain_level(given: Texts) -> Iterator[Fault]:
    """Find lessons of courses in plain language that are harder to read than B1."""
    for course in given.content.courses:
        if not course.pages[SOURCE].values["plain_language"]:
            continue
        for item in (item for module in course.modules for item in module.items if item.kind == "lesson"):
            page = item.pages[SOURCE]
            level = reading_level("\n".join(lines_of(text) for text in texts(page.stream)), SOURCE)
            if level is not None and BANDS.index(level.code) > BANDS.index(HARDEST_OF_PLAIN):
                yield Fault(
                    page.file,
                    f"It reads as {level.code}, and plain language is {HARDEST_OF_PLAIN} at most: {level.score}.",
                )


def banned_words(given: Texts) -> Iterator[Fault]:
    """Find words that blame or beg."""
    for file, value in given.said:
        for text in texts(value):
            for word in BANNED.findall(TAG.sub(" ", text)):
                yield Fault(file, f"This word is never used here: {word}.")


def feedback(given: Texts) -> Iterator[Fault]:
    """Find options and questions that nothing is said about, and questions that name no lesson."""
    for file, block in given.questions:
        question = block["value"]
        said = [option["value"]["feedback"] for option in question.get("options", [])]
        if block["type"] == "true_false":
            said = [question["feedback_true"], question["feedback_false"]]
        if not all(said):
            yield Fault(file, f"An option has no feedback: {question['text']}")
        if not question["feedback"]:
            yield Fault(file, f"A question has no feedback: {question['text']}")
        if not question["lesson"]:
            yield Fault(file, f"A question names no lesson: {question['text']}")


def rubrics(given: Texts) -> Iterator[Fault]:
    """Find rubrics that have not five criteria of four levels, each saying how to know it."""
    for page in given.pages_of("assignment"):
        criteria = [block["value"] for block in page.stream]
        if [len(criterion["levels"]) for criterion in criteria] != RUBRIC:
            yield Fault(page.file, "A rubric has five criteria of four levels.")
        if not all(level["value"]["description"] for criterion in criteria for level in criterion["levels"]):
            yield Fault(page.file, "A level does not say how to know it.")


def unique_ids(given: Texts) -> Iterator[Fault]:
    """Find ids of blocks, questions, options and levels that the portal has twice."""
    streams = [(item.pages[SOURCE].file, item.pages[SOURCE].stream) for item in given.items]
    streams += [(text.file, [text.blocks[SOURCE]]) for text in given.content.bank]
    found = [(block["id"], file) for file, stream in streams for block in stream]
    found += [
        (entry["id"], file)
        for file, stream in streams
        for block in stream
        for name in ("options", "levels")
        for entry in block["value"].get(name, [])
    ]
    times = Counter(name for name, _file in found)
    for name, file in found:
        if times[name] > 1:
            yield Fault(file, f"An id is there twice: {name}.")


def links(given: Texts) -> Iterator[Fault]:
    """Find links inside the site that lead to no page, or to one that is not there in that language."""
    content = given.content
    # Pages of the site answer in every language; what is not translated is shown in English and says so.
    pages = [page.name for page in content.site] + ["courses", "case-studies"]
    standing = {f"/{language}/{page}/" for language, _name in settings.LANGUAGES for page in pages}
    standing |= {f"/{SOURCE}/case-studies/{case.slug}/" for case in content.cases}
    for course in content.courses:
        standing.add(f"/{SOURCE}/courses/{course.slug}/")
        for module in course.modules:
            standing |= {f"/{SOURCE}/courses/{course.slug}/{module.slug}/{item.slug}/" for item in module.items}
    for file, value in given.said:
        for link in sorted(set(LINK.findall("\n".join(texts(value)))) - standing):
            yield Fault(file, f"A link leads to no page: {link}")


def pictures(given: Texts) -> Iterator[Fault]:
    """Find pictures that are not described where they are shown, and drawings that are shown nowhere."""
    shown = {"share"}  # of every page, for those who pass its address on
    for page in given.pages_of("lesson"):
        for value in (block["value"] for block in page.stream if block["type"] == "image"):
            shown.add(value["picture"])
            if not value["alt"] and not value["decorative"]:
                yield Fault(page.file, f"Nothing says what this picture shows: {value['picture']}.")
            if value["alt"] and len(value["alt"].split()) < 2:
                yield Fault(page.file, f"One word says too little of a picture: {value['alt']}")
    for name, picture in given.content.pictures.items():
        if name not in shown:
            yield Fault(picture.source, "No lesson shows this drawing.")


def quiz_sizes(given: Texts) -> Iterator[Fault]:
    """Find quizzes of modules that do not ask 5 to 8 questions."""
    for item in (item for item in given.items if item.kind == "quiz"):
        page = item.pages[SOURCE]
        if not page.values["required"] or _is_final(page):
            continue
        if len(page.stream) not in QUIZ_QUESTIONS:
            words = f"A quiz asks {QUIZ_QUESTIONS[0]} to {QUIZ_QUESTIONS[-1]} questions, this one {len(page.stream)}."
            yield Fault(page.file, words)


def final_tests(given: Texts) -> Iterator[Fault]:
    """Find final tests without 75 per cent, with a timer, or with a pool less than three times as large as they draw."""
    bank = given.content.bank
    tags = {text.name: _tags(text.tags) | _tags(text.blocks[SOURCE]["value"].get("tags", "")) for text in bank}
    for course in given.content.courses:
        offers = course.pages[SOURCE].children["certificate_definitions"]
        if any(offer["kind"] == "achievement" for offer in offers) and course not in [of for of, _ in given.finals]:
            yield Fault(course.pages[SOURCE].file, "It offers an achievement and has no final test.")
    for _course, page in given.finals:
        rules = page.values
        if rules["pass_mark"] != FINAL_PASS_MARK or "time_limit_minutes" in rules:
            yield Fault(page.file, f"A final test needs {FINAL_PASS_MARK} per cent and has no timer.")
        taken = {block["value"]["tag"].lower() for block in page.stream if block["type"] == "bank_questions"}
        pool = [text for text in bank if tags[text.name] & taken]
        drawn = sum(draw["value"]["count"] for draw in rules.get("draws", []))
        if not drawn:
            yield Fault(page.file, "A final test draws its questions from a pool.")
        elif len(pool) < POOL_TIMES * drawn:
            yield Fault(page.file, f"It draws {drawn} of {len(pool)} questions; a pool is three times as large.")
        # The words of the page count answers, so each is worth the same.
        if any(text.blocks[SOURCE]["value"].get("points", 1) != 1 for text in pool):
            yield Fault(page.file, "A question of its pool is worth more than one point.")


def asked_twice(given: Texts) -> Iterator[Fault]:
    """Find questions that are asked twice."""
    times = Counter(_one_line(block["value"]["text"]) for _file, block in given.questions)
    for file, block in given.questions:
        if times[_one_line(block["value"]["text"])] > 1:
            yield Fault(file, f"Two questions are the same: {block['value']['text']}")


def sources(given: Texts) -> Iterator[Fault]:
    """Find steps without source or review, and courses without a reading list or a day to review them."""
    for page in (page for item in given.items for page in item.pages.values()):
        if len(TAG.sub(" ", page.values["source"]).split()) < 3 or page.values["reviewed_date"] is None:
            yield Fault(page.file, "It does not say where it comes from and when it was reviewed.")
    for course in given.content.courses:
        page = course.pages[SOURCE]
        if READING_LIST not in page.values["source"]:
            yield Fault(page.file, f"A course has a reading list: a paragraph “{READING_LIST}” in its source.")
        if page.values["review_by_date"] is None:
            yield Fault(page.file, "It does not say by when it is reviewed.")


def cases(given: Texts) -> Iterator[Fault]:
    """Find cases that are not flagged as invented, or do not say so of their organisation by name."""
    for page in (case.page for case in given.content.cases):
        values = page.values
        if not values["illustrative"] or values["consent"] != "none-needed":
            yield Fault(
                page.file, "A case of this folder is invented: it is illustrative, and asks nobody for consent."
            )
        if f"{values['organisation']} does not exist" not in _one_line(values["source"]):
            yield Fault(page.file, f"Its source does not say “{values['organisation']} does not exist”.")
        if "invented" not in values["problem"]:
            yield Fault(page.file, "Its first words do not say that the organisation is invented.")


def _is_final(page: "PageText") -> bool:
    return bool(page.values["waits_for_quizzes"] and page.values.get("needed_for_achievement"))


def _tags(words: str) -> set[str]:
    return {tag.strip().lower() for tag in words.split(",")} - {""}


def _one_line(text: str) -> str:
    return " ".join(text.split())


CHECKS: tuple[Callable[[Texts], Iterator[Fault]], ...] = (
    lesson_length,
    lesson_shape,
    plain_level,
    banned_words,
    feedback,
    rubrics,
    unique_ids,
    links,
    pictures,
    quiz_sizes,
    final_tests,
    asked_twice,
    sources,
    cases,
)


def faults_of(content: "Content") -> list[Fault]:
    """Return all faults of the texts, by check and file."""
    given = Texts(content)
    return [fault for check in CHECKS for fault in check(given)]


def main(folder: Path) -> int:
    """Print one line a fault; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("PORTAL_MODE", "demo")
    django.setup()
    from portal.loading.reading import MalformedContent, read_content  # noqa: PLC0415 - needs Django set up

    try:
        faults = [str(fault) for fault in faults_of(read_content(folder))]
    except MalformedContent as error:
        faults = [str(problem) for problem in error.problems]
    for line in faults:
        print(line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "content"))
