"""Writes about certificates: confirm the name, issue, print, tell, share."""

from certificates.operations.confirming import NameIsFixed, NameRefused, confirm_name
from certificates.operations.issuing import issue_due_certificates
from certificates.operations.sharing import TooManyLinks, create_share_link, end_share_link, show_name

__all__ = [
    "NameIsFixed",
    "NameRefused",
    "TooManyLinks",
    "confirm_name",
    "create_share_link",
    "end_share_link",
    "issue_due_certificates",
    "show_name",
]
