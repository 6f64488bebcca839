from pathlib import Path

import pytest


@pytest.fixture
def own_storage(settings, tmp_path: Path) -> Path:
    """Uploads and frozen bytes of one test in a folder of its own. Returns the folder of the frozen bytes."""
    settings.MEDIA_ROOT = tmp_path / "media"
    frozen = tmp_path / "frozen"
    settings.STORAGES = {
        **settings.STORAGES,
        "frozen": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": frozen}},
    }
    return frozen
