"""What managers' pages forget of a person who is erased: rows of imports, things to do, packs with their name."""

from datetime import datetime

from django.db.models import Q

from accounts.models import User
from cockpit.models import EvidencePack, ImportedRow, ToDo
from cockpit.operations.packs_retention import forget_files
from progress.models import Enrolment


def forget_person(person: User, _at: datetime, _keeps_certificates: bool) -> None:
    """Forget a person. Packs with names of their projects lose their files: made again, they have the name no more."""
    row = Q(invitation__person=person) | Q(values__username__iexact=person.username)
    if person.email:
        row |= Q(values__email__iexact=person.email)
    ImportedRow.objects.filter(row).update(values={}, problems={})
    ToDo.objects.filter(person=person).delete()
    projects = Enrolment.objects.filter(learner=person, project__isnull=False).values("project")
    forget_files(packs=list(EvidencePack.objects.filter(names=EvidencePack.Names.NAMES, project__in=projects)))
