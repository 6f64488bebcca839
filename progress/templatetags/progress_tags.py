"""Small words and links of the learning pages."""

from datetime import date
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext

from accounts.models import User
from courses.models.vocabularies import Level
from courses.queries import vocabularies
from courses.rules.outline import Competence
from progress.queries.accommodations import accommodation_of, accommodation_words, may_set_any

register = template.Library()


@register.simple_tag
def crumb(*words_and_urls: str) -> list[tuple[str, str]]:
    """Return pairs of word and address for `components/crumbs.html`, from the top down."""
    return list(zip(words_and_urls[::2], words_and_urls[1::2], strict=True))


@register.simple_tag
def about_minutes(minutes: int) -> str:
    """Return a length of time in words: minutes up to an hour and a half, then hours to the nearest half."""
    if minutes <= 90:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    halves = round(minutes / 30)
    hours = number_format(halves / 2, decimal_pos=halves % 2)
    return ngettext("%(count)s hour", "%(count)s hours", 1 if halves == 2 else 2) % {"count": hours}


@register.simple_tag
def form_field(form: Form, name: str) -> BoundField:
    """Return a field of a form by its name, where the names come from content."""
    return form[name]


@register.filter
def iso_date(text: str) -> date | None:
    """Return a date of frozen content, YYYY-MM-DD, as a date; None for "" or what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@register.simple_tag
def level_label(level: str) -> str:
    """Return the word for a level."""
    return str(Level(level).label) if level in Level.values else level


@register.simple_tag
def competence_words(competence: Competence) -> str:
    """Return a competence of a course in words."""
    return vocabularies.competence_words(
        competence.framework, competence.version, competence.code, competence.level, get_language()
    )


@register.simple_tag
def what_is_granted(person: User) -> tuple[str, ...]:
    """Return what somebody is granted to be assessed fairly, in words; nothing where nothing is. Cost: 1 query."""
    return accommodation_words(accommodation_of(person))


@register.simple_tag
def sets_accommodations(person: User) -> bool:
    """Return whether somebody may set what others are granted. Cost: at most 4 queries."""
    return may_set_any(person, on=localdate())


@register.simple_tag
def sign_in_query(request: HttpRequest) -> str:
    """Return the query string that brings somebody back to the present page after signing in."""
    return f"?{urlencode({'next': request.get_full_path()})}"


@register.simple_tag
def enrol_query(course_key: str, item_url: str) -> str:
    """Return the query string that leads, after signing in, to enrolling and then to a step."""
    enrol = reverse("progress:enrol", args=[course_key])
    return "?" + urlencode({"next": f"{enrol}?{urlencode({'next': item_url})}"})
