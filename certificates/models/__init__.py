"""What was certified, in all its forms, and what happened to it."""

from certificates.models.badges import Badge, SigningKey, StatusList, StatusPlace
from certificates.models.certificates import (
    Achievement,
    Certificate,
    CertificateEvent,
    CertificateQuerySet,
    HolderName,
    NameVisibility,
    Reason,
    new_public_id,
)
from certificates.models.files import CertificateDocument, ShareLink, new_token
from certificates.models.log import LogEntry, LogHead
from certificates.models.requests import CertificateRequest

__all__ = [
    "Achievement",
    "Badge",
    "Certificate",
    "CertificateDocument",
    "CertificateEvent",
    "CertificateQuerySet",
    "CertificateRequest",
    "HolderName",
    "LogEntry",
    "LogHead",
    "NameVisibility",
    "Reason",
    "ShareLink",
    "SigningKey",
    "StatusList",
    "StatusPlace",
    "new_public_id",
    "new_token",
]
