"""What the form of a course says of its certificates before they are published; a draft is kept with what it lacks.

Only two of one kind are refused of a draft too: a course that was never published keeps its draft in its own rows, and
there is room for one of a kind.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import BaseFormSet, Form
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from courses.models import Course
from courses.queries.certificate_authors import said_on_certificates
from courses.queries.certificate_words import words_of_lack
from courses.queries.certificates import ALONE, certificates_in, course_says_otherwise, needed_steps
from courses.rules.micro_credentials import OF_THE_COURSE, WORDS, Lack, empty_texts, lacks_of

DEFINITIONS = "certificate_definitions"


def has_two_of_a_kind(form: WagtailAdminPageForm) -> bool:
    """Say at the second certificate of a kind that there is one already. No query."""
    seen: set[str] = set()
    found = False
    for row in _rows(form.formsets[DEFINITIONS]):
        kind = row.instance.kind  # Django takes what is there twice out of what is cleaned
        if kind in seen:
            row.add_error("kind", _(WORDS["one-of-a-kind"]))
            found = True
        seen.add(kind)
    return found


def lacks_something(form: WagtailAdminPageForm) -> bool:
    """Say what the certificates lack, each at its field. Cost: at most 6 queries, none where the form has none."""
    rows = {row.cleaned_data.get("kind", ""): row for row in _rows(form.formsets[DEFINITIONS])}
    if not rows:
        return False
    if _is_translation(form.instance):
        return _lacks_texts(rows)
    page, language = form.instance, form.instance.locale.language_code
    definitions = {str(row.instance.translation_key): row.instance for row in rows.values()}
    facts = {
        **{name: form.cleaned_data.get(name) for name in OF_THE_COURSE},
        "outcomes": [row for row in _rows(form.formsets["outcomes"]) if row.cleaned_data.get("text")],
    }
    frozen = [
        {"texts": {language: entry["text"]}, "terms": entry.get("terms", {})}
        for entry in certificates_in(definitions.values()).values()
    ]
    lacks = lacks_of(
        course=facts, certificates=frozen, source_language=language, has_needed_step=bool(needed_steps(page))
    )
    for lack in lacks:
        _say(form, rows[lack.kind], lack)
    return bool(lacks)


def is_said_alone(form: Any) -> bool:
    """Say that what is public already is changed by two people.

    Cost: 1 query, 1 for each issuer that is named, and where it is approved those of the latest draft.
    """
    page = form.instance
    if page.pk is None or not form.may_go_out:
        return False
    children = {name: list(_children(form, name)) for name in ("outcomes", "competences")}
    children["definitions"] = list(_children(form, DEFINITIONS))
    if not course_says_otherwise(page, **children):
        return False
    if not form.speaks_alone(said_on_certificates(page, **children)):
        return False
    form.add_error(None, _(ALONE))
    return True


def _lacks_texts(rows: Mapping[str, Form]) -> bool:
    found = False
    for kind, row in rows.items():
        if kind == "achievement":
            for name in empty_texts(row.cleaned_data):
                row.add_error(name, _(WORDS[name]))
                found = True
    return found


def _say(form: WagtailAdminPageForm, row: Any, lack: Lack) -> None:
    if lack.field in form.fields:
        form.add_error(lack.field, _(lack.words))
    elif lack.field in row.fields:
        row.add_error(lack.field, _(lack.words))
    else:
        form.add_error(None, words_of_lack(lack))


def _rows(formset: "BaseFormSet[Any]") -> list[Any]:
    """Return the forms of a list that stay: filled in and not taken out."""
    return [
        row
        for row in formset.forms
        if row.is_bound and getattr(row, "cleaned_data", None) and not row.cleaned_data.get(DELETION_FIELD_NAME)
    ]


def _children(form: WagtailAdminPageForm, name: str) -> Iterable[Any]:
    """Return the children the page will have: those in the form, and those the form does not name."""
    formset = form.formsets[name]
    gone = {id(row.instance) for row in formset.forms} | {row.instance.pk for row in formset.forms if row.instance.pk}
    kept = [child for child in getattr(form.instance, name).all() if child.pk not in gone and id(child) not in gone]
    return [*kept, *(row.instance for row in _rows(formset))]


def _is_translation(page: Any) -> bool:
    """Return whether a course page gives texts only. Cost: 1 query."""
    language = Course.objects.filter(key=page.translation_key).values_list("source_language", flat=True).first()
    return language is not None and language != page.locale.language_code
