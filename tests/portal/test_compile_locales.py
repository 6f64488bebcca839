"""Translations are compiled when they changed, and a guess of the tools is none."""

import gettext
import os
from pathlib import Path

import pytest

from portal.management.commands.compile_locales import compile_catalogues

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Continue"
msgstr "Continua"

#, fuzzy
msgid "Start"
msgstr "Continua"

msgid "%(count)s lesson"
msgid_plural "%(count)s lessons"
msgstr[0] "%(count)s lezione"
msgstr[1] "%(count)s lezioni"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "it" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE)
    return path


def read_translations(catalogue: Path) -> gettext.GNUTranslations:
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def test_compiled_catalogue_translates(catalogue, tmp_path):
    assert compile_catalogues(tmp_path) == 1

    translations = read_translations(catalogue)
    assert translations.gettext("Continue") == "Continua"
    assert translations.ngettext("%(count)s lesson", "%(count)s lessons", 2) == "%(count)s lezioni"


def test_fuzzy_entry_is_left_in_english(catalogue, tmp_path):
    compile_catalogues(tmp_path)

    assert read_translations(catalogue).gettext("Start") == "Start"


def test_second_compilation_does_only_what_changed(catalogue, tmp_path):
    compile_catalogues(tmp_path)
    assert compile_catalogues(tmp_path) == 0

    later = catalogue.with_suffix(".mo").stat().st_mtime_ns + 1_000_000_000
    os.utime(catalogue, ns=(later, later))
    assert compile_catalogues(tmp_path) == 1
