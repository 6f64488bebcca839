"""What changed, in words of the language that is active (`courses.rules.changes` finds it)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language_info, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.blocks import LessonBlocks
from courses.models.vocabularies import Art, Audience, Category, Level
from courses.queries.certificate_words import words_of_certificate_term, words_of_certificate_text
from courses.queries.vocabularies import framework_label
from courses.rules.changes import Change, ChangeKind

Values = Mapping[str, Any]


def words_of(change: Change) -> str:
    """Return one change as a sentence. No query."""
    words = _WORDS[change.kind]
    said = words(change) if callable(words) else words % change.values
    if change.language and change.kind not in _ABOUT_A_LANGUAGE:
        return gettext("%(language)s: %(words)s") % {"language": language_name(change.language), "words": said}
    return said


def language_name(code: str) -> str:
    """Return what a language is called in the language that is active; of an unknown one its code."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _minutes(number: int) -> str:
    return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}


def _questions(number: int) -> str:
    return ngettext("%(number)s question", "%(number)s questions", number) % {"number": number}


def _tries(number: int) -> str:
    if not number:
        return gettext("as many tries as people like")
    return ngettext("%(number)s try", "%(number)s tries", number) % {"number": number}


def _points(number: int) -> str:
    return ngettext("%(number)s point", "%(number)s points", number) % {"number": number}


def _words_count(number: int) -> str:
    return ngettext("%(number)s word", "%(number)s words", number) % {"number": number}


def _lesson_new(change: Change) -> str:
    values = {**change.values, "minutes": _minutes(change.values["minutes"])}
    if change.values["required"]:
        return gettext("Lesson “%(title)s” is new, %(minutes)s.") % values
    return gettext("Lesson “%(title)s” is new, %(minutes)s, optional.") % values


def _quiz_new(change: Change) -> str:
    values = {**change.values, "questions": _questions(change.values["count"])}
    if change.values["required"]:
        return gettext("Quiz “%(title)s” is new, %(questions)s.") % values
    return gettext("Quiz “%(title)s” is new, %(questions)s, optional.") % values


def _assignment_new(change: Change) -> str:
    values = {**change.values, "minutes": _minutes(change.values["minutes"])}
    if change.values["required"]:
        return gettext("Assignment “%(title)s” is new, %(minutes)s.") % values
    return gettext("Assignment “%(title)s” is new, %(minutes)s, optional.") % values


def _back(change: Change) -> str:
    words = {
        "lesson": gettext("Lesson “%(title)s” is back."),
        "quiz": gettext("Quiz “%(title)s” is back."),
        "assignment": gettext("Assignment “%(title)s” is back."),
    }
    return words[change.values["kind"]] % change.values


def _removed(change: Change) -> str:
    words = {
        "lesson": gettext("Lesson “%(title)s” is taken out."),
        "quiz": gettext("Quiz “%(title)s” is taken out."),
        "assignment": gettext("Assignment “%(title)s” is taken out."),
    }
    return words[change.values["kind"]] % change.values


def _files(number: int) -> str:
    if not number:
        return gettext("no file")
    return ngettext("%(number)s file", "%(number)s files", number) % {"number": number}


def _handed_in_files(change: Change) -> str:
    return gettext("“%(title)s” takes: %(old)s → %(new)s") % {
        "title": change.values["title"],
        "old": _files(change.values["old"]),
        "new": _files(change.values["new"]),
    }


def _level_points(change: Change) -> str:
    return gettext("Criterion “%(criterion)s”, level “%(level)s”: %(old)s → %(new)s") % {
        "criterion": change.values["criterion"],
        "level": change.values["level"],
        "old": _points(change.values["old"]),
        "new": _points(change.values["new"]),
    }


def _item_minutes(change: Change) -> str:
    return gettext("“%(title)s”: %(old)s → %(new)s") % {
        "title": change.values["title"],
        "old": _minutes(change.values["old"]),
        "new": _minutes(change.values["new"]),
    }


def _item_tries(change: Change) -> str:
    return gettext("“%(title)s”: %(old)s → %(new)s") % {
        "title": change.values["title"],
        "old": _tries(change.values["old"]),
        "new": _tries(change.values["new"]),
    }


