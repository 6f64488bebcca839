"""Which certificates may be renewed, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from certificates.models import Certificate
from certificates.queries.showing import certificates_with_events, status_of
from certificates.rules.status import State
from certificates.rules.validity import Renewal, Window, window_of
from progress.models import Enrolment

_NEVER = Window(Renewal.NEVER, None)
_STANDS = {State.VALID, State.EXPIRED}


@dataclass(frozen=True, slots=True)
class Renewable:
    """A certificate that may be renewed, now or from a day on. `begun`: the later cycle, where it was begun."""

    certificate: Certificate
    window: Window
    valid_until: date | None
    begun: Enrolment | None

    @property
    def may_begin(self) -> bool:
        """Whether a new cycle can be begun now."""
        return self.window.is_open and self.begun is None


def renewal_of(certificate: Certificate, *, today: date) -> Renewable | None:
    """Return whether a certificate may be renewed; None where it never may. One of a learning path never may.

    Cost: no query where it never may, else 1, for one read by `certificates.queries.showing`.
    """
    window = window_on(certificate, today=today)
    if window.renewal is Renewal.NEVER:
        return None
    enrolment = certificate.enrolment
    later = Enrolment.objects.select_related("course").filter(
        learner=enrolment.learner_id, course=enrolment.course_id, cycle__gt=enrolment.cycle
    )
    return Renewable(certificate, window, certificate.valid_until, later.order_by("-cycle").first())


def window_on(certificate: Certificate, *, today: date) -> Window:
    """Return when a certificate may be renewed, whoever looks. Cost: as `status_of`, none where it never may."""
    from_day = certificate.payload.get("renewable_from")
    if not from_day or certificate.learning_path_id is not None:
        return _NEVER
    stands = status_of(certificate, today=today).state in _STANDS
    return window_of(renewable_from=date.fromisoformat(from_day), stands=stands, today=today)


def renewable_of(learner: User, enrolments: Iterable[int], *, today: date) -> dict[int, str]:
    """Return, by enrolment, the address part of its certificate that may be renewed now.

    `enrolments` are of this learner, of each course the latest cycle. Cost: 1 query, 2 where one may be.
    """
    candidates = certificates_with_events().filter(
        enrolment__learner=learner, enrolment__in=list(enrolments), learning_path=None, superseded_by=None
    )
    dated = candidates.filter(valid_until__isnull=False).order_by("issued_at", "pk")
    return {entry.enrolment_id: entry.public_id for entry in dated if window_on(entry, today=today).is_open}
