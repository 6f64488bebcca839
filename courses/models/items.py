"""The steps of a course: lesson, quiz, assignment. Like every page of a course they are the draft (`courses.models.pages`)."""

from collections.abc import Sequence
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import StreamField

from courses.blocks import RICH_TEXT_FEATURES, DrawBlocks, LessonBlocks, QuestionBlocks, RubricBlocks
from courses.models.fields import CleanRichTextField
from courses.models.pages import CREDIT_IS_COPIED, CREDIT_PANEL, THIS_TEXT_PANEL, Credit, FrozenPage
from courses.models.vocabularies import Counting, FeedbackTiming, QuizLayout, TriesPeriod
from courses.rules.freezing import Found, Problem, freeze_assignment, freeze_lesson, freeze_quiz
from courses.rules.quality import ASSIGNMENT, LESSON, QUIZ

TRUSTED = Found(trusted=True)


class Item(Credit, FrozenPage):
    """A step of a course: something a learner does and that can be complete."""

    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=5, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    required = models.BooleanField(
        _("required"), default=True, help_text=_("The course is complete when every required step is done.")
    )

    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    override_translatable_fields = [*FrozenPage.override_translatable_fields, *CREDIT_IS_COPIED]

    class Meta:
        abstract = True

    def raw_columns(self) -> dict[str, Any]:
        """Return what freezing reads of the page, saved or not, as the database would hold it."""
        return {
            field.attname: field.get_prep_value(getattr(self, field.attname))
            for field in self._meta.concrete_fields
            if field.model is type(self) or field.attname == "title"
        }


class LessonPage(Item):
    """A lesson: one idea, 5 to 10 minutes."""

    summary = models.TextField(
        _("summary"), max_length=300, blank=True, help_text=_("One sentence; the lead of the page.")
    )
    body = StreamField(LessonBlocks(), verbose_name=_("content"), blank=True)
    done_by_attendance = models.BooleanField(
        _("done by being there"),
        default=False,
        db_default=False,
        help_text=_(
            "For a workshop or a visit. Nobody marks it as done alone: who runs a cohort ticks off at a live session who "
            "was there. People who are in no cohort cannot do it, so they complete the course only where it is not "
            "required."
        ),
    )

    quality_shape = LESSON

    def __str__(self) -> str:
        return self.title

    def freezing_problems(self) -> Sequence[Problem]:
        columns = self.raw_columns()
        return freeze_lesson(source=columns, text=columns, language="", source_language="", found=TRUSTED).problems

    content_panels = [
        TitleFieldPanel("title", placeholder=_("Title. Example: A passphrase you can keep")),
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("minutes"), FieldPanel("required"), FieldPanel("done_by_attendance")],
            heading=_("Time and rule"),
        ),
        FieldPanel("body"),
        CREDIT_PANEL,
        THIS_TEXT_PANEL,
    ]


