"""When files with names go: where an account is erased or a name is taken out, and once a project's list ended."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.storage import storages
from django.utils.timezone import localdate

from accounts.models import Project
from cockpit.models import EvidencePack
from progress.operations.participants import delete_ended_lists


def forget_files(*, packs: Sequence[EvidencePack]) -> None:
    """Delete what was made of packs. They can be asked for again; their digests stay."""
    for pack in packs:
        if pack.file:
            storages["evidence"].delete(pack.file)
            EvidencePack.objects.filter(pk=pack.pk).update(file="")


def forget_names(project: Project) -> None:
    """Delete the files of packs with names of a project, as somebody is not in its list any more."""
    forget_files(packs=list(EvidencePack.objects.filter(names=EvidencePack.Names.NAMES, project=project)))


def end_lists(*, at: datetime) -> int:
    """Delete the lists whose time is over, and the files of packs with names of their projects; return how many lines.

    Done again it changes nothing: such a pack can be made again and has no names.
    """
    over = EvidencePack.objects.filter(
        names=EvidencePack.Names.NAMES, project__retention_until__lt=localdate(at)
    ).exclude(file="")
    for pack in over.select_related("project"):
        if (
            pack.made_at is not None
            and pack.project is not None
            and pack.project.keeps_list_on(localdate(pack.made_at))
        ):
            forget_files(packs=[pack])
    return delete_ended_lists(at=at)
