"""What is installed is pinned, hashed, from no named place, and there for a reason."""

import importlib.util
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_is_pinned_with_hashes(name):
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text())

    assert [block for block in blocks if "==" not in block.split(" ")[0] or "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_file_of_python_names_no_address(name):
    lines = (ROOT / name).read_text().splitlines()

    assert [line for line in lines if "://" in line or line.startswith("-")] == []


def test_lock_file_of_npm_names_no_registry():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_direct_requirement_says_why(name):
    lines = (ROOT / name).read_text().splitlines()
    requirements = [line for line in lines if line and not line.startswith(("#", "-r "))]

    assert [line for line in requirements if not re.search(r"  # \w+", line)] == []


def test_postgresql_driver_is_the_one_we_tried():
    # Django takes psycopg 3 as soon as it can be imported, without a word.
    assert importlib.util.find_spec("psycopg") is None
