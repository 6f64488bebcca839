"""Shape of what learners, editors and assessors send."""

from progress.forms.answering import AnswerForm, CheckForm, PositionForm, empty_words
from progress.forms.granting import AccommodationForm
from progress.forms.helping import HELP_QUESTIONS, HELP_RATINGS, HelpForm
from progress.forms.releasing import ReleaseForm, ReviewForm
from progress.forms.stories import CreditForm, SendStoryForm, StoryAnswerForm
from progress.forms.working import DraftForm

__all__ = [
    "HELP_QUESTIONS",
    "HELP_RATINGS",
    "AccommodationForm",
    "AnswerForm",
    "CheckForm",
    "CreditForm",
    "DraftForm",
    "HelpForm",
    "PositionForm",
    "ReleaseForm",
    "ReviewForm",
    "SendStoryForm",
    "StoryAnswerForm",
    "empty_words",
]
