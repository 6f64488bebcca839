"""Closed lists that editors choose from (CONTENT.md section 2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    BASIC = "basic", _("Basic")
    INTERMEDIATE = "intermediate", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")


class Category(models.TextChoices):
    """Training category of a course."""

    ICT_BASIC = "ict-basic", _("Digital basics")
    ICT_ADVANCED = "ict-advanced", _("Digital tools in depth")
    EMERGING = "emerging-technologies", _("New technologies")
    BUSINESS = "business", _("Business")
    MARKETING = "marketing-sales", _("Marketing and sales")
    GREEN = "green", _("Green transition")
    OPEN_INNOVATION = "open-innovation", _("Open innovation")
    CLUSTER_MANAGEMENT = "cluster-management", _("Leading a cluster")


class Audience(models.TextChoices):
    """Whom a course or case study is for (CONTENT.md section 1, P1 to P4)."""

    ENABLER = "enabler", _("Managers and coordinators")
    SUPPORTER = "supporter", _("Job coaches and trainers")
    WORKER = "worker", _("Workers")
    CLUSTER_MANAGER = "cluster-manager", _("Cluster managers")


class Framework(models.TextChoices):
    DIGCOMP = "digcomp", "DigComp"
    GREENCOMP = "greencomp", "GreenComp"
    ENTRECOMP = "entrecomp", "EntreComp"


class CertificateKind(models.TextChoices):
    """Two kinds, never mixed: complete, or complete with outcomes assessed."""

    PARTICIPATION = "participation", _("Certificate of participation")
    ACHIEVEMENT = "achievement", _("Certificate of achievement")


class CertificateLayout(models.TextChoices):
    """How a certificate is printed."""

    WOVEN = "woven", _("With the stitched pattern")
    PLAIN = "plain", _("Plain, for printing in black")


class AssessmentType(models.TextChoices):
    """Types of assessment of the European Learning Model; its codes are in `courses/vocabularies/elm.json`."""

    QUIZ = "quiz", _("Quiz")
    MARKED_ASSIGNMENT = "marked-assignment", _("Marked assignment")
    PORTFOLIO = "portfolio", _("Portfolio")
    PROJECT_WORK = "project-work", _("Project work")
    PEER_ASSESSMENT = "peer-assessment", _("Peer assessment")
    ARTEFACT = "artefact", _("Assessment of something made")
    PRACTICAL = "practical", _("Practical assessment")
    WRITTEN_EXAM = "written-exam", _("Written exam")
    ATTENDANCE = "attendance", _("Attendance")


class ParticipationMode(models.TextChoices):
    """Forms of participation of the European Learning Model."""

    ONLINE = "online", _("Online")
    BLENDED = "blended", _("Online and on site")
    PRESENTIAL = "presential", _("On site")
    WORKBASED = "workbased", _("At work")


class Art(models.TextChoices):
    """The drawings of the house, templates in `templates/art/`."""

    CARE = "care", _("Two hands")
    CLUSTER = "cluster", _("A network")
    GARDEN = "garden", _("A garden")
    KITCHEN = "kitchen", _("A kitchen")
    OFFICE = "office", _("A desk")
    REPAIR = "repair", _("A repair bench")
    TABLET = "tablet", _("A tablet")
    TEXTILE = "textile", _("Cloth and thread")


class QuizLayout(models.TextChoices):
    ONE_A_PAGE = "one-a-page", _("One question a page")
    ONE_PAGE = "one-page", _("All questions on one page")


class TriesPeriod(models.TextChoices):
    """What the number of tries is counted over."""

    EVER = "ever", _("altogether")
    WEEK = "week", _("in seven days")


class Counting(models.TextChoices):
    """Which of several tries counts."""

    BEST = "best", _("The best try")
    LAST = "last", _("The last try")


class FeedbackTiming(models.TextChoices):
    """When people read what was right and why."""

    AT_ONCE = "at-once", _("After each answer, which then cannot be changed")
    AFTER_SUBMIT = "after-submit", _("When all answers are sent")
    AFTER_PASS = "after-pass", _("When the quiz is passed")
