"""What tests of files share."""

import dataclasses

import pytest

from certificates import printing


@pytest.fixture
def no_hurry(monkeypatch):
    """Let the clock give a file a minute: what it may take of the processor and of memory stays, and alone judges it.

    The clock also counts the time that a busy machine gives to others, so a verdict by it would be about the machine.
    """
    monkeypatch.setattr(printing, "UPLOAD_LIMITS", dataclasses.replace(printing.UPLOAD_LIMITS, seconds=60))
