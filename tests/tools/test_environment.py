"""The environment step says what it needs, installs a locked set, and keeps what tests added."""

import pytest

from tools import environment


def test_locked_lines_are_one_package_with_its_hashes(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("a==1 \\\n    --hash=sha256:11\n    # via x\nuv==2 \\\n    --hash=sha256:22\nuvloop==3\n")

    assert environment.locked_lines(lock, "uv") == "uv==2 \\\n    --hash=sha256:22\n"


@pytest.mark.parametrize(
    ("asked", "installed", "wanted"),
    [("run", {}, "run"), ("test", {"kind": "run"}, "test"), ("run", {"kind": "test"}, "test")],
)
def test_environment_made_for_tests_keeps_their_packages(asked, installed, wanted):
    assert environment.wanted_kind(asked, installed) == wanted


@pytest.fixture
def bare_system(monkeypatch):
    monkeypatch.setattr(environment, "has_library", lambda name: False)
    monkeypatch.setattr(environment, "has_program", lambda *names: False)
    monkeypatch.setattr(environment, "has_font", lambda family: False)


def test_without_root_the_line_to_type_is_said_and_nothing_is_run(bare_system, monkeypatch, capsys):
    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(environment.subprocess, "run", lambda *args, **options: pytest.fail("something was run"))

    environment.install_system_packages("run")

    said = capsys.readouterr().out
    assert (
        "To install them, type:  sudo apt-get update && sudo apt-get install "
        "libpango-1.0-0 libpangoft2-1.0-0 fontconfig fonts-noto-core fonts-droid-fallback\n"
    ) in said
    assert "Without libpango-1.0-0 libpangoft2-1.0-0: the site runs with PDF switched off.\n" in said


def test_on_another_system_the_packages_are_named(bare_system, monkeypatch, capsys):
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    monkeypatch.setattr(environment.subprocess, "run", lambda *args, **options: pytest.fail("something was run"))

    environment.install_system_packages("test")

    said = capsys.readouterr().out
    assert "This system has no apt-get" in said
    assert "Missing on this system: postgresql, for tests on PostgreSQL.\n" in said
