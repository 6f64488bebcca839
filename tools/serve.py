"""`make run`: prepare what is missing, serve the demo on this machine until Ctrl-C.

Two processes, both ended here: the worker with its schedule, and the web server. Everything they write is in `var/`, so
two clones side by side share nothing (give the second another PORT).
"""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("PORTAL_VAR", ROOT / "var"))
LOGS = VAR / "logs"
READY_SECONDS = 90
LONGEST_REQUEST_LINE = 8190  # bytes, the most gunicorn takes: a long paste gets our words, not its error
STOP_SECONDS = 15
POLL_SECONDS = 0.2
TAIL_LINES = 25
DEMO_PASSWORD = "demo-only-password"  # noqa: S105 - known on purpose; production refuses these accounts
DEMO_ACCOUNTS = {
    "learner": "in the middle of a course",
    "learner2": "new",
    "graduate": "holds certificates",
    "expired": "holds a certificate that has expired and can be renewed",
    "withdrawn": "holds one that was withdrawn, and has an e-mail address",
    "replaced": "holds one that was replaced by another",
    "manager": "manages an organisation: sets more time and tries (its other pages are to come)",
    "manager2": "of another organisation",
    "editor": "writes courses, in /cms/",
    "reviewer": "reviews them, in /cms/",
    "translator": "translates pages, in /cms/",
    "partner": "writes one course and nothing else, in /cms/",
    "assessor": "assesses work, at /en/cockpit/marking/",
    "assessor2": "a second one, for work that two people judge",
    "assessor3": "a third one, who decides where two differ",
    "operator": "runs the site, in /cms/ and /ops/",
    "registrar": "looks after certificates with the operator, at /en/cockpit/certificates/",
}


class Stopped(Exception):
    """Ctrl-C, SIGTERM, or the `make` that started this is gone."""


def say(line: str = "") -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


def read_port() -> int:
    """Return PORT, 8000 unless it is set.

    :raises SystemExit: in words, if it is no port or somebody listens there.
    """
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SystemExit(f"PORT={text} is no port: give a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise SystemExit(
                f"Port {text} of 127.0.0.1 cannot be used: {error.strerror}. Another one:  make run PORT=8010"
            ) from error
    return int(text)


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock on this clone: two schedules on one database would do everything twice.

    :raises SystemExit: if another `make run` holds it.
    """
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise SystemExit(
                f"This clone is running already, at {lock.read().strip() or 'another terminal'}."
            ) from None
        lock.truncate(0)
        lock.write(f"http://127.0.0.1:{os.environ['PORT']}/")
        lock.flush()
        yield
        lock.truncate(0)


def die_with_parent() -> None:
    """Ask Linux to end this child if the parent is killed outright; elsewhere do nothing."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG


class Service:
    """One of the two processes, with its log."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.log = LOGS / f"{name}.log"
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us and we end it in order."""
        output: IO[bytes]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def exit_status(self) -> int | None:
        """Return how it ended, or None while it runs."""
        return self.process.poll() if self.process else None

    def tail(self) -> str:
        """Return the last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])


def stop_all(services: list[Service]) -> None:
    """Ask all to finish what they have in hand, together; after STOP_SECONDS end what is left, children included."""
    started = [service.process for service in services if service.process]
    for process in started:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in started:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def fetch_readiness(port: int) -> dict[str, object] | None:
    """Return None once /readyz says ready, else what it says, or nothing while nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback, whatever the machine's proxy
    try:
        with opener.open(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return None if answer.status == 200 else {}
    except urllib.error.HTTPError as error:
        with contextlib.suppress(ValueError):
            return dict(json.loads(error.read()))
    except OSError:
        pass
    return {}


def check_alive(services: list[Service]) -> None:
    """Return while all run.

    :raises SystemExit: with the log's end in words, if one has ended by itself.
    """
    for service in services:
        status = service.exit_status()
        if status is not None:
            say(f"\nThe {service.name} stopped by itself (status {status}). The end of its log:\n{service.tail()}\n")
            raise SystemExit(f"The whole log is in {service.log}.")


def wait_until_ready(services: list[Service], port: int) -> None:
    """Return once database, migrations, broker and worker are all there.

    :raises SystemExit: in words, if that takes longer than READY_SECONDS.
    """
    deadline = time.monotonic() + READY_SECONDS
    while (missing := fetch_readiness(port)) is not None:
        check_alive(services)
        if time.monotonic() > deadline:
            for service in services:
                say(f"\nThe end of the {service.name}'s log:\n{service.tail()}")
            raise SystemExit(
                f"Not ready after {READY_SECONDS} seconds. /readyz says: {json.dumps(missing) or 'nothing'}"
            )
        time.sleep(POLL_SECONDS)


def say_where(port: int, seconds: float) -> None:
    """Print the address, the accounts and how to stop."""
    width = max(map(len, DEMO_ACCOUNTS))
    say(f"\nReady after {seconds:.0f} seconds:  http://127.0.0.1:{port}/\n")
    say(f"Demo accounts, password  {DEMO_PASSWORD}")
    for username, meaning in DEMO_ACCOUNTS.items():
        say(f"  {username:<{width}}  {meaning}")
    say(
        f"\nMail is written to {VAR / 'mail'}, a folder that is there once a mail was sent; logs to {LOGS}. Ctrl-C stops both processes."
    )


def say_if_without_pdf() -> None:
    """Say that certificates have no PDF, where Pango is missing."""
    check = [sys.executable, "-c", "import weasyprint"]
    if subprocess.run(check, check=False, capture_output=True).returncode:
        say("Pango is missing: the site runs with PDF switched off. Certificates are shown as web pages.")


def stop_on_signals() -> None:
    """Turn Ctrl-C, SIGTERM and the death of a `make` above us into Stopped, raised from the main loop."""

    def stop(_signal: int, _frame: object) -> None:
        raise Stopped

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if "MAKELEVEL" in os.environ:
        die_with_parent()


def main() -> None:
    """Prepare, start, wait, stop."""
    begun = time.monotonic()
    os.chdir(ROOT)
    os.environ.setdefault("PORTAL_MODE", "demo")
    LOGS.mkdir(parents=True, exist_ok=True)
    port = read_port()
    os.environ["PORT"] = str(port)
    stop_on_signals()
    python = sys.executable
    worker = Service(
        "worker", [python, "-m", "celery", "-A", "portal", "worker", *["-P", "threads", "-c", "2", "-B", "-l", "INFO"]]
    )
    web_options = f"--bind 127.0.0.1:{port} --worker-class gthread --workers 2 --threads 4 --graceful-timeout 10"
    web_options += f" --limit-request-line {LONGEST_REQUEST_LINE}"
    web = Service("web", [python, "-m", "gunicorn", "portal.wsgi", *web_options.split(), "--no-control-socket"])
    services = [worker, web]
    try:
        with only_one(VAR / "run.lock"):
            if subprocess.run([python, "manage.py", "prepare"], check=False).returncode:
                raise SystemExit("The portal could not be prepared; the lines above say why.")
            say_if_without_pdf()
            say("Starting the worker and the web server")
            for service in services:
                service.start()
            wait_until_ready(services, port)
            say_where(port, time.monotonic() - begun)
            while True:
                check_alive(services)
                time.sleep(POLL_SECONDS)
    except Stopped:
        say("\nStopping")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop_all(services)
    say("Stopped.")


if __name__ == "__main__":
    main()
