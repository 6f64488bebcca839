"""Files with faults: whatever is in them, they are read or refused in words."""

import pytest

from courses.rules.exchange import Format
from tests.courses.exchange.fuzz import mutated, try_file


def test_300_files_with_faults_are_read_or_refused_in_words() -> None:
    counts = [try_file(form, mutated(form, seed)) for form in Format for seed in range(100)]

    assert any(count > 0 for count in counts)
    assert any(count < 0 for count in counts)


@pytest.mark.full
def test_5000_files_with_faults_are_read_or_refused_in_words() -> None:
    forms = list(Format)
    counts = [try_file(forms[seed % 3], mutated(forms[seed % 3], seed)) for seed in range(5000)]

    assert len(counts) == 5000
