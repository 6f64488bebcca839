"""A learner tells what they did with a course: begun, saved as it grows, sent, credited, taken back (decision 0030).

What is sent becomes a draft that waits for the editors. It never publishes itself, and it stands on a consent that can be
withdrawn at any time.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from case_studies.models import AppliedStory
from case_studies.models.applied import MAIL
from case_studies.operations.crediting import credit_pages
from case_studies.operations.drafting import draft_from
from case_studies.operations.erasing import erase_pages, hold_reviews, pages_of
from case_studies.rules.telling import MOST_CHARACTERS, QUESTIONS, open_questions
from courses.models import Course
from courses.operations.tree_lock import lock_tree
from foundation.operations import post_message


class AlreadySent(Exception):
    """The story was sent, or taken back: its answers stay as they were."""


class NotSent(Exception):
    """The story was never sent, or was taken back: there is no consent to change."""


class Unfinished(Exception):
    """An answer that a story needs is empty. `questions` names them."""

    def __init__(self, questions: list[str]) -> None:
        super().__init__(", ".join(questions))
        self.questions = questions


class NothingToCredit(Exception):
    """Somebody is to be named, and no name is given."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a learner agreed to: how they are credited, what may be said of the organisation, and the words they read."""

    credit: str
    words: str
    name: str = ""
    organisation: str = ""
    country: str = ""
    sector: str = ""
    size_band: str = ""

    @property
    def is_named(self) -> bool:
        return self.credit == AppliedStory.Credit.NAMED


def begin_story(*, learner: User, course: Course, language: str, at: datetime) -> AppliedStory:
    """Return the learner's story of a course, a new one where there is none that stands. Whether they may is asked before."""
    found = AppliedStory.objects.filter(learner=learner, course=course, withdrawn_at=None).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return AppliedStory.objects.create(
                learner=learner, course=course, language=language, created_at=at, changed_at=at
            )
    except IntegrityError:  # pressed twice at once: the constraint decides
        return AppliedStory.objects.get(learner=learner, course=course, withdrawn_at=None)


def save_answer(*, story: AppliedStory, question: str, text: str, at: datetime) -> None:
    """Save one answer, as long as the story was not sent. The last one saved counts.

    :raises AlreadySent: which keeps what was sent.
    :raises ValueError: for a question that is not asked, or a text that is longer than it may be.
    """
    if question not in QUESTIONS or len(text) > MOST_CHARACTERS[question]:
        raise ValueError(question)
    rows = AppliedStory.objects.filter(pk=story.pk, sent_at=None, withdrawn_at=None)
    if not rows.update(**{question: text, "changed_at": at}):
        raise AlreadySent
    setattr(story, question, text)
    story.changed_at = at


def send_story(*, story: AppliedStory, agreed: Agreed, at: datetime) -> AppliedStory:
    """Note the consent, make the draft, and put it before the reviewers. Sending again has no effect.

    :raises Unfinished: if an answer that is needed is empty.
    :raises NothingToCredit: if somebody is to be named without a name.
    :raises NotSent: if the story is gone, or was taken back.
    :raises NoListOfStories: if the site has no list of case studies. Nothing is noted then.
    """
    with transaction.atomic():
        lock_tree()
        story = _hold(story)
        if story.withdrawn_at is not None:
            raise NotSent
        if story.sent_at is not None:
            return story
        if lacking := open_questions({name: getattr(story, name) for name in QUESTIONS}):
            raise Unfinished(lacking)
        _agree(story, agreed, at=at)
        story.sent_at = at
        story.country, story.sector, story.size_band = agreed.country, agreed.sector, agreed.size_band
        story.page = draft_from(story, at=at)
        story.save()
        post_message(kind=MAIL, key=f"{story.public_id}:sent", payload={"story": story.pk, "what": "sent"}, at=at)
    return story


def change_credit(*, story: AppliedStory, agreed: Agreed, at: datetime) -> AppliedStory:
    """Name the learner from now on, or take the name away: in the draft, on the page, in all that was kept of both.

    :raises NothingToCredit: if somebody is to be named without a name.
    :raises NotSent: if there is no story that stands.
    """
    with transaction.atomic():
        lock_tree()
        hold_reviews(story)
        story = _hold(story)
        if not story.is_with_editors:
            raise NotSent
        before = {story.credited_name: "name", story.credited_organisation: "organisation"} if story.is_named else {}
        _agree(story, agreed, at=at)
        story.save()
        credit_pages(story, pages_of(story), before=before)
    return story


def withdraw_story(*, story: AppliedStory, at: datetime) -> bool:
    """Take a story back: off the site at once, and erased wherever it was kept. A story never sent is just deleted.

    What stays is the row with its dates, and of a page that was once public an empty draft. Again, it has no effect.
    Return whether the row stays, as it does of a story that was sent.
    """
    with transaction.atomic():
        lock_tree()
        hold_reviews(story)
        try:
            story = _hold(story)
        except NotSent:
            return False
        if story.withdrawn_at is not None:
            return True
        if story.sent_at is None:
            story.delete()
            return False
        erase_pages(story)
        for name in (*QUESTIONS, "credited_name", "credited_organisation", "country", "sector", "size_band"):
            setattr(story, name, "")
        story.withdrawn_at = story.erased_at = story.changed_at = at
        story.page = pages_of(story)[0] if pages_of(story) else None
        story.save()
    return True


def forget_stories(*, learner: User, at: datetime) -> None:
    """Take back every story of somebody whose account is to be erased: nobody could withdraw it afterwards."""
    for story in AppliedStory.objects.filter(learner=learner, withdrawn_at=None).order_by("pk"):
        withdraw_story(story=story, at=at)


def _hold(story: AppliedStory) -> AppliedStory:
    """Return the row as it is now, held until the end of the transaction.

    :raises NotSent: if it is gone.
    """
    held = AppliedStory.objects.select_for_update().filter(pk=story.pk).first()
    if held is None:
        raise NotSent
    return held


def _agree(story: AppliedStory, agreed: Agreed, *, at: datetime) -> None:
    if agreed.is_named and not agreed.name.strip():
        raise NothingToCredit
    story.credit = agreed.credit
    story.credited_name = agreed.name.strip() if agreed.is_named else ""
    story.credited_organisation = agreed.organisation.strip() if agreed.is_named else ""
    story.consent_words, story.consented_at, story.changed_at = agreed.words, at, at