def _quiz_rule(change: Change) -> str:
    title, rule, old, new = (change.values[name] for name in ("title", "rule", "old", "new"))
    if rule == "wait_minutes":
        return _quiz_minutes(gettext("“%(title)s”: wait before another try: %(old)s → %(new)s"), title, old, new)
    if rule == "time_limit_minutes":
        return _quiz_minutes(gettext("“%(title)s”: time limit: %(old)s → %(new)s"), title, old, new)
    words = _QUIZ_RULES.get((rule, new))
    return str(words) % {"title": title} if words else gettext("Quiz “%(title)s”: its rules change.") % {"title": title}


def _quiz_minutes(words: str, title: str, old: int, new: int) -> str:
    said = [_minutes(number) if number else gettext("none") for number in (old, new)]
    return words % {"title": title, "old": said[0], "new": said[1]}


def _draws(change: Change) -> str:
    old, new = change.values["old"], change.values["new"]
    if old == new:
        return gettext("Quiz “%(title)s”: its questions are drawn in another way.") % change.values
    return gettext("Quiz “%(title)s”, asked in each try: %(old)s → %(new)s") % {
        "title": change.values["title"],
        "old": _questions(old),
        "new": _questions(new),
    }


def _question_points(change: Change) -> str:
    return gettext("Question %(number)s: %(old)s → %(new)s") % {
        "number": change.values["number"],
        "old": _points(change.values["old"]),
        "new": _points(change.values["new"]),
    }


def _marking(change: Change) -> str:
    old, new = change.values["old"], change.values["new"]
    if old == new:
        return gettext("Quiz “%(title)s”: its questions or their answers have changed.") % change.values
    return gettext("Quiz “%(title)s”: %(old)s → %(new)s") % {
        "title": change.values["title"],
        "old": _questions(old),
        "new": _questions(new),
    }


def _language_new(change: Change) -> str:
    if "title" in change.values:
        values = {"title": change.values["title"], "language": language_name(change.language)}
        return gettext("“%(title)s” can be read in %(language)s.") % values
    return gettext("The course can be read in %(language)s.") % {"language": language_name(change.language)}


def _language_gone(change: Change) -> str:
    return gettext("The course can no longer be read in %(language)s.") % {"language": language_name(change.language)}


def _lesson_words(change: Change) -> str:
    values = {"title": change.values["title"], "words": _words_count(change.values["count"])}
    return gettext("Lesson “%(title)s”: %(words)s changed.") % values


def _block(words: Any) -> Callable[[Change], str]:
    def said(change: Change) -> str:
        values = {**change.values, "block": block_name(change.values["block"])}
        if "count" in values:
            values["words"] = _words_count(values["count"])
        return str(words) % values

    return said


def block_name(kind: str) -> str:
    """Return what a kind of lesson block is called; of one that the portal does not know any more, its name."""
    known = LessonBlocks.base_blocks.get(kind)
    return str(known.label) if known else kind


def _course_text(change: Change) -> str:
    return str(_COURSE_TEXTS[change.values["field"]])


def _course_fact(change: Change) -> str:
    name, old, new = (change.values[key] for key in ("field", "old", "new"))
    return gettext("%(fact)s: %(old)s → %(new)s") % {
        "fact": _COURSE_FACTS[name],
        "old": _value(name, old),
        "new": _value(name, new),
    }


def _value(name: str, value: Any) -> str:
    choices = {"level": Level, "category": Category, "art": Art}.get(name)
    if choices is not None:
        return str(dict(choices.choices).get(value, value))
    if name == "audiences":
        labels = dict(Audience.choices)
        return ", ".join(str(labels.get(code, code)) for code in value) or gettext("nobody in particular")
    if name == "prerequisites":
        return ngettext("%(number)s course", "%(number)s courses", len(value)) % {"number": len(value)}
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return gettext("not given") if value in (None, "") else str(value)


def _competence(words: Any) -> Callable[[Change], str]:
    def said(change: Change) -> str:
        values = change.values
        place = f"{framework_label(values['framework'], values['version'])}, {values['code']}"
        return str(words) % {"competence": place}

    return said


