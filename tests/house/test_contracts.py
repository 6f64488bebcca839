"""The house's contracts bite: each is shown a planted violation in a copy of the code, and must refuse it by name."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PROGRAMS = Path(sys.executable).parent


def _contract_config() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    return config


ROOT_PACKAGES = _contract_config()["importlinter"]["root_packages"].split()


@pytest.fixture(scope="module")
def copied_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = tmp_path_factory.mktemp("house")
    for package in ROOT_PACKAGES:
        shutil.copytree(ROOT / package, house / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", house)
    return house


def lint_imports(house: Path) -> subprocess.CompletedProcess[str]:
    command = [PROGRAMS / "lint-imports", "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


def lint_source(source: str, path: str) -> str:
    command = [PROGRAMS / "ruff", "check", "--no-cache", "--output-format=concise", f"--stdin-filename={path}", "-"]
    return subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False).stdout


def test_house_as_it_stands_keeps_every_contract(copied_house):
    result = lint_imports(copied_house)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("path", "source", "contract"),
    [
        ("courses/rules/planted.py", "import progress.models", "Apps import downwards only"),
        ("foundation/rules/planted.py", "import accounts.models", "Apps import downwards only"),
        ("progress/rules/planted.py", "import progress.models", "Rooms of an app import downwards only"),
        ("accounts/utils.py", "", "Rooms of an app import downwards only"),
        ("courses/rules/planted.py", "from django.db import models", "Rules know no framework"),
    ],
    ids=["upper app", "domain in foundation", "upper room", "stray room", "framework in rules"],
)
def test_planted_violation_breaks_its_contract_by_name(copied_house, path, source, contract):
    planted = copied_house / path
    planted.write_text(source + "\n")
    try:
        result = lint_imports(copied_house)
    finally:
        planted.unlink()

    assert result.returncode == 1, result.stdout
    assert f"{contract} BROKEN" in result.stdout


def test_every_app_of_ours_is_under_the_contracts():
    own = {app.split(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()}

    assert own == set(ROOT_PACKAGES)


@pytest.mark.parametrize(
    ("path", "is_refused"),
    [("progress/operations.py", True), ("accounts/models.py", True), ("courses/signals.py", False)],
)
@pytest.mark.parametrize(
    "source",
    [
        "from django.db.models.signals import post_save\n\npost_save.connect(print)\n",
        "from wagtail.signals import page_published\n\npage_published.connect(print)\n",
        "from django.dispatch import receiver\n\nreceiver(print)\n",
        "from django.db.models import signals\n\nsignals.post_save.connect(print)\n",
    ],
)
def test_signals_are_heard_in_one_file_only(path, is_refused, source):
    assert ("TID253" in lint_source(source, path)) == is_refused


@pytest.mark.parametrize(
    ("path", "is_refused"),
    [("progress/operations.py", True), ("courses/models/pages.py", True), ("progress/views.py", False)],
)
def test_clock_is_read_at_the_edge_only(path, is_refused):
    source = "from django.utils import timezone\n\nprint_time = timezone.now()\n"

    assert ("TID251" in lint_source(source, path)) == is_refused
