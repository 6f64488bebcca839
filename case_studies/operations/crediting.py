"""Who is named on the pages of a story: changed at once in every language, and in all that was kept of them."""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db.models import CharField
from django.utils.translation import gettext, override
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Comment, CommentReply, PageLogEntry, Revision, TaskState, WorkflowState
from wagtail_localize.models import SegmentOverride, String, StringTranslation, TranslatableObject, TranslationSource

from case_studies.models import AppliedStory, CaseStudyPage
from case_studies.operations.drafting import credit_of
from case_studies.rules.telling import is_named_in_address, without_names
from courses.models import ContentReport
from courses.queries.reports import LONGEST_TITLE

_STATE = ("path", "url_path", "depth", "numchild", "translation_key", "content_type", "locale")
"""Columns that are no text of anybody."""


def credit_pages(story: AppliedStory, pages: Iterable[CaseStudyPage], *, before: Mapping[str, str]) -> None:
    """Write the credit of a story into its pages, live or not, and into every revision of them.

    `before`: names that stood until now, with what each was: "name" or "organisation". Those that go are taken out of
    texts, titles and the history too, with neutral words instead.
    """
    gone = {name: kind for name, kind in before.items() if name and name not in credit_of(story).values()}
    for page in pages:
        with override(page.locale.language_code):
            neutral = {"name": gettext("a learner"), "organisation": gettext("the organisation")}
            words = {name: neutral[kind] for name, kind in gone.items()}
            said = credit_of(story)
        _credit_page(page, said, words, story)
        if words:
            _clean_history(page, words)
    if gone:
        # Texts kept for translators hold what was published; the pages themselves stay.
        forget_translators_texts(story)


def _credit_page(page: CaseStudyPage, said: Mapping[str, str], words: Mapping[str, str], story: AppliedStory) -> None:
    """Change the row of a page, and its revisions as they are stored."""
    changed = page.with_content_json(cleaned(page.serializable_data(), words))
    for name in (field.name for field in CaseStudyPage._meta.local_fields if not field.primary_key):
        setattr(page, name, getattr(changed, name))
    for name in ("title", "seo_title", "search_description", "draft_title"):
        setattr(page, name, without_names(getattr(page, name), words))
    for name, value in said.items():
        setattr(page, name, value)
    page.slug = _slug(page.slug, words, story)
    for field in CaseStudyPage._meta.concrete_fields:
        if isinstance(field, CharField) and field.max_length:  # neutral words can be longer than a name
            setattr(page, field.name, getattr(page, field.name)[: field.max_length])
    page.save(clean=False)
    for revision in Revision.objects.for_instance(page):
        content = {**cleaned(revision.content, words), **said}
        content["slug"] = _slug(content.get("slug", ""), words, story)
        content["url_path"] = page.url_path
        Revision.objects.filter(pk=revision.pk).update(
            content=content, object_str=without_names(revision.object_str, words)
        )


def _slug(slug: str, words: Mapping[str, str], story: AppliedStory) -> str:
    """Return an address that names nobody who is to be nameless."""
    return f"story-{story.public_id.hex[:8]}" if is_named_in_address(slug, words) else slug


def _clean_history(page: CaseStudyPage, words: Mapping[str, str]) -> None:
    """Take names out of what the history of a page says, and drop old addresses that had them."""
    for entry in PageLogEntry.objects.filter(page_id=page.pk):
        PageLogEntry.objects.filter(pk=entry.pk).update(
            label=without_names(entry.label, words), data=cleaned(entry.data, words)
        )
    for rows in (
        Comment.objects.filter(page_id=page.pk),
        CommentReply.objects.filter(comment__page_id=page.pk),
    ):
        for remark in rows:
            rows.filter(pk=remark.pk).update(text=without_names(remark.text, words))
    for state in TaskState.objects.filter(workflow_state__in=WorkflowState.objects.for_instance(page)):
        TaskState.objects.filter(pk=state.pk).update(comment=without_names(state.comment, words))
    for redirect in Redirect.objects.filter(redirect_page_id=page.pk):
        if is_named_in_address(redirect.old_path.rpartition("/")[2], words):
            redirect.delete()
    for report in ContentReport.objects.filter(page_key=page.translation_key):
        ContentReport.objects.filter(pk=report.pk).update(
            title=without_names(report.title, words)[:LONGEST_TITLE],
            text=without_names(report.text, words),
            answer=without_names(report.answer, words),
            path=f"/{report.path.split('/')[1]}/case-studies/{page.slug}/"
            if is_named_in_address(report.path.strip("/").rpartition("/")[2], words)
            else report.path,
        )


def forget_translators_texts(story: AppliedStory) -> None:
    """Delete what is kept of the pages of a story for their translators: sources, segments, and texts nothing else uses."""
    objects = TranslatableObject.objects.filter(translation_key=story.public_id)
    sources = TranslationSource.objects.filter(object__in=objects)
    strings = list(String.objects.filter(segments__source__in=sources).values_list("pk", flat=True))
    StringTranslation.objects.filter(context__object__in=objects).delete()
    SegmentOverride.objects.filter(context__object__in=objects).delete()
    sources.delete()
    objects.delete()
    String.objects.filter(pk__in=strings, segments=None).delete()


def cleaned(value: Any, words: Mapping[str, str]) -> Any:
    """Return stored content with names taken out of all its texts; columns that place a page stay."""
    if isinstance(value, dict):
        return {name: entry if name in _STATE else cleaned(entry, words) for name, entry in value.items()}
    if isinstance(value, list):
        return list(map(partial(cleaned, words=words), value))
    if not isinstance(value, str):
        return value
    if value.startswith("[{"):  # blocks are stored as JSON in a text
        try:
            return json.dumps(cleaned(json.loads(value), words))
        except ValueError:
            pass
    return without_names(value, words)