_COURSE_TEXTS = {
    "title": _("The title of the course changes."),
    "summary": _("The summary of the course changes."),
    "description_html": _("The description of the course changes."),
    "topics": _("The topics of the course change."),
    "source_html": _("Where the course comes from is said in other words."),
}
_COURSE_FACTS = {
    "level": _("Level"),
    "eqf_level": _("Indicative EQF level"),
    "hours": _("Notional hours"),
    "category": _("Category"),
    "audiences": _("For whom"),
    "plain_language": _("Written in plain language"),
    "art": _("Drawing"),
    "prerequisites": _("Good to know before"),
    "author": _("Author"),
    "licence": _("Licence"),
    "reviewed_date": _("Read again on"),
    "review_by_date": _("Read again by"),
}
_QUIZ_RULES: Mapping[tuple[str, Any], Any] = {
    ("tries_period", "ever"): _("“%(title)s”: its tries are now counted altogether."),
    ("tries_period", "week"): _("“%(title)s”: its tries are now counted in seven days."),
    ("counting", "best"): _("“%(title)s”: now the best try counts."),
    ("counting", "last"): _("“%(title)s”: now the last try counts. What was passed stays done."),
    ("layout", "one-a-page"): _("“%(title)s”: now with one question on each page."),
    ("layout", "one-page"): _("“%(title)s”: now with all questions on one page."),
    ("mixes_questions", True): _("“%(title)s”: its questions now come in another order each time."),
    ("mixes_questions", False): _("“%(title)s”: its questions now come in the same order each time."),
    ("mixes_options", True): _("“%(title)s”: its answers now come in another order each time."),
    ("mixes_options", False): _("“%(title)s”: its answers now come in the same order each time."),
    ("feedback_timing", "at-once"): _("“%(title)s”: people now read at once whether an answer is right."),
    ("feedback_timing", "after-submit"): _("“%(title)s”: people now read what was right when all answers are sent."),
    ("feedback_timing", "after-pass"): _("“%(title)s”: people now read what was right when they have passed."),
    ("reviews_first", True): _("“%(title)s”: all answers are now shown before they are sent."),
    ("reviews_first", False): _("“%(title)s”: answers are no longer shown once more before they are sent."),
    ("offers_practice", True): _("“%(title)s” may now be done for practice."),
    ("offers_practice", False): _("“%(title)s” is no longer offered for practice."),
}
_ABOUT_A_LANGUAGE = {ChangeKind.ITEM_LANGUAGE_NEW, ChangeKind.ITEM_LANGUAGE_GONE}
_WORDS: Mapping[ChangeKind, Any] = {
    ChangeKind.LESSON_NEW: _lesson_new,
    ChangeKind.QUIZ_NEW: _quiz_new,
    ChangeKind.ASSIGNMENT_NEW: _assignment_new,
    ChangeKind.ITEM_BACK: _back,
    ChangeKind.ITEM_REMOVED: _removed,
    ChangeKind.ITEM_RENAMED: _("“%(old)s” is now called “%(title)s”."),
    ChangeKind.ITEM_SUMMARY: _("“%(title)s”: its summary changes."),
    ChangeKind.ITEM_MINUTES: _item_minutes,
    ChangeKind.ITEM_REQUIRED: _("“%(title)s” is now required to complete the course."),
    ChangeKind.ITEM_OPTIONAL: _("“%(title)s” is now optional."),
    ChangeKind.ITEM_MOVED: _("“%(title)s” is now in “%(module)s”."),
    ChangeKind.ITEMS_REORDERED: _("The steps of “%(title)s” are in another order."),
    ChangeKind.ITEM_LANGUAGE_NEW: _language_new,
    ChangeKind.ITEM_LANGUAGE_GONE: _language_gone,
    ChangeKind.ITEM_CREDIT: _("“%(title)s”: author, licence or source change."),
    ChangeKind.NEEDED_FOR_ACHIEVEMENT: _("“%(title)s” is now needed for the certificate of achievement."),
    ChangeKind.NOT_NEEDED_FOR_ACHIEVEMENT: _("“%(title)s” is no longer needed for the certificate of achievement."),
    ChangeKind.BY_ATTENDANCE: _("“%(title)s” is now done by being there, at a live session of a cohort."),
    ChangeKind.NOT_BY_ATTENDANCE: _("“%(title)s” is now marked as done by each person; nobody has to be there."),
    ChangeKind.PASS_MARK: _("“%(title)s”: pass mark %(old)s %% → %(new)s %%"),
    ChangeKind.TRIES: _item_tries,
    ChangeKind.WAITS: _("“%(title)s” now opens only when the quizzes before it are passed."),
    ChangeKind.WAITS_NO_MORE: _("“%(title)s” no longer waits for the quizzes before it."),
    ChangeKind.QUIZ_RULE: _quiz_rule,
    ChangeKind.DRAWS: _draws,
    ChangeKind.INTRODUCTION: _("“%(title)s”: its introduction changes."),
    ChangeKind.QUIZ_CHANGED: _("Quiz “%(title)s”: its texts, or how it is asked, have changed."),
    ChangeKind.MARKING_CHANGED: _marking,
    ChangeKind.QUESTION_NEW: _("Question %(number)s is new."),
    ChangeKind.QUESTION_REMOVED: _("Question %(number)s is taken out."),
    ChangeKind.QUESTIONS_REORDERED: _("The questions are in another order."),
    ChangeKind.QUESTION_TEXT: _("Question %(number)s: its words change."),
    ChangeKind.QUESTION_MORE: _("Question %(number)s: the text under it changes."),
    ChangeKind.QUESTION_KIND: _("Question %(number)s is of another kind."),
    ChangeKind.OPTION_NEW: _("Question %(number)s: option %(option)s is new."),
    ChangeKind.OPTION_NEW_CORRECT: _("Question %(number)s: option %(option)s is new, and it is correct."),
    ChangeKind.OPTION_REMOVED: _("Question %(number)s: option %(option)s is taken out."),
    ChangeKind.OPTION_TEXT: _("Question %(number)s: the words of option %(option)s change."),
    ChangeKind.OPTIONS_REORDERED: _("Question %(number)s: the options are in another order."),
    ChangeKind.OPTION_ALSO_CORRECT: _("Question %(number)s: option %(option)s is now also correct."),
    ChangeKind.OPTION_NOT_CORRECT: _("Question %(number)s: option %(option)s is no longer correct."),
    ChangeKind.OPTION_CORRECT_INSTEAD: _("Question %(number)s: another option is now the correct one: %(option)s."),
    ChangeKind.STATEMENT_TRUE: _("Question %(number)s: the statement now counts as true."),
    ChangeKind.STATEMENT_FALSE: _("Question %(number)s: the statement now counts as false."),
    ChangeKind.MATCHES: _("Question %(number)s: what can be matched changes."),
    ChangeKind.RIGHT_ANSWER: _("Question %(number)s: its right answer changes."),
    ChangeKind.PARTIAL: _("Question %(number)s: part of the answer now earns part of the points."),
    ChangeKind.PARTIAL_NO_MORE: _("Question %(number)s: only the whole answer now earns points."),
    ChangeKind.COMPARED: _("Question %(number)s: capital letters or accents now count in another way."),
    ChangeKind.ALSO_ACCEPTED: _("Question %(number)s: the answers accepted in this language change."),
    ChangeKind.UNIT: _("Question %(number)s: its unit changes."),
    ChangeKind.POINTS: _question_points,
    ChangeKind.FEEDBACK: _("Question %(number)s: what people read who chose option %(option)s changes."),
    ChangeKind.EXPLANATION: _("Question %(number)s: its explanation changes."),
    ChangeKind.QUESTION_LESSON: _("Question %(number)s: it leads to another lesson."),
    ChangeKind.QUESTION_PICTURE: _("Question %(number)s: its picture, or what is said of it, changes."),
    ChangeKind.HINT: _("Question %(number)s: its hint changes."),
    ChangeKind.GUIDANCE: _("Question %(number)s: what the person reads who marks it changes."),
    ChangeKind.ASSESSES: _("Question %(number)s: its tags, or what it assesses, change."),
    ChangeKind.ASSIGNMENT_CHANGED: _("Assignment “%(title)s”: its task or its rubric has changed."),
    ChangeKind.TASK: _("“%(title)s”: the words of its task change."),
    ChangeKind.SECOND_ASSESSOR: _("“%(title)s” is now judged by a second person too."),
    ChangeKind.ONE_ASSESSOR: _("“%(title)s” is now judged by one person."),
    ChangeKind.TAKES_TEXT: _("“%(title)s” now takes a text written here."),
    ChangeKind.TAKES_NO_TEXT: _("“%(title)s” no longer takes a text written here."),
    ChangeKind.FILES: _handed_in_files,
    ChangeKind.CRITERION_NEW: _("Criterion “%(criterion)s” is new."),
    ChangeKind.CRITERION_REMOVED: _("Criterion “%(criterion)s” is taken out."),
    ChangeKind.CRITERION_TEXT: _("Criterion “%(criterion)s”: its words change."),
    ChangeKind.CRITERIA_REORDERED: _("The criteria are in another order."),
    ChangeKind.LEVEL_NEW: _("Criterion “%(criterion)s”: level “%(level)s” is new."),
    ChangeKind.LEVEL_REMOVED: _("Criterion “%(criterion)s”: level “%(level)s” is taken out."),
    ChangeKind.LEVEL_TEXT: _("Criterion “%(criterion)s”: the words of level “%(level)s” change."),
    ChangeKind.LEVEL_POINTS: _level_points,
    ChangeKind.LEVELS_REORDERED: _("Criterion “%(criterion)s”: its levels are in another order."),
    ChangeKind.LESSON_CHANGED: _("Lesson “%(title)s”: its text has changed."),
    ChangeKind.LESSON_WORDS: _lesson_words,
    ChangeKind.BLOCK_NEW: _block(_("Block %(number)s is new (%(block)s).")),
    ChangeKind.BLOCK_REMOVED: _block(_("Block %(number)s is taken out (%(block)s).")),
    ChangeKind.BLOCK_TEXT: _block(_("Block %(number)s (%(block)s): %(words)s changed.")),
    ChangeKind.BLOCKS_REORDERED: _("Lesson “%(title)s”: its blocks are in another order."),
    ChangeKind.BLOCK_PICTURE: _block(_("Block %(number)s (%(block)s) has another picture.")),
    ChangeKind.BLOCK_FILE: _block(_("Block %(number)s (%(block)s) has another file.")),
    ChangeKind.BLOCK_OTHER: _block(_("Block %(number)s (%(block)s) changes in its form, not in its words.")),
    ChangeKind.MODULE_NEW: _("Module “%(title)s” is new."),
    ChangeKind.MODULE_REMOVED: _("Module “%(title)s” is taken out."),
    ChangeKind.MODULE_RENAMED: _("Module “%(old)s” is now called “%(title)s”."),
    ChangeKind.MODULE_SUMMARY: _("Module “%(title)s”: its summary changes."),
    ChangeKind.MODULES_REORDERED: _("The modules are in another order."),
    ChangeKind.COURSE_NEW: _("The course is new."),
    ChangeKind.COURSE_ONLINE: _("The course is in the catalogue again."),
    ChangeKind.COURSE_OFFLINE: _("The course takes nobody in any more."),
    ChangeKind.COURSE_TEXT: _course_text,
    ChangeKind.COURSE_FACT: _course_fact,
    ChangeKind.OUTCOME_NEW: _("What people can do afterwards, new: %(text)s"),
    ChangeKind.OUTCOME_REMOVED: _("What people can do afterwards, taken out: %(text)s"),
    ChangeKind.OUTCOME_TEXT: _("What people can do afterwards, in other words: %(text)s"),
    ChangeKind.COMPETENCE_NEW: _competence(_("Competence, new: %(competence)s")),
    ChangeKind.COMPETENCE_REMOVED: _competence(_("Competence, taken out: %(competence)s")),
    ChangeKind.CERTIFICATE_NEW: _("The course offers a certificate: %(text)s"),
    ChangeKind.CERTIFICATE_REMOVED: _("The course offers no certificate any more: %(text)s"),
    ChangeKind.CERTIFICATE_TEXT: _("The certificate says: %(text)s"),
    ChangeKind.CERTIFICATE_WORDS: words_of_certificate_text,
    ChangeKind.CERTIFICATE_TERM: words_of_certificate_term,
}
