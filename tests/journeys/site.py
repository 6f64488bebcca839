"""A running copy of the portal, as `make run` makes one: its own database, web server and worker."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg2

from tools.test_servers import MIGRATED, TEMPLATE

ROOT = Path(__file__).resolve().parents[2]
DEMO_PASSWORD = "demo-only-password"
READY_SECONDS = 90


@dataclass
class Site:
    """Where the running portal is, and its command line."""

    base_url: str
    environment: dict[str, str]
    var: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` against the running site and return what it prints.

        :raises AssertionError: with its output, when it ends with an error.
        """
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @cached_property
    def demo(self) -> dict[str, Any]:
        """What `manage.py demo --json` says."""
        return json.loads(self.manage("demo", "--json"))

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Return the mails written for an address, oldest first."""
        found = []
        for path in sorted((self.var / "mail").glob("*"), key=lambda path: path.stat().st_mtime_ns):
            for part in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
                if part.strip():
                    message = message_from_bytes(part, policy=policy.default)
                    if address in str(message["To"]):
                        found.append(message)
        return found

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start one of the portal's processes with its log in the site's folder."""
        with (self.var / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self.start(
            "worker", sys.executable, "-m", "celery", "-A", "portal", "worker", "-P", "threads", "-c", "2", "-B"
        )

    def start_web(self) -> subprocess.Popen[bytes]:
        address = self.base_url.removeprefix("http://")
        return self.start(
            "web",
            sys.executable,
            "-m",
            "gunicorn",
            "portal.wsgi",
            "-k",
            "gthread",
            "-w",
            "1",
            "--threads",
            "4",
            "--limit-request-line",
            "8190",
            "-b",
            address,
        )

    def wait_until_ready(self) -> None:
        """Return once `/readyz` says ready."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                if opener.open(f"{self.base_url}/readyz", timeout=5).status == 200:
                    return
            time.sleep(0.2)
        logs = "\n".join(path.read_text(errors="replace")[-3000:] for path in self.var.glob("*.log"))
        raise AssertionError(f"The site was not ready after {READY_SECONDS} s:\n{logs}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_database(name: str, var: Path) -> str | None:
    """Make a database of the migrated template, beside the tests' own on the same server; return its address.

    On SQLite the template's file is copied to where a small site has it, and there is no address.
    """
    url = os.environ.get("DATABASE_URL")
    if not url:
        shutil.copyfile(os.environ[MIGRATED], var / "portal.sqlite3")
        return None
    server, _slash, _name = url.rpartition("/")
    connection = psycopg2.connect(host=unquote(server.rpartition("@")[2]), user="portal", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    connection.close()
    return f"{server}/{name}"


@contextmanager
def running_site(var: Path, *, redis_number: int = 40) -> Iterator[Site]:
    """Set a site up as `make run` does, serve it, and end its processes afterwards."""
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"PORTAL_MODE": "demo", "PORTAL_VAR": str(var), "PORT": str(port)}
    environment.pop("PORTAL_BASE_URL", None)
    if database := _make_database(f"site_{port}", var):
        environment["DATABASE_URL"] = database
        environment["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{redis_number}"
    site = Site(base_url=f"http://127.0.0.1:{port}", environment=environment, var=var)
    for command in (
        ["migrate", "-v0"],
        ["join_css"],
        ["compile_locales"],
        ["content"],
        ["demo"],
        ["collectstatic", "--noinput", "-v0"],
    ):
        site.manage(*command)
    try:
        site.start_worker()
        site.start_web()
        site.wait_until_ready()
        yield site
    finally:
        for process in site.processes:
            process.terminate()
        for process in site.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
