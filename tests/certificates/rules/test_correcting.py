from datetime import UTC, date, datetime

import pytest

from certificates.rules.correcting import CorrectedWords, corrected_payload
from tests.certificates.payloads import full_payload, old_payload

LATER = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
WORDS = {
    code: CorrectedWords(
        issued_line=f"Issued on 1 December 2026 ({code}).",
        issued=f"1 December 2026 ({code})",
        supersedes="It replaces certificate CT-4M8R-2HVX-7PQE-9KTY.",
    )
    for code in ("en", "it")
}


def _corrected(payload, name="Giulia Ferri-Conti"):
    return corrected_payload(
        payload,
        number="CT-NEW",
        public_id="f" * 32,
        address=f"https://learn.example/{{language}}/certificates/{'f' * 32}/",
        name=name,
        issued_at=LATER,
        issued_date=date(2026, 12, 1),
        words=WORDS,
    )


def _differing(old, new, path=()):
    """Return the paths of all values that differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            place
            for key in [*old, *(key for key in new if key not in old)]
            for place in _differing(old.get(key), new.get(key), (*path, key))
        ]
    return [] if old == new else [path]


@pytest.mark.parametrize("payload", [full_payload(languages=["en", "it"]), old_payload(languages=["en"])])
def test_only_what_is_corrected_changes(payload):
    tops = {path[0] for path in _differing(payload, _corrected(payload)) if path[0] != "texts"}

    assert tops == {"number", "public_id", "address", "issued_at", "issued_date", "holder", "supersedes"}


def test_of_the_words_the_name_the_day_and_what_it_replaces_change():
    old = full_payload(languages=["en"])
    new = _corrected(old)["texts"]["en"]

    assert [path for path in _differing(old["texts"]["en"], new) if path[0] not in {"elements", "notes"}] == [
        ("lines", "issued")
    ]
    changed = {
        after["key"]: after["values"]
        for before, after in zip(
            [*old["texts"]["en"]["elements"], *old["texts"]["en"]["notes"]],
            [*new["elements"], *new["notes"]],
            strict=True,
        )
        if before != after
    }
    assert changed == {
        "learner": ["Giulia Ferri-Conti"],
        "issued": ["1 December 2026 (en)"],
        "validity": [
            "Valid until 24 November 2029.",
            "It can be renewed from 24 May 2029 on.",
            "It replaces certificate CT-4M8R-2HVX-7PQE-9KTY.",
        ],
    }


def test_corrected_twice_it_names_only_the_one_it_replaces():
    once = _corrected(full_payload(languages=["en"]))
    words = {"en": CorrectedWords("", "", "It replaces certificate CT-NEW.")}
    twice = corrected_payload(
        once, number="CT-NEWER", public_id="", address="", name="G", issued_at=LATER, issued_date=date(2026, 12, 2),
        words=words,
    )  # fmt: skip

    validity = next(note for note in twice["texts"]["en"]["notes"] if note["key"] == "validity")
    assert validity["values"][-1] == "It replaces certificate CT-NEW."
    assert not any("CT-4M8R" in value for value in validity["values"])
    assert twice["supersedes"] == "CT-NEW"
