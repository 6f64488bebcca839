"""Whether what was asked about certificates is what was done."""

from collections.abc import Iterator

from certificates.models import CertificateEvent, CertificateRequest
from foundation.queries.differences import in_parts, in_words

_ROWS = 200  # held at a time
_NAMES = (
    "public_id",
    "kind",
    "state",
    "reason",
    "certificate_id",
    "requested_by_id",
    "decided_by_id",
    "decided_at",
    "event__kind",
    "event__reason",
    "event__certificate_id",
)
_DONE_AS = {
    CertificateRequest.Kind.REISSUE: CertificateEvent.Kind.REISSUED,
    CertificateRequest.Kind.REVOKE: CertificateEvent.Kind.REVOKED,
    CertificateRequest.Kind.RESTORE: CertificateEvent.Kind.RESTORED,
}


def requests() -> Iterator[str]:
    """Look at every request: what was done is an event of its certificate, decided by another person. Cost: 1 query for 200.

    People whose accounts are gone are not looked at.
    """
    for part in in_parts(CertificateRequest.objects, _NAMES, size=_ROWS):
        for values in part:
            row = dict(zip(("pk", *_NAMES), values, strict=True))
            differences = []
            is_decided = row["state"] != CertificateRequest.State.WAITING
            if is_decided != (row["decided_at"] is not None):
                differences.append("it says that it waits and when it was decided, or neither")
            was_done = row["event__kind"] is not None
            if was_done != (row["state"] == CertificateRequest.State.DONE):
                differences.append("it is done without an event, or has one without being done")
            elif was_done:
                wanted = (_DONE_AS.get(row["kind"]), row["reason"], row["certificate_id"])
                if wanted != (row["event__kind"], row["event__reason"], row["event__certificate_id"]):
                    differences.append("its event is of something else than was asked")
                if row["decided_by_id"] is not None and row["decided_by_id"] == row["requested_by_id"]:
                    differences.append("the person who asked agreed to it")
            yield in_words(row["public_id"], differences)
