"""A learner has read what they were told."""

from collections.abc import Iterable
from datetime import datetime

from progress.models import Enrolment, Notice


def acknowledge_notices(*, enrolment: Enrolment, notice_ids: Iterable[int], at: datetime) -> int:
    """Note that these notices of an enrolment were read; return how many were unread until now.

    Only those that stood on the page are named, so that one made in the meantime is not lost. Numbers of other
    enrolments' notices do nothing. The first time stays. Cost: 1 query.
    """
    unread = Notice.objects.filter(enrolment=enrolment, pk__in=list(notice_ids), read_at=None)
    return unread.update(read_at=at)
