"""Pages of case studies and their closed lists."""

from case_studies.models.applied import AppliedStory
from case_studies.models.pages import (
    CaseStudyAudience,
    CaseStudyCourse,
    CaseStudyIndexPage,
    CaseStudyPage,
    CaseStudySkill,
)
from case_studies.models.vocabularies import (
    Consent,
    CostBand,
    Country,
    LicenceType,
    RegionType,
    SetupTime,
    ToolCategory,
)

__all__ = [
    "AppliedStory",
    "CaseStudyAudience",
    "CaseStudyCourse",
    "CaseStudyIndexPage",
    "CaseStudyPage",
    "CaseStudySkill",
    "Consent",
    "CostBand",
    "Country",
    "LicenceType",
    "RegionType",
    "SetupTime",
    "ToolCategory",
]
