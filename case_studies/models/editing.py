"""The interview form: what an editor sees, in the order of a conversation, and what is checked before publishing.

A draft may be as unfinished as it is; the checks below hold when the page is published.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, Panel, TitleFieldPanel

from accounts.models import SizeBand
from case_studies.models.applied import AppliedStory
from case_studies.models.vocabularies import Consent
from courses.forms.quality import GatedPageForm
from courses.rules.quality import Shape

STAFF_OF_BANDS: dict[str, tuple[int, int | None]] = {
    SizeBand.MICRO: (1, 9),
    SizeBand.SMALL: (10, 49),
    SizeBand.MEDIUM: (50, 249),
    SizeBand.LARGE: (250, None),
}


QUALITY_SHAPE = Shape(
    html=("problem", "went_wrong", "data_protection", "accessibility", "green_effect", "try_it", "source"),
    plain=("title", "result", "tool", "product_examples", "running_cost"),
    streams=("steps", "metrics"),
    source="source",
    review_by="review_by_date",
)
"""Where a story keeps what the rules of quality look at."""


class CaseStudyForm(GatedPageForm):
    """Checks before publishing that need more than one field."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation:
            for field, words in publish_problems(cleaned):
                self.add_error(field, words)
        # What was taken back is not kept as a draft either: a window that was open holds all of it still.
        if not self.is_deferred_validation or was_taken_back(self.instance.translation_key):
            words = consent_problem(self.instance.translation_key, cleaned.get("consent", ""))
            if words and "consent" not in self.errors:
                self.add_error("consent", words)
        return cleaned


def publish_problems(values: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """Yield (field, words) for what must change before a case study may be shown."""
    consent, illustrative = values.get("consent"), values.get("illustrative")
    if not illustrative and consent not in {Consent.WRITTEN, Consent.TOLD_BY_LEARNER}:
        yield "consent", _("A real organisation must agree in writing before its story is shown.")
    if illustrative and consent == Consent.WRITTEN:
        yield "illustrative", _("The organisation agreed in writing, so it exists: say that the story is real.")
    if illustrative and consent == Consent.TOLD_BY_LEARNER:
        yield "illustrative", _("A learner told it, so it is true: say that the story is real.")
    interviewed: date | None = values.get("interview_date")
    review_by: date | None = values.get("review_by_date")
    if interviewed and review_by and review_by <= interviewed:
        yield "review_by_date", _("The day to read it again is after the day of the interview.")
    count, band = values.get("staff_count"), values.get("size_band")
    if count and band in STAFF_OF_BANDS:
        least, most = STAFF_OF_BANDS[band]
        if count < least or (most is not None and count > most):
            yield "size_band", _("The number of people does not fit this size.")


def consent_problem(key: UUID, consent: str) -> Any:
    """Return in words why a page of this translation key may not be shown, or None: a consent that is gone or never was.

    Who told a story and took it back took back every later form of it. Cost: 1 query.
    """
    story = AppliedStory.objects.of_page(key).locked().first()
    if story is not None and story.withdrawn_at is not None:
        return _("Who told this story took it back, so it is not shown again. Begin a new page for another story.")
    if story is None and consent == Consent.TOLD_BY_LEARNER:
        return _("No learner of this portal told this story. Say how the organisation agreed.")
    return None


def was_taken_back(key: UUID) -> bool:
    """Return whether who told the story of this translation key took it back. Cost: 1 query."""
    story = AppliedStory.objects.of_page(key).locked().first()
    return story is not None and story.withdrawn_at is not None


class ToldByLearnerPanel(Panel):
    """What an editor is told of the consent that a story stands on. Nothing of the account: no name but a credited one."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "case_studies/cms/told.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            page = self.instance
            self.story = AppliedStory.objects.of_page(page.translation_key).first() if page.pk else None

        def is_shown(self) -> bool:
            return self.story is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "story": self.story}


def _part(heading: Any, panels: list[Panel], help_text: Any) -> MultiFieldPanel:
    return MultiFieldPanel(panels, heading=heading, help_text=help_text)


INTERVIEW_PANELS: list[Panel] = [
    ToldByLearnerPanel(heading=_("Told by a learner")),
    TitleFieldPanel("title", placeholder=_("Finding a coat in 3 minutes")),
    FieldPanel("result"),
    FieldPanel("illustrative"),
    _part(
        _("1. Who are they?"),
        [
            FieldPanel("organisation"),
            FieldPanel("country"),
            FieldPanel("region_type"),
            FieldPanel("sector"),
            FieldPanel("size_band"),
            FieldPanel("staff_count"),
        ],
        _("Ask: “Who are you, and what does a usual day look like?”"),
    ),
    InlinePanel("audiences", heading=_("2. Who should read this?"), label=_("Audience"), min_num=1),
    _part(
        _("3. What was wrong?"),
        [FieldPanel("problem")],
        _("Ask: “What did not work before? What did it cost you, in time, money or nerves?”"),
    ),
    _part(
        _("4. Which tool?"),
        [
            FieldPanel("tool_category"),
            FieldPanel("tool"),
            FieldPanel("product_examples"),
            FieldPanel("licence_type"),
            FieldPanel("cost_band"),
            FieldPanel("running_cost"),
            FieldPanel("setup_time"),
            FieldPanel("staff_hours"),
        ],
        _("Ask: “What did you use? What did the first year cost, and what does it cost now?”"),
    ),
    InlinePanel(
        "skills",
        heading=_("5. What does one need to know?"),
        label=_("Skill"),
        help_text=_("The competences somebody in the team needed. Two or three are enough."),
    ),
    FieldPanel("steps", heading=_("6. How did they do it?")),
    _part(
        _("7. What went wrong?"),
        [FieldPanel("went_wrong")],
        _("Ask: “What would you not do again?” This is the part people learn most from."),
    ),
    FieldPanel("metrics", heading=_("8. What changed, in figures?")),
    _part(
        _("9. With care"),
        [FieldPanel("data_protection"), FieldPanel("accessibility"), FieldPanel("green_effect")],
        _(
            "Ask: “Whose data is in it? Who cannot use it yet? What does it change for the environment, and how do you know?”"
        ),
    ),
    _part(
        _("10. Try it in 30 minutes"),
        [FieldPanel("try_it")],
        _("Ask: “If a colleague elsewhere had half an hour, what should they try first?”"),
    ),
    InlinePanel(
        "courses",
        heading=_("11. Learn how"),
        label=_("Course"),
        help_text=_(
            "Courses that teach what was needed here, and the module where it is one. Their pages then show this story too."
        ),
    ),
    _part(
        _("12. Where this comes from"),
        [
            FieldPanel("source"),
            FieldPanel("author"),
            FieldPanel("licence"),
            FieldPanel("interview_date"),
            FieldPanel("consent"),
            FieldPanel("consent_date"),
            FieldPanel("review_by_date"),
        ],
        _("The organisation reads the story before it is shown, and agrees in writing."),
    ),
    FieldPanel("art"),
    HelpPanel(heading=_("This text"), template="courses/cms/this_text.html"),
]
