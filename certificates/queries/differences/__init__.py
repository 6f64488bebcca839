"""Whether every certificate is as it was issued, with all that goes with it, and whether each that is due is there.

Each reader yields a line a row: "" where all is well.
"""

from certificates.models import (
    Achievement,
    Badge,
    Certificate,
    CertificateEvent,
    CertificateRequest,
    HolderName,
    LogEntry,
    LogHead,
    StatusList,
    StatusPlace,
)
from certificates.queries import log
from certificates.queries.differences.badges import badges, status_lists, status_places
from certificates.queries.differences.due import due_certificates
from certificates.queries.differences.issued import achievements, certificates
from certificates.queries.differences.requests import requests
from foundation.queries.differences import Reader, Readers

READERS: Readers = {
    "certificates": Reader(certificates, Certificate.objects.count),
    "achievements": Reader(achievements, Achievement.objects.count),
    "certificates that are due": Reader(due_certificates, HolderName.objects.count),
    "requests about certificates": Reader(requests, CertificateRequest.objects.count),
    "badges": Reader(badges, Badge.objects.count),
    "places in status lists": Reader(status_places, StatusPlace.objects.count),
    "status lists": Reader(status_lists, StatusList.objects.count),
    "links of the log": Reader(log.links, LogEntry.objects.count),
    "heads of the log": Reader(log.heads, LogHead.objects.count),
    "events and the log": Reader(log.left_out, CertificateEvent.objects.count),
}
