"""What tests of a kind of question share: a frozen question with its key, what a form posts, answers of any sort."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from courses.rules.freezing import freeze_quiz
from courses.rules.kinds import Answer, NotAnAnswer, kind_of
from tests.courses import drafts
from tests.courses.drafts import FOUND
from tests.courses.questions import EVERY_KIND, ITALIAN


def frozen(kind: str, *, language: str = "en", **values: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a question of a kind and its key, frozen, with fields changed; in "it" with the texts of its translation."""
    form = freeze(kind, language=language, **values)
    assert form.problems == ()
    (question,) = form.body["questions"]
    return question, form.key["questions"][question["id"]]


def freeze(kind: str, *, language: str = "en", **values: Any) -> Any:
    source = drafts.quiz(questions=[_changed(EVERY_KIND[kind], values)])
    text = drafts.quiz(questions=[deepcopy(ITALIAN[kind])]) if language == "it" else source
    return freeze_quiz(source=source, text=text, language=language, source_language="en", found=FOUND)


def problems(kind: str, **values: Any) -> list[str]:
    return [problem.words % problem.values for problem in freeze(kind, **values).problems]


def _changed(raw: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    raw = deepcopy(raw)
    raw["value"].update(values)
    return raw


def entry_of(question: Mapping[str, Any], mix: Any = list) -> dict[str, Any]:
    return kind_of(question).entry(question, mix)


def read(question: Mapping[str, Any], sent: Mapping[str, Any], *, language: str = "en") -> Answer:
    """Return what is read of a form that posts `sent`: a text or a list of texts a name."""

    def posted(name: str) -> list[str]:
        value = sent.get(name, [])
        return [value] if isinstance(value, str) else list(value)

    return kind_of(question).read(entry_of(question), posted, language=language)


def refusal(question: Mapping[str, Any], sent: Mapping[str, Any], *, language: str = "en") -> str:
    """Return the words that a form is refused with."""
    try:
        answer = read(question, sent, language=language)
    except NotAnAnswer as error:
        return error.words % error.values
    raise AssertionError(f"It was read as {answer}.")


texts = st.text(st.characters(exclude_categories=()), max_size=40)
"""Any text at all: control signs and halves of characters too."""
ids = st.one_of(
    texts,
    st.sampled_from(
        ["save", "leave", "lock", "phrase", "update", "m-1", "m-2", "m-3", "m-4", "sign-out", "close", "long", "odd"]
    ),
)
tokens = st.one_of(ids, st.builds("{}:{}".format, ids, st.one_of(ids, st.sampled_from(["1", "2", "3", "0", "-1"]))))
answers = st.builds(Answer, st.frozensets(tokens, max_size=8), st.one_of(st.just(""), texts))
"""Answers as nobody could give them in a browser."""
forms = st.dictionaries(
    st.one_of(st.sampled_from(["option", "text"]), st.builds("pair-{}".format, ids), texts),
    st.lists(st.one_of(ids, texts, st.sampled_from(["1", "2", "3", "4", "0", "-1", "²", "１", "9" * 50])), max_size=3),
    max_size=5,
)
"""Forms that anything may have filled in."""
