"""Moodle XML in (https://docs.moodle.org/en/Moodle_XML_format, and what Moodle 4.5 itself writes).

What the file says and we do not take over is found by what is left: each element of a question that no rule here looked
at, and that has something in it, is listed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from courses.rules.drafted import gettext_noop
from courses.rules.exchange import building
from courses.rules.exchange.building import Weighted
from courses.rules.exchange.form import (
    MOST_QUESTIONS,
    FileUnreadable,
    Note,
    Notes,
    Question,
    ReadFile,
    Skip,
    kept_tags,
    kept_title,
    too_many,
)
from courses.rules.exchange.texts import line, plain_words, question_words
from courses.rules.exchange.xml_tree import Node, parsed

_FORMS = {
    "html": "html",
    "plain_text": "plain",
    "markdown": "markdown",
    "moodle_auto_format": "auto",
    "wiki_like": "plain",
}
_NO_KIND: Mapping[str, str] = {
    "description": gettext_noop("A text without a question. Put it into the lesson, or into the quiz's introduction."),
    "cloze": gettext_noop("A text with gaps. There is no such kind here."),
    "multianswer": gettext_noop("A text with gaps. There is no such kind here."),
    "calculated": gettext_noop("Its numbers are drawn by chance. There is no such kind here."),
    "calculatedsimple": gettext_noop("Its numbers are drawn by chance. There is no such kind here."),
    "calculatedmulti": gettext_noop("Its numbers are drawn by chance. There is no such kind here."),
    "random": gettext_noop("It stands for a question drawn by chance. Say so on the quiz, with a draw."),
    "randomsamatch": gettext_noop("It is made by chance from other questions. There is no such kind here."),
}
_LEFT: Mapping[str, str] = {
    "penalty": gettext_noop("A second try at the same question takes points away in the file. Here there is none."),
    "shuffleanswers": gettext_noop("Whether answers are mixed is said on the quiz, not on the question."),
    "idnumber": gettext_noop("Its number in the other system is not kept."),
    "answernumbering": gettext_noop("Numbers or letters before the answers are left out."),
    "hint": gettext_noop("One hint is kept, the first."),
    "correctfeedback": gettext_noop("Feedback on the whole answer when it is right is left out."),
    "partiallycorrectfeedback": gettext_noop("Feedback on the whole answer when it is partly right is left out."),
    "incorrectfeedback": gettext_noop("Feedback on the whole answer when it is wrong is left out."),
    "responsetemplate": gettext_noop("The text that the answer began with is left out."),
    "unitgradingtype": gettext_noop("Points for the unit are left out: it may be written, and need not."),
    "layouttype": gettext_noop("Answers lie side by side in the file. Here they lie below each other."),
    "minwordlimit": gettext_noop("How many words an answer needs is left out."),
    "maxwordlimit": gettext_noop("How many words an answer may have is left out."),
    "responseformat": gettext_noop("How the answer is written (%(text)s) is left out: here it is plain text."),
    "attachments": gettext_noop("Files with the answer are left out: for files there are assignments."),
    "attachmentsrequired": gettext_noop("Files with the answer are left out: for files there are assignments."),
    "coursetags": gettext_noop("Tags of the course are left out."),
}
_SAYS_NOTHING: Mapping[str, frozenset[str]] = {
    "penalty": frozenset({"0", "0.0", "0.0000000"}),
    "hidden": frozenset({"0"}),
    "answernumbering": frozenset({"none"}),
    "shuffleanswers": frozenset({"0", "false"}),
    "showstandardinstruction": frozenset({"0", "1"}),
    "shownumcorrect": frozenset({"0", "1"}),
    "responserequired": frozenset({"0", "1"}),
    "responseformat": frozenset({"editor", "plain", "monospaced"}),
    "responsefieldlines": frozenset(str(number) for number in range(100)),
    "attachments": frozenset({"0"}),
    "attachmentsrequired": frozenset({"0"}),
    "minwordlimit": frozenset({"0"}),
    "maxwordlimit": frozenset({"0"}),
    "maxbytes": frozenset({"0"}),
    "unitgradingtype": frozenset({"0"}),
    "showunits": frozenset({"0", "3"}),
    "unitsleft": frozenset({"0"}),
    "layouttype": frozenset({"VERTICAL", "0"}),
    "selecttype": frozenset({"ALL", "0"}),
    "selectcount": frozenset({"0"}),
    "showgrading": frozenset({"SHOW", "HIDE", "0", "1"}),
    "numberingstyle": frozenset({"none"}),
    "single": frozenset({"true", "false", "0", "1"}),
    "length": frozenset({"1"}),
}
"""Values that change nothing of what a question asks or how it is marked."""


def read_moodle(text: str) -> ReadFile:
    """Return what a Moodle XML file holds.

    :raises FileUnreadable: if it is no such file, is not well formed, or holds more than 1,000 questions.
    """
    root = parsed(text)
    if root.tag != "quiz":
        raise FileUnreadable(
            gettext_noop("This is XML, but no Moodle XML: it begins with “%(element)s”, not with “quiz”."),
            element=root.tag[:60],
        )
    questions: list[Question] = []
    skipped: list[Note] = []
    notes: list[Note] = []
    category: list[str] = []
    number = 0
    for node in root.children:
        if node.tag == "question" and node.attributes.get("type") == "category":
            category = building.category_tags(node.value("category"))
            node.first("idnumber")
            if any(node.left()):
                words = gettext_noop("What the file says about the category “%(category)s” is left out.")
                notes.append(Note("tags", words, {"category": "/".join(category)[:120]}, line=node.line))
            continue
        number += 1
        if number > MOST_QUESTIONS:
            raise too_many()
        said = Notes(number, node.line)
        try:
            questions.append(_question(node, category, said))
        except Skip as skip:
            skipped.append(said.skipped(skip))
    if not number:
        raise FileUnreadable(gettext_noop("There is no question in this file."))
    return ReadFile(tuple(questions), tuple(skipped), tuple(notes))


def _question(node: Node, category: list[str], notes: Notes) -> Question:
    if node.tag != "question":
        words = gettext_noop("“%(element)s” is no question.")
        raise Skip("kind", words, element=node.tag[:60])
    kind = node.attributes.get("type", "").strip()
    notes.title = line(node.value("name"))[:160]
    read = _READERS.get(kind)
    if read is None:
        raise Skip("kind", _NO_KIND.get(kind, gettext_noop("There is no such kind here (%(kind)s).")), kind=kind[:60])
    text, html = _asked(node, notes)
    if not text:
        raise Skip("text", gettext_noop("It has no words that ask something."))
    value: dict[str, Any] = {"text": text} | ({"html": html} if html else {})
    name, fields = read(node, notes)
    value |= fields
    feedback = _words(node.first("generalfeedback"), "feedback", notes)
    hint = _words(node.first("hint"), "hint", notes)
    value |= ({"feedback": feedback} if feedback else {}) | ({"hint": hint} if hint else {})
    value["points"] = building.whole_points(node.value("defaultgrade"), notes)
    building.note_few_points(value, building.parts_of(name, value), notes)
    labels, competence = building.tags_and_competence(_tags(node))
    if competence:
        value["competence"] = competence
    tags = kept_tags([*category, *labels], notes)
    title = kept_title(notes.title, text, notes)
    _note_left(node, notes)
    return Question(name, value, title, tags, notes.number, notes.line, notes.said())


def _asked(node: Node, notes: Notes) -> tuple[str, str]:
    asked = node.first("questiontext")
    text, form = _raw(asked, "text")
    _note_files(asked, "text", notes)
    for image in node.all("image"):
        if image.says_something():
            notes.add("text", _PICTURE, name=image.text.strip()[:80])
    node.all("image_base64")
    return question_words(text, form, notes)


def _tags(node: Node) -> list[str]:
    tags = node.first("tags")
    return [tag.value("text") or tag.text.strip() for tag in tags.all("tag")] if tags else []


def _note_left(node: Node, notes: Notes) -> None:
    for left in node.left():
        text = left.text.strip()
        if text in _SAYS_NOTHING.get(left.tag, frozenset()):
            continue
        words = _LEFT.get(left.tag, gettext_noop("Not taken over: what the file says in “%(element)s”."))
        notes.add(left.tag[:60], words, line=left.line, element=left.tag[:60], text=text[:40])


_PICTURE = gettext_noop("The picture “%(name)s” stays behind. Add it by hand.")
_FILE = gettext_noop("The file “%(name)s” stays behind.")


def _note_files(node: Node | None, field: str, notes: Notes) -> None:
    for file in node.all("file") if node else ():
        name = file.attributes.get("name", "")[:80]
        is_picture = name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"))
        notes.add(field, _PICTURE if is_picture else _FILE, name=name)


def _raw(node: Node | None, field: str) -> tuple[str, str]:
    if node is None:
        return "", "plain"
    inner = node.first("text")
    holder = inner or node
    if inner is not None and inner.children:
        words = gettext_noop("Its text holds bare tags (%(tag)s). They belong into CDATA.")
        raise Skip(field, words, line=inner.line, tag=inner.children[0].tag[:40])
    return holder.text, _FORMS.get(node.attributes.get("format", "html").strip(), "html")


def _words(node: Node | None, field: str, notes: Notes, *, default: str = "") -> str:
    if node is None:
        return ""
    text, form = _raw(node, field)
    _note_files(node, field, notes)
    return plain_words(text, default or form, field, notes)


def _weighted(node: Node, field: str, notes: Notes, *, is_html: bool) -> list[Weighted]:
    answers = []
    for answer in node.all("answer"):
        text = _words(answer, field, notes, default="" if is_html and "format" in answer.attributes else "auto")
        if not is_html:
            text = line(_raw(answer, field)[0])
        feedback = _words(answer.first("feedback"), field, notes)
        percent = building.percent_of(
            answer.attributes.get("fraction", "") or answer.value("fraction", "0"), field=field
        )
        answers.append(Weighted(text, percent, feedback, answer.value("tolerance", "0")))
        _note_left(answer, notes)
    if not answers:
        raise Skip(field, gettext_noop("It has no answers."))
    return answers


def _is_true(text: str) -> bool:
    return text.strip().lower() not in ("", "0", "false")


def _multichoice(node: Node, notes: Notes) -> tuple[str, dict[str, Any]]:
    takes_several = not _is_true(node.value("single", "true"))
    marked = node.value("partial")
    answers = _weighted(node, "options", notes, is_html=True)
    return building.choice(
        answers, takes_several=takes_several, notes=notes, partial=_is_true(marked) if marked else None
    )


def _multichoiceset(node: Node, notes: Notes) -> tuple[str, dict[str, Any]]:
    answers = _weighted(node, "options", notes, is_html=True)
    return building.choice(answers, takes_several=True, notes=notes, partial=False)


def _truefalse(node: Node, notes: Notes) -> tuple[str, dict[str, Any]]:
    answers = _weighted(node, "answer", notes, is_html=False)
    if len(answers) != 2:
        raise Skip("answer", gettext_noop("It has not two answers, true and false."))
    named = {answer.text.lower(): answer for answer in answers}
    if named.keys() != {"true", "false"}:  # in old files they are in the language of the site: true comes first
        named = dict(zip(("true", "false"), answers, strict=True))
    right = [name for name in ("true", "false") if named[name].percent >= building.WHOLE]
    if len(right) != 1:
        raise Skip("answer", gettext_noop("The file does not say whether it is true or false."))
    fields = {"answer": right[0]}
    return "true_false", fields | {
        f"feedback_{name}": named[name].feedback for name in ("true", "false") if named[name].feedback
    }


def _shortanswer(node: Node, notes: Notes) -> tuple[str, dict[str, Any]]:
    case = _is_true(node.value("usecase", "0"))
    accents = node.value("accents")
    answers = _weighted(node, "accepted", notes, is_html=False)
    return "short_text", building.short_text(
        answers, notes=notes, case=case, accents=_is_true(accents) if accents else True
    )


def _numerical(node: Node, notes: Notes) -> tuple[str, dict[str, Any]]:
    fields = building.numeric(_weighted(node, "number", notes, is_html=False), notes=notes)
    units = node.first("units")
    node.first("unitpenalty")
    for unit in units.all("unit") if units else ():
        name = line(unit.value("unit_name"))
        factor = building.decimal_of(unit.value("multiplier", "1"))
        if name and factor == 1 and "unit" not in fields:
            fields["unit"] = name
        elif name:
            words = gettext_noop("The unit “%(unit)s” is left out: a question has one.")
            notes.add("unit", words, line=unit.line, unit=name[:60])
    return "numeric", fields


def _matching(node: Node, notes: Notes) -> tuple[str, dict[str, Any]]:
    options: list[dict[str, Any]] = []
    others: list[str] = []
    for pair in node.all("subquestion"):
        text = line(_words(pair, "options", notes))
        match = line(pair.value("answer"))
        _note_left(pair, notes)
        if not match:
            words = gettext_noop("“%(entry)s” has nothing that belongs to it.")
            raise Skip("options", words, line=pair.line, entry=text[:80])
        if text:
            options.append({"text": text, "match": match})
        else:
            others.append(match)
    if not options:
        raise Skip("options", gettext_noop("It has no answers."))
    matched = {option["match"] for option in options}
    kept = [other for other in dict.fromkeys(others) if other not in matched]
    return "matching", {"options": options, **({"others": kept} if kept else {}), **_partial(node, default="1")}


def _ordering(node: Node, notes: Notes) -> tuple[str, dict[str, Any]]:
    answers = sorted(_weighted(node, "options", notes, is_html=True), key=lambda answer: answer.percent)
    if len({answer.percent for answer in answers}) != len(answers):
        raise Skip("options", gettext_noop("The file does not say in which order its answers belong."))
    grading = node.value("gradingtype", "ABSOLUTE_POSITION")
    if grading not in ("ABSOLUTE_POSITION", "ALL_OR_NOTHING", "ABSOLUTE", "0", "-1"):
        words = gettext_noop(
            "Points go by the place of each answer here. In the file they go by another rule (%(rule)s)."
        )
        notes.add("partial", words, rule=grading[:40])
    options = building.choice(answers, takes_several=False, notes=Notes())[1]["options"]
    for option in options:
        option.pop("correct", None)
    partial = {} if grading in ("ALL_OR_NOTHING", "-1") else {"partial": True}
    return "ordering", {"options": options, **partial}


def _essay(node: Node, notes: Notes) -> tuple[str, dict[str, Any]]:
    guidance = _words(node.first("graderinfo"), "guidance", notes)
    return "open_answer", {"guidance": guidance} if guidance else {}


def _partial(node: Node, *, default: str) -> dict[str, Any]:
    return {"partial": True} if _is_true(node.value("partial", default)) else {}


_READERS: Mapping[str, Callable[[Node, Notes], tuple[str, dict[str, Any]]]] = {
    "multichoice": _multichoice,
    "multichoiceset": _multichoiceset,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "essay": _essay,
}
