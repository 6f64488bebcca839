"""Evidence packs as their maker finds them again."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.timezone import get_default_timezone

from accounts.models import Project
from cockpit.models import EvidencePack
from cockpit.queries.evidence import Question, question_of
from cockpit.queries.scope import Sight
from cockpit.rules.evidence import Period

JOB = "cockpit.pack"
MAIL = "cockpit.pack-ready"


def code_key() -> bytes:
    """Return the secret that codes of people are made with. Another one makes other codes."""
    return settings.SECRET_KEY.encode()


def packs_of(sight: Sight) -> QuerySet[EvidencePack]:
    """Return the packs that the viewer had made, of places and projects that they still see. No query of its own."""
    rows = sight.mine(EvidencePack, path="asked_by").select_related("project", "organisation", "cluster")
    return rows.filter(
        Q(organisation=None) | Q(organisation__in=list(sight.organisations)),
        Q(cluster=None) | Q(cluster__in=list(sight.clusters)),
    )


def question_about(sight: Sight, pack: EvidencePack) -> Question:
    """Return what a pack asks, by a sight that is narrowed to its place. Cost: 1 query where a cluster is in sight."""
    period = Period(pack.first_day, pack.last_day)
    return question_of(sight, period, project=pack.project, zone=get_default_timezone())


def may_have_names(project: Project | None) -> bool:
    """Say whether a list with names may be made: the project says on what legal basis it keeps one."""
    return project is not None and project.names_basis != Project.NamesBasis.NONE