class QuizPage(Item):
    """A quiz. The questions hold the answer key: they are in no search index and no API."""

    introduction = CleanRichTextField(_("introduction"), blank=True, features=RICH_TEXT_FEATURES)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark, per cent"), default=60, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("tries"), default=0, help_text=_("0 means: as many as people like.")
    )
    waits_for_quizzes = models.BooleanField(
        _("opens when the quizzes before it are passed"),
        default=False,
        help_text=_("For a final test: every required quiz before it in the course must be passed first."),
    )
    tries_period = models.CharField(
        _("counted"), max_length=10, choices=TriesPeriod.choices, default=TriesPeriod.EVER, db_default=TriesPeriod.EVER
    )
    wait_minutes = models.PositiveSmallIntegerField(
        _("minutes to wait before another try"), default=0, db_default=0, validators=[MaxValueValidator(10080)]
    )
    counting = models.CharField(
        _("which try counts"), max_length=10, choices=Counting.choices, default=Counting.BEST, db_default=Counting.BEST
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit, minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Leave it empty unless time is part of what is assessed: a limit keeps people out."),
    )
    layout = models.CharField(
        _("pages"),
        max_length=12,
        choices=QuizLayout.choices,
        default=QuizLayout.ONE_A_PAGE,
        db_default=QuizLayout.ONE_A_PAGE,
    )
    mixes_questions = models.BooleanField(_("questions in another order each time"), default=False, db_default=False)
    mixes_options = models.BooleanField(_("answers in another order each time"), default=False, db_default=False)
    feedback_timing = models.CharField(
        _("what people read about their answers"),
        max_length=12,
        choices=FeedbackTiming.choices,
        default=FeedbackTiming.AFTER_SUBMIT,
        db_default=FeedbackTiming.AFTER_SUBMIT,
    )
    reviews_first = models.BooleanField(
        _("all answers are shown before they are sent"),
        default=True,
        db_default=True,
        help_text=_("People can then see what is still open, and change it."),
    )
    offers_practice = models.BooleanField(
        _("may be done for practice"),
        default=False,
        db_default=False,
        help_text=_("Practice tells after each answer whether it is right, and is recorded nowhere."),
    )
    needed_for_achievement = models.BooleanField(
        _("needed for the certificate of achievement"),
        default=False,
        db_default=False,
        help_text=_("Who passes every such step and completes the course has shown the outcomes."),
    )
    draws = StreamField(
        DrawBlocks(),
        verbose_name=_("draws"),
        blank=True,
        help_text=_("Without a draw every question is asked. With draws only drawn ones are."),
    )
    questions = StreamField(QuestionBlocks(), verbose_name=_("questions"), blank=True)

    quality_shape = QUIZ
    # What learners see holds no key; only editors can choose the other way to look at it.
    preview_modes = [("", _("As a learner")), ("key", _("With the right answers, for editors"))]

    def __str__(self) -> str:
        return self.title

    def freezing_problems(self) -> Sequence[Problem]:
        columns = self.raw_columns()
        # By name: models know no queries. What it takes from the bank is looked up: it may not be published.
        bank_for: Any = import_string("courses.queries.bank.bank_for")
        found = Found(trusted=True, bank=bank_for([columns]))
        return freeze_quiz(source=columns, text=columns, language="", source_language="", found=found).problems

    content_panels = [
        TitleFieldPanel("title", placeholder=_("Title. Example: Quiz: start safely")),
        FieldPanel("introduction"),
        MultiFieldPanel([FieldPanel("minutes"), FieldPanel("required")], heading=_("Time and rule")),
        MultiFieldPanel(
            [
                FieldPanel("pass_mark"),
                FieldPanel("max_attempts"),
                FieldPanel("tries_period"),
                FieldPanel("wait_minutes"),
                FieldPanel("counting"),
                FieldPanel("waits_for_quizzes"),
                FieldPanel("time_limit_minutes"),
                FieldPanel("needed_for_achievement"),
            ],
            heading=_("Passing"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("layout"),
                FieldPanel("mixes_questions"),
                FieldPanel("mixes_options"),
                FieldPanel("reviews_first"),
                FieldPanel("feedback_timing"),
                FieldPanel("offers_practice"),
            ],
            heading=_("How it is asked"),
        ),
        FieldPanel("questions"),
        FieldPanel("draws"),
        CREDIT_PANEL,
        THIS_TEXT_PANEL,
    ]


class AssignmentPage(Item):
    """Work that people judge by a rubric: a text, files, or both."""

    task = CleanRichTextField(
        _("task"),
        features=RICH_TEXT_FEATURES,
        blank=True,
        help_text=_("What to hand in, in the second person. Say how long it is, and who reads it."),
    )
    rubric = StreamField(
        RubricBlocks(),
        verbose_name=_("rubric"),
        blank=True,
        help_text=_("Learners read it before they begin, and filled in when it is judged."),
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark, per cent"), default=60, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    takes_text = models.BooleanField(_("takes a text written here"), default=True)
    max_files = models.PositiveSmallIntegerField(
        _("files"), default=3, validators=[MaxValueValidator(10)], help_text=_("How many at most; 0 means: none.")
    )
    needs_second_assessor = models.BooleanField(
        _("a second person judges too"),
        default=False,
        help_text=_("Where the two differ, a third one decides. For work that a certificate rests on."),
    )
    needed_for_achievement = models.BooleanField(
        _("needed for the certificate of achievement"),
        default=False,
        db_default=False,
        help_text=_("Who passes every such step and completes the course has shown the outcomes."),
    )
    waits_for_quizzes = models.BooleanField(_("opens when the quizzes before it are passed"), default=False)

    quality_shape = ASSIGNMENT
    preview_modes = [("", _("As a learner"))]

    def __str__(self) -> str:
        return self.title

    def freezing_problems(self) -> Sequence[Problem]:
        columns = self.raw_columns()
        return freeze_assignment(source=columns, text=columns, language="", source_language="", found=TRUSTED).problems

    content_panels = [
        TitleFieldPanel("title", placeholder=_("Title. Example: Your cluster's action plan")),
        MultiFieldPanel([FieldPanel("minutes"), FieldPanel("required")], heading=_("Time and rule")),
        FieldPanel("task"),
        MultiFieldPanel([FieldPanel("takes_text"), FieldPanel("max_files")], heading=_("What is handed in")),
        FieldPanel("rubric"),
        MultiFieldPanel(
            [
                FieldPanel("pass_mark"),
                FieldPanel("needs_second_assessor"),
                FieldPanel("waits_for_quizzes"),
                FieldPanel("needed_for_achievement"),
            ],
            heading=_("Passing"),
        ),
        CREDIT_PANEL,
        THIS_TEXT_PANEL,
    ]
