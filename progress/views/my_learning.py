"""The page a learner comes back to."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.queries.catalogue import cards
from foundation.access import Access, access
from progress.queries.cohorts import groups_of
from progress.queries.my_learning import my_learning as my_learning_of
from progress.queries.paths import begun_paths
from progress.queries.sight import waits_for_agreement
from progress.views.people import LearnerRequest, signed_in


@access(Access.SIGNED_IN)
@require_safe
@signed_in
def my_learning(request: LearnerRequest) -> HttpResponse:
    """Show what to go on with, what else was begun, what is done; to a beginner, one course to begin with."""
    language = get_language()
    mine = my_learning_of(request.user, language=language)
    context = {
        "mine": mine,
        "paths": begun_paths(request.user, mine.progresses, language=language),
        "suggestion": next(iter(cards(language)), None) if mine.is_empty else None,
        "groups": groups_of(request.user, mine.progresses, language=language, at=timezone.now()),
        "entered_in": waits_for_agreement(request.user, at=timezone.now()),
        "time_zone": settings.TIME_ZONE,
        "page_language": language,
    }
    return render(request, "progress/my_learning.html", context)
