"""What learners tell of their courses: who may, and how each story stands."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, User
from case_studies.models import AppliedStory, CaseStudyPage
from case_studies.queries import case_address
from courses.queries import serving
from courses.rules.outline import Outline
from progress.models import Enrolment


@dataclass(frozen=True, slots=True)
class MyStory:
    """A story of the learner with its course. `url` is where it can be read by everybody, empty while it cannot."""

    story: AppliedStory
    outline: Outline
    url: str

    @property
    def is_published(self) -> bool:
        return bool(self.url)


@dataclass(frozen=True, slots=True)
class KnownOfTeller:
    """What the portal knows of a learner that a story may say, to begin with."""

    name: str
    organisation: str
    country: str
    sector: str
    size_band: str


def stories_of(learner: User, *, language: str) -> list[MyStory]:
    """Return the learner's stories, the latest first. Cost: 2 queries."""
    stories = list(AppliedStory.objects.filter(learner=learner).select_related("course").order_by("-created_at", "-pk"))
    return _with_pages(stories, language=language)


def own_story(learner: User, public_id: UUID, *, language: str) -> MyStory:
    """Return one story of this learner. Cost: 2 queries.

    :raises AppliedStory.DoesNotExist: if there is none, or it is somebody else's: the two look the same.
    """
    story = AppliedStory.objects.select_related("course").get(learner=learner, public_id=public_id)
    return _with_pages([story], language=language)[0]


def story_of_course(enrolment: Enrolment) -> AppliedStory | None:
    """Return the story that stands of the course of an enrolment, or None. Cost: 1 query."""
    return AppliedStory.objects.filter(
        learner=enrolment.learner_id, course=enrolment.course_id, withdrawn_at=None
    ).first()


def completed_enrolment(learner: User, public_id: UUID) -> Enrolment:
    """Return an enrolment of this learner whose course is complete. Cost: 1 query.

    :raises Enrolment.DoesNotExist: if there is none, it is somebody else's, or the course is not complete.
    """
    enrolments = Enrolment.objects.with_course().filter(learner=learner, completion__isnull=False)
    return enrolments.get(public_id=public_id)


def known_of(learner: User, *, on: date) -> KnownOfTeller:
    """Return the name shown on the site, and of the organisation that they belong to what a story may say. Cost: 1 query."""
    running = Membership.objects.filter(Q(end_date=None) | Q(end_date__gte=on), user=learner, start_date__lte=on)
    membership = running.select_related("organisation").order_by("start_date", "pk").first()
    body = membership.organisation if membership else None
    return KnownOfTeller(
        name=learner.display_name,
        organisation=body.name if body else "",
        country=body.country if body else "",
        sector=body.sector if body else "",
        size_band=body.size_band if body else "",
    )


def _with_pages(stories: list[AppliedStory], *, language: str) -> list[MyStory]:
    outlines = serving.outlines_of([story.course for story in stories], language)
    keys = [story.public_id for story in stories if story.is_with_editors]
    pages = CaseStudyPage.objects.live().filter(translation_key__in=keys) if keys else CaseStudyPage.objects.none()
    slugs = dict(pages.order_by("-path").values_list("translation_key", "slug"))
    return [
        MyStory(
            story=story,
            outline=outlines[story.course_id],
            url=case_address(slugs[story.public_id], language) if story.public_id in slugs else "",
        )
        for story in stories
    ]
