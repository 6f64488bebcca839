"""What waits for a manager by itself."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.timezone import localdate

from accounts.models import JoinRequest, Notification
from cockpit.models import EvidencePack, ImportedRow, PeopleImport
from cockpit.queries.people_certificates import SOON, standing
from cockpit.queries.scope import Sight

READY_FOR = timedelta(days=14)
"""How long a report that is ready stays on the list."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts of what waits, each with a page of its own."""

    join_requests: int
    came_back: int
    ending_certificates: int
    packs: int
    imports: int

    @property
    def is_nothing(self) -> bool:
        return not (self.join_requests or self.came_back or self.ending_certificates or self.packs or self.imports)


def waiting_for(sight: Sight) -> Waiting:
    """Count what waits for a manager. Cost: 5 queries."""
    today = localdate(sight.at)
    ending = standing(sight)
    problems = sight.rows(ImportedRow, path="people_import__organisation").filter(
        state=ImportedRow.State.PROBLEM,
        people_import__state__in=[PeopleImport.State.LOOKED_OVER, PeopleImport.State.RUNNING, PeopleImport.State.DONE],
    )
    failed = (Notification.State.BOUNCED, Notification.State.FAILED)
    return Waiting(
        join_requests=sight.join_requests().filter(state=JoinRequest.State.WAITING).count(),
        came_back=sight.notifications().filter(state__in=failed).count(),
        ending_certificates=ending.filter(
            valid_until__gte=today, valid_until__lte=today + timedelta(days=SOON)
        ).count(),
        packs=sight.mine(EvidencePack, path="asked_by").filter(made_at__gt=sight.at - READY_FOR, problem="").count(),
        imports=problems.values("people_import").distinct().count(),
    )
