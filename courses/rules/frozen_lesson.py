"""The form of a frozen lesson (`LessonVersion.body`): what records and templates may rely on for ever.

A field is always there: an empty text is "", a number that was not given is 0. Fields called `html` or `..._html` are
cleaned and are the only ones drawn as HTML. A block names its type and the number of its schema; a new form of a block
gets a new number and a new template, the old ones stay (`courses.rendering`).
"""

from typing import Any, Literal, TypedDict

LESSON_SCHEMA = 1

BLOCK_SCHEMAS = {
    "key_words": 1,
    "heading": 1,
    "rich_text": 1,
    "image": 1,
    "table": 1,
    "callout": 1,
    "steps": 1,
    "checklist": 1,
    "quote": 1,
    "self_check": 1,
    "do_at_work": 1,
    "video": 1,
    "video_link": 1,
    "download": 1,
}
"""Type of a block -> number of the form that freezing writes today."""


class FrozenPicture(TypedDict):
    """A picture by the SHA-256 of its frozen bytes; width and height in pixels."""

    sha256: str
    width: int
    height: int


class FrozenDownload(TypedDict):
    """A file by the SHA-256 of its frozen bytes; `name` is the file name offered to the reader."""

    sha256: str
    name: str
    content_type: str
    byte_count: int


class FrozenLesson(TypedDict):
    """A lesson in one language. `reviewed_date` is YYYY-MM-DD or "".

    Every block has `type`, `schema`, `id` and `language`, and besides, by type (schema 1):

    - key_words: words [{word, meaning}]
    - heading: text. Its id is the place on the page that links name.
    - rich_text: html
    - image: picture (FrozenPicture), alt, decorative, caption, author, licence, source
    - table: caption, columns [text], rows [[text]], each row as long as columns
    - callout: tone (note | tip | careful), title, html
    - steps: title, steps [{title, html}]
    - checklist: title, entries [text]
    - quote: text, source
    - self_check: question, options [text], html
    - do_at_work: steps [text], html, minutes
    - video: title, file (FrozenDownload), captions (FrozenDownload), transcript_html, minutes
    - video_link: title, url, transcript_html, minutes
    - download: title, file (FrozenDownload), description
    """

    schema: int
    kind: Literal["lesson"]
    language: str
    title: str
    summary: str
    minutes: int
    author: str
    licence: str
    source_html: str
    reviewed_date: str
    blocks: list[dict[str, Any]]
