"""What the demo's people told: a story of a learner that waits for the editors, and two reports of readers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import User
from case_studies.models import AppliedStory
from case_studies.operations import begin_story, save_answer, send_story
from case_studies.operations.applied import Agreed
from courses.models import ContentReport
from courses.operations.reporting import file_report
from courses.queries import serving
from courses.queries.reports import reported_page
from portal.loading.identity import lasting_id
from portal.loading.records import FIRST_COURSE, course_named

_LANGUAGE = "en"
_ANSWERS = {
    "situation": "We are a laundry. Six of us shared one paper with all the passwords. It hung beside the drying machine, "
    "and everybody who delivered something could read it.",
    "did": "After the lesson on sign-ins I asked the team for one hour on a Friday. We wrote down which accounts we have: "
    "eleven.\nFor each we made a new passphrase and put it into a password manager. Two colleagues did not want it on "
    "their own phone, so it is on the tablet of the office, with a code.",
    "tool": "A password manager, free for a team of our size, on one tablet and four phones",
    "changed": "The paper is gone. Before, somebody asked for a password about ten times a week; now it is twice.",
    "went_wrong": "In the first week we locked ourselves out of the booking page for half a day: nobody had written down the "
    "new passphrase of the main account.",
    "advice": "Count your accounts first, on paper. Then begin with the one that would hurt most.",
}
_REPORTS = (
    ("unclear", 0, "I do not understand the sentence about two devices. Which one is meant?", ""),
    (
        "wrong",
        2,
        "The second picture shows an older form of the page: the button is on the other side now.",
        "kim@learn.example",
    ),
)


def load_stories(people: Mapping[str, User], *, at: datetime) -> None:
    """Make what is missing of both. What editors and the learner did with them since stays."""
    graduate, course = people["graduate"], course_named(FIRST_COURSE)
    told = at.replace(hour=11, minute=5, second=0, microsecond=0) - timedelta(days=2)
    if not AppliedStory.objects.filter(learner=graduate, course=course).exists():
        story = begin_story(learner=graduate, course=course, language=_LANGUAGE, at=told)
        for question, text in _ANSWERS.items():
            save_answer(story=story, question=question, text=text, at=told)
        agreed = Agreed(
            credit=AppliedStory.Credit.ANONYMOUS,
            words="Without name and organisation",
            country="BE",
            sector="laundry",
            size_band="small",
        )
        send_story(story=story, agreed=agreed, at=told)
    lessons = [item for item in serving.outline_of(course, _LANGUAGE).items if item.kind == "lesson"]
    for number, (kind, place, text, email) in zip(report_numbers(), _REPORTS, strict=True):
        if place < len(lessons) and not ContentReport.objects.filter(public_id=number).exists():
            about = reported_page(lessons[place].key, "", language=_LANGUAGE)
            file_report(public_id=number, about=about, kind=kind, text=text, email=email, at=told)


def report_numbers() -> list[UUID]:
    """Return the public ids of the demo's reports."""
    return [lasting_id("reports", str(number)) for number in range(len(_REPORTS))]
