"""Files of a draft: add one, take one away. The bytes are looked at before a row names them."""

import hashlib
from datetime import datetime
from functools import partial
from typing import BinaryIO
from uuid import uuid4

from django.core.files.base import File
from django.db import transaction

from progress.models import Submission, SubmittedFile
from progress.models.assignments import submission_storage
from progress.operations.submitting import lock_draft
from progress.rules.files import MAX_BYTES, FileRefused, Refusal, clean_name, content_type_of, ending_of

_CHUNK = 256 * 1024  # bytes


class TooManyFiles(Exception):
    """The assignment takes no more files; `most` is how many it takes."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def add_file(*, submission: Submission, name: str, opened: BinaryIO, at: datetime) -> SubmittedFile:
    """Add a file to a draft and return it. The same bytes under the same name are there once, however often sent.

    `opened` can be read from any place in it. It is read in parts, never as a whole. Cost: 4 queries.

    :raises HandedIn: if the work was handed in.
    :raises LeftCourse: if the learner left the course.
    :raises TooManyFiles: if the assignment takes no more.
    :raises progress.rules.files.FileRefused: if it is too large, empty, or of a kind that is not taken.
    """
    shown = clean_name(name)
    byte_count, sha256 = _measured(opened, ending_of(shown))
    content_type = content_type_of(opened, shown)
    storage = submission_storage()
    stored = ""
    try:
        with transaction.atomic():
            locked = lock_draft(submission.pk)
            files = list(SubmittedFile.objects.filter(submission=locked))
            there = next((file for file in files if (file.sha256, file.name) == (sha256, shown)), None)
            if there is not None:
                return there
            most = locked.assignment_version.body["max_files"]
            if len(files) >= most:
                raise TooManyFiles(most)
            # A name that nobody can guess, and that says nothing of who or what.
            place = uuid4().hex
            stored = storage.save(f"{place[:2]}/{place}", File(opened))
            Submission.objects.filter(pk=locked.pk).update(saved_at=at)
            return SubmittedFile.objects.create(
                submission=locked,
                name=shown,
                content_type=content_type,
                byte_count=byte_count,
                sha256=sha256,
                file=stored,
                added_at=at,
            )
    except BaseException:
        if stored:
            storage.delete(stored)
        raise


def remove_file(*, file: SubmittedFile, at: datetime) -> None:
    """Take a file out of a draft. Its bytes go too, unless an earlier round has them. Cost: 5 queries.

    :raises HandedIn: if the work was handed in.
    :raises LeftCourse: if the learner left the course.
    """
    with transaction.atomic():
        lock_draft(file.submission_id)
        _count, removed = SubmittedFile.objects.filter(pk=file.pk).delete()
        if not removed:  # by another tab
            return
        Submission.objects.filter(pk=file.submission_id).update(saved_at=at)
        stored = str(file.file.name)
        if not SubmittedFile.objects.filter(file=stored).exists():
            transaction.on_commit(partial(submission_storage().delete, stored))


def _measured(opened: BinaryIO, ending: str) -> tuple[int, str]:
    """Return the number of bytes and their SHA-256, reading no further than a file may be long."""
    digest, byte_count = hashlib.sha256(), 0
    opened.seek(0)
    while chunk := opened.read(_CHUNK):
        byte_count += len(chunk)
        if byte_count > MAX_BYTES:
            raise FileRefused(Refusal.TOO_LARGE, ending)
        digest.update(chunk)
    if not byte_count:
        raise FileRefused(Refusal.EMPTY, ending)
    return byte_count, digest.hexdigest()
