"""What managers make: imports of people, reminders, evidence packs, tokens, and their own list of things to do."""

from cockpit.models.imports import ImportedRow, PeopleImport
from cockpit.models.reports import EvidencePack, ReportToken
from cockpit.models.work import Reminder, ReminderReceiver, ToDo

__all__ = ["EvidencePack", "ImportedRow", "PeopleImport", "Reminder", "ReminderReceiver", "ReportToken", "ToDo"]
