"""How an attempt is laid out for its learner."""

from progress.models import Attempt
from progress.queries.accommodations import accommodation_of
from progress.rules.paging import is_on_one_page


def has_one_page(attempt: Attempt) -> bool:
    """Return whether all questions of an attempt stand on one page. Cost: 1 query where the quiz wants it so, else none."""
    body = attempt.quiz_version.body
    if not is_on_one_page(body, one_question_a_page=False):
        return False
    granted = accommodation_of(attempt.enrolment.learner_id)
    return is_on_one_page(body, one_question_a_page=granted.one_question_a_page)
