"""Make what the portal needs to run, or to be tested, and only what is missing.

    python3 tools/environment.py run     the site: system libraries, .venv with requirements.txt
    python3 tools/environment.py test    the above, PostgreSQL, Redis, Chromium, requirements-dev.txt, npm's checkers

Runs before there is an environment, so it uses the standard library alone.
"""

import ctypes.util
import hashlib
import importlib.util
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "portal-stamp.json"
LOCKS = {"run": "requirements.txt", "test": "requirements-dev.txt"}
OLDEST_PYTHON = (3, 11)


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


def has_library(name: str) -> bool:
    """Return whether the system's loader finds a shared library."""
    return ctypes.util.find_library(name) is not None


def has_program(*names: str) -> bool:
    """Return whether one of these programs is there, on PATH or where Debian keeps PostgreSQL's."""
    if any(shutil.which(name) for name in names):
        return True
    return any(any(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")) for name in names)


def has_font(family: str) -> bool:
    """Return whether fontconfig knows a font family; without its program nobody can say, so no."""
    try:
        found = subprocess.run(["fc-list", family], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return bool(found.stdout.strip())


class Need(NamedTuple):
    """A thing the system must bring: what for, Debian's packages for it, and whether it is there."""

    purpose: str
    packages: tuple
    is_met: bool
    without: str


def system_needs(kind: str) -> list:
    """Return what the system must bring for `run` or `test`, in the order it is installed."""
    needs = [
        Need(
            "Python's own virtual environments",
            ("python3-venv",),
            VENV.exists() or importlib.util.find_spec("ensurepip") is not None,
            "nothing can be installed",
        ),
        Need(
            "PDF files",
            ("libpango-1.0-0", "libpangoft2-1.0-0"),
            has_library("pango-1.0") and has_library("pangoft2-1.0"),
            "the site runs with PDF switched off",
        ),
        Need(
            "names of every script on certificates",
            ("fontconfig", "fonts-noto-core", "fonts-droid-fallback"),
            has_font("Noto Sans") and has_font("Noto Sans Arabic") and has_font("Droid Sans Fallback"),
            "a PDF shows boxes where the system has no letters",
        ),
    ]
    if kind == "test":
        needs += [
            Need("tests on PostgreSQL", ("postgresql",), has_program("initdb"), "the tests cannot run"),
            Need("tests with Redis", ("redis-server",), has_program("redis-server"), "the tests cannot run"),
            Need(
                "tests in a browser",
                ("chromium",),
                has_program("chromium", "chromium-browser", "google-chrome"),
                "the journeys cannot run",
            ),
            Need(
                "the check of the pages' HTML, and of badges by other software",
                ("nodejs", "npm"),
                has_program("npm"),
                "HTML is not validated and badges are verified by our own software only",
            ),
            Need("new translations", ("gettext",), has_program("xgettext"), "makemessages cannot run"),
        ]
    return needs


def install_system_packages(kind: str) -> None:
    """Install what the system lacks through apt, as root on Debian; elsewhere say the line to type."""
    missing = [need for need in system_needs(kind) if not need.is_met]
    if not missing:
        return
    packages = [package for need in missing for package in need.packages]
    for need in missing:
        say(f"Missing on this system: {' '.join(need.packages)}, for {need.purpose}.")
    if not shutil.which("apt-get"):
        say("This system has no apt-get: install these, or what corresponds to them, with its own package manager.")
    elif os.geteuid() != 0:
        say("To install them, type:  sudo apt-get update && sudo apt-get install " + " ".join(packages))
    else:
        say("Installing through apt-get: " + " ".join(packages))
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        log = ROOT / "var" / "logs" / "apt.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        with log.open("w") as out:
            for command in (["apt-get", "update", "-q"], install):
                if subprocess.run(command, env=quiet, stdout=out, stderr=subprocess.STDOUT, check=False).returncode:
                    say(f"{shlex.join(command)} failed; its output is in {log.relative_to(ROOT)}.")
                    break
    for need in system_needs(kind):
        if not need.is_met:
            say(f"Without {' '.join(need.packages)}: {need.without}.")


def wanted_kind(kind: str, stamp: dict) -> str:
    """Return the set to install: an environment made for tests keeps their packages on `make run`."""
    return "test" if stamp.get("kind") == "test" else kind


def fingerprint(kind: str) -> str:
    """Return a SHA-256 that changes with the lock file, the interpreter and the place of the environment."""
    lock = (ROOT / LOCKS[kind]).read_bytes()
    return hashlib.sha256(lock + f"{platform.python_version()} {VENV}".encode()).hexdigest()


def read_stamp() -> dict:
    """Return what was last installed completely, or nothing."""
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def locked_lines(lock: Path, package: str) -> str:
    """Return one package's pinned and hashed lines of a lock file."""
    taken, lines = False, []
    for line in lock.read_text().splitlines():
        if not line.startswith((" ", "#")):
            taken = line.startswith(package + "==")
        if taken:
            lines.append(line)
    return "\n".join(lines) + "\n"


def install_python_packages(kind: str) -> None:
    """Bring .venv to exactly the lock file: with uv, which takes seconds, or with pip where uv cannot."""
    stamp = read_stamp()
    kind = wanted_kind(kind, stamp)
    wanted = {"kind": kind, "sha256": fingerprint(kind)}
    if stamp == wanted:
        return
    lock = ROOT / LOCKS[kind]
    say(f"Installing the Python packages of {lock.name} into .venv")
    STAMP.unlink(missing_ok=True)
    python = VENV / "bin" / "python"
    works = python.exists() and not subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode
    if not works:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--require-hashes"]
    uv_lock = VENV / "uv-requirements.txt"
    uv_lock.write_text(locked_lines(ROOT / LOCKS["run"], "uv"))
    sync = [str(VENV / "bin" / "uv"), "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", str(lock)]
    try:
        subprocess.run([*pip, "--no-deps", "-r", str(uv_lock)], check=True)
        subprocess.run(sync, check=True, env={**os.environ, "VIRTUAL_ENV": str(VENV), "UV_LINK_MODE": "copy"})
    except (OSError, subprocess.CalledProcessError):
        say("uv could not install them; trying pip, which takes about a minute longer")
        subprocess.run([*pip, "-r", str(lock)], check=True)
    STAMP.write_text(json.dumps(wanted))


def install_npm_checkers() -> None:
    """Install what checks HTML and verifies badges, of package-lock.json, into node_modules, where npm is there."""
    lock = ROOT / "package-lock.json"
    installed = ROOT / "node_modules" / ".portal-stamp"
    sha256 = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not shutil.which("npm") or (installed.exists() and installed.read_text() == sha256):
        return
    say("Installing the checkers of package-lock.json into node_modules")
    command = ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        say("npm could not install them: HTML is not validated, badges are verified by our own software only.")
        return
    installed.write_text(sha256)


def main(kind: str) -> None:
    """Make the environment for `run` or `test`."""
    if sys.version_info < OLDEST_PYTHON:
        raise SystemExit("The portal needs Python 3.11 or newer; this is Python " + platform.python_version() + ".")
    install_system_packages(kind)
    try:
        install_python_packages(kind)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"The environment could not be made: {shlex.join(map(str, error.cmd))} failed.") from error
    if kind == "test":
        install_npm_checkers()


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["test"]):
        raise SystemExit("Usage: python3 tools/environment.py run|test")
    main(sys.argv[1])
