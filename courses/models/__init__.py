"""Pages (the draft), frozen content, editions, and the derived rows that serve them."""

from courses.models.addresses import CourseAddress, CourseCard, ItemAddress, OutlineRow, SearchEntry
from courses.models.bank import BankQuestion, QuestionImport
from courses.models.certificates import CertificateDefinition, CertificateTerms
from courses.models.editions import Course, CourseEdition, EditionDue, SettledItem
from courses.models.frozen import AssignmentVersion, FrozenFile, LessonVersion, QuizKey, QuizVersion
from courses.models.gate import QualityRuleSetting
from courses.models.items import AssignmentPage, LessonPage, QuizPage
from courses.models.packages import CoursePackage
from courses.models.pages import (
    CourseAudience,
    CourseCompetence,
    CourseIndexPage,
    CourseOutcome,
    CoursePage,
    CoursePrerequisite,
    ModulePage,
)
from courses.models.paths import (
    LearningPath,
    LearningPathCertificate,
    LearningPathCourse,
    LearningPathEdition,
    LearningPathPage,
)
from courses.models.pictures import Picture, PictureRendition
from courses.models.releases import Release, ReleaseDraft
from courses.models.reports import ContentReport

__all__ = [
    "AssignmentPage",
    "AssignmentVersion",
    "BankQuestion",
    "CertificateDefinition",
    "CertificateTerms",
    "ContentReport",
    "Course",
    "CourseAddress",
    "CourseAudience",
    "CourseCard",
    "CourseCompetence",
    "CourseEdition",
    "CourseIndexPage",
    "CourseOutcome",
    "CoursePackage",
    "CoursePage",
    "CoursePrerequisite",
    "EditionDue",
    "FrozenFile",
    "ItemAddress",
    "LearningPath",
    "LearningPathCertificate",
    "LearningPathCourse",
    "LearningPathEdition",
    "LearningPathPage",
    "LessonPage",
    "LessonVersion",
    "ModulePage",
    "OutlineRow",
    "Picture",
    "PictureRendition",
    "QualityRuleSetting",
    "QuestionImport",
    "QuizKey",
    "QuizPage",
    "QuizVersion",
    "Release",
    "ReleaseDraft",
    "SearchEntry",
    "SettledItem",
]
