"""Frozen content: what records point at. Rows are added, never changed and never deleted."""

from django.db import models

from foundation.models import WrittenOnce


class FrozenFile(WrittenOnce):
    """The bytes of a picture or download, kept in the `frozen` storage under their SHA-256."""

    sha256 = models.CharField(max_length=64, unique=True)
    source_sha256 = models.CharField(
        max_length=64,
        db_index=True,
        help_text="Digest of the bytes as uploaded. A picture is frozen upright and without EXIF, so its own differs; "
        "the same upload is never encoded twice, so a newer encoder changes no digest.",
    )
    content_type = models.CharField(max_length=100)
    byte_count = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, help_text="Pixels, pictures only.")
    height = models.PositiveIntegerField(null=True, help_text="Pixels, pictures only.")

    def __str__(self) -> str:
        return self.sha256

    @property
    def storage_name(self) -> str:
        """Where the bytes lie in the `frozen` storage."""
        return f"{self.sha256[:2]}/{self.sha256}"


class LessonVersion(WrittenOnce):
    """One language text of a lesson, frozen. `body` is as `courses.rules.frozen_lesson` describes it."""

    sha256 = models.CharField(max_length=64, unique=True, help_text="Digest of the canonical JSON of `body`.")
    item_key = models.UUIDField(db_index=True)
    language = models.CharField(max_length=10)
    body = models.JSONField()
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"lesson {self.item_key} {self.language} {self.sha256[:8]}"


class QuizVersion(WrittenOnce):
    """One language text of a quiz, frozen: what a learner may see before the result. The key is in `QuizKey`."""

    sha256 = models.CharField(max_length=64, unique=True, help_text="Digest of `body` and the key's `body` together.")
    marking_sha256 = models.CharField(
        max_length=64, db_index=True, help_text="Digest of the marking rules without texts; equal in all languages."
    )
    item_key = models.UUIDField(db_index=True)
    language = models.CharField(max_length=10)
    body = models.JSONField()
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"quiz {self.item_key} {self.language} {self.sha256[:8]}"


class QuizKey(WrittenOnce):
    """The answer key of a quiz version. Read by submit, result, regrade, editors and `check_records`; by nothing else."""

    version = models.OneToOneField(QuizVersion, on_delete=models.PROTECT, related_name="key")
    body = models.JSONField()

    def __str__(self) -> str:
        return f"key of quiz version {self.version_id}"


class AssignmentVersion(WrittenOnce):
    """One language text of an assignment with its rubric, frozen. It holds no key: the rubric is everybody's to read."""

    sha256 = models.CharField(max_length=64, unique=True, help_text="Digest of the canonical JSON of `body`.")
    item_key = models.UUIDField(db_index=True)
    language = models.CharField(max_length=10)
    body = models.JSONField()
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"assignment {self.item_key} {self.language} {self.sha256[:8]}"
