"""The draft that is made of what a learner told: six answers in the fields of the interview, for an editor to go on."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override
from wagtail.log_actions import log

from case_studies.models import AppliedStory, CaseStudyCourse, CaseStudyPage, Consent
from case_studies.queries.applied import list_for_story
from case_studies.rules.telling import shortened
from courses.queries import serving

TOLD = "case_studies.story.told"
"""In the history of a draft: a learner told it. `language` is that of the answers where no index is in that language."""

READ_AGAIN_AFTER = timedelta(days=182)


class NoListOfStories(Exception):
    """The site has no public list of case studies, in no language: there is nowhere to put a story."""


def draft_from(story: AppliedStory, *, at: datetime) -> CaseStudyPage:
    """Make the draft of a story that was just sent and put it before the reviewers. The tree must be locked.

    :raises NoListOfStories: if the site has no list of case studies to put it in.
    """
    index = list_for_story(story.language)
    if index is None:
        raise NoListOfStories
    language = index.locale.language_code
    day = timezone.localdate(at)
    with override(language):
        page = CaseStudyPage(translation_key=story.public_id, locale=index.locale, live=False)
        for name, value in _texts(story, language).items():
            setattr(page, name, value)
        page.illustrative, page.consent, page.consent_date = False, Consent.TOLD_BY_LEARNER, day
        page.interview_date, page.review_by_date = day, day + READ_AGAIN_AFTER
        page.country, page.sector, page.size_band = story.country, story.sector, story.size_band
        page.courses = [CaseStudyCourse(course=story.course)]
        index.add_child(instance=page)
        page.save_revision(clean=False)
    # Nobody's name: who told it is not for the history.
    log(instance=page, action=TOLD, data={} if language == story.language else {"language": story.language})
    workflow = page.get_workflow()
    if workflow is not None:
        workflow.start(page, None)
    return page


def credit_of(story: AppliedStory) -> dict[str, str]:
    """Return what a page says of who told it, in the language in force."""
    someone = gettext("A social enterprise")
    if story.country:
        someone = gettext("A social enterprise in %(country)s") % {"country": story.get_country_display()}
    if not story.is_named:
        return {"organisation": someone, "author": gettext("A learner of this portal")}
    return {"organisation": story.credited_organisation or someone, "author": story.credited_name}


def _texts(story: AppliedStory, language: str) -> dict[str, Any]:
    """Return the fields of the draft, in the language in force. The answers stay as they were written."""
    course = serving.outline_of(story.course, language).title
    steps = [(gettext("What we did"), story.did), (gettext("What changed"), story.changed)]
    return {
        "title": gettext("A story from “%(course)s”") % {"course": shortened(course, 150)},
        "result": shortened(story.changed, 200),
        "problem": _paragraphs(story.situation),
        "steps": [{"type": "step", "value": {"title": title, "html": _paragraphs(text)}} for title, text in steps],
        "tool": shortened(story.tool, 120),
        "product_examples": story.tool if len(story.tool.strip()) > 120 or "\n" in story.tool.strip() else "",
        "went_wrong": _paragraphs(story.went_wrong),
        "try_it": _paragraphs(story.advice),
        "source": _paragraphs(gettext("Told by a learner after the course “%(course)s”.") % {"course": course}),
        **credit_of(story),
    }


def _paragraphs(text: str) -> SafeString:
    """Return a text that somebody typed as rich text: its lines as paragraphs, everything else as it is."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return mark_safe("".join(f"<p>{escape(line)}</p>" for line in lines if line))  # noqa: S308 - escaped on the line
