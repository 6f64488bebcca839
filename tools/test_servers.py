"""Pytest plugin: the servers of the tests, up before Django reads its settings.

Loaded by `-p` in pyproject.toml, so `pytest`, `pytest -n 2` and `make test` all run on PostgreSQL and Redis of their
own: on a socket and on loopback, in a temporary folder, gone at the end. `PORTAL_TEST_DATABASE=sqlite` takes the
embedded database and broker instead. A DATABASE_URL or REDIS_URL of the caller is never used: tests write.
"""

import atexit
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from urllib.parse import quote

import pytest

ROOT = Path(__file__).resolve().parent.parent
INHERITED = "PORTAL_TEST_FOLDER"
MIGRATED = "PORTAL_TEST_MIGRATED"  # a file of SQLite
REDIS_DATABASES = 64
SERVER_START_SECONDS = 20
TEMPLATE = "template_portal"
DAY = 24 * 3600
KEPT_TEMPLATES = ROOT / "var" / "test-template"


def _postgresql_program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs: Debian keeps them off PATH, by version."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        raise pytest.UsageError(
            f"PostgreSQL's {name} is missing: `make test` installs it, or set PORTAL_TEST_DATABASE=sqlite."
        )
    return found


def start_postgresql(folder: Path, *, durable: bool = False) -> str:
    """Start a PostgreSQL on a socket in `folder`, ended with this process, and return its DATABASE_URL.

    Tests lose nothing that matters when the machine stops, so it does not wait for the disk unless `durable`.
    """
    home = folder / "postgresql"
    home.mkdir()
    as_owner: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        folder.chmod(0o711)
        shutil.chown(home, "postgres")
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    initdb = ["initdb", "-D", str(home / "data"), "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    options = f"-k {home} -h '' -c max_connections=200"
    if not durable:
        options += " -F -c synchronous_commit=off -c full_page_writes=off"
    control = [*as_owner, _postgresql_program("pg_ctl"), "-D", str(home / "data")]
    command = [*as_owner, _postgresql_program("initdb"), *initdb[1:], "--no-sync"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
    start = [*control, "-w", "-l", str(home / "log"), "-o", options, "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd="/")
    stop = [*control, "-m", "immediate", "stop"]
    atexit.register(subprocess.run, stop, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    return f"postgres://portal@{quote(str(home), safe='')}/portal"


def _free_port() -> int:
    """Return a port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start_redis(folder: Path) -> str:
    """Start a Redis on loopback and return its REDIS_URL, without the number of a database."""
    program = shutil.which("redis-server")
    if not program:
        raise pytest.UsageError("redis-server is missing: `make test` installs it, or set PORTAL_TEST_DATABASE=sqlite.")
    port = _free_port()
    options = {"bind": "127.0.0.1", "save": "", "appendonly": "no", "databases": str(REDIS_DATABASES)}
    command = [program, "--port", str(port), "--dir", str(folder)]
    for name, value in options.items():
        command += [f"--{name}", value]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(server.wait)
    atexit.register(server.terminate)
    deadline = time.monotonic() + SERVER_START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            if connection.recv(16).startswith(b"+PONG"):
                return f"redis://127.0.0.1:{port}"
        time.sleep(0.05)
    raise pytest.UsageError("redis-server did not answer.")


def _migrations_digest() -> str:
    """Return a digest of what a migrated database depends on: migrations, what they call, and the packages."""
    told = hashlib.sha256()
    called = [ROOT / "requirements.txt", ROOT / "portal" / "settings.py", *ROOT.glob("home/operations/*.py")]
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *called]):
        told.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return told.hexdigest()


def _make_template() -> None:
    """Make a migrated database once, for every process of the tests to begin with a copy of it.

    All migrations take half a minute of processor; what they made is kept until something that they depend on changes,
    so that a second run takes two seconds.
    """
    KEPT_TEMPLATES.mkdir(parents=True, exist_ok=True)
    for older in KEPT_TEMPLATES.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - older.stat().st_mtime > DAY:
                older.unlink()
    kept = KEPT_TEMPLATES / _migrations_digest()
    database_url = os.environ.get("DATABASE_URL")
    if database_url:
        _postgresql_template(database_url, kept.with_suffix(".sql"))
    else:
        kept = kept.with_suffix(".sqlite3")
        if not kept.exists():
            written = KEPT_TEMPLATES / f"{os.getpid()}.part"
            _migrate(PORTAL_SQLITE=str(written))
            written.replace(kept)
        os.environ[MIGRATED] = str(kept)


def _migrate(**names: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **names}, stdout=subprocess.DEVNULL)


def _postgresql_template(database_url: str, kept: Path) -> None:
    """Make the database `TEMPLATE` on the server of the tests, from the SQL that was kept where there is some."""
    as_portal = ["-h", os.environ[INHERITED] + "/postgresql", "-U", "portal"]
    subprocess.run([_postgresql_program("createdb"), *as_portal, TEMPLATE], check=True, cwd="/")
    if kept.exists():
        read = [_postgresql_program("psql"), *as_portal, "-q", "-v", "ON_ERROR_STOP=1", "-d", TEMPLATE, "-f", str(kept)]
        subprocess.run(read, check=True, stdout=subprocess.DEVNULL, cwd="/")
        return
    _migrate(DATABASE_URL=database_url.rsplit("/", 1)[0] + "/" + TEMPLATE)
    written = KEPT_TEMPLATES / f"{os.getpid()}.part"
    write = [_postgresql_program("pg_dump"), *as_portal, "--no-owner", "-f", str(written), TEMPLATE]
    subprocess.run(write, check=True, cwd="/")
    written.replace(kept)


def _begin_with_template(session: pytest.Session) -> None:
    """Have this process make its database of the template: PostgreSQL copies it itself, SQLite's file we copy."""
    from django.conf import settings  # noqa: PLC0415 - needs the settings

    database = settings.DATABASES["default"]
    if "DATABASE_URL" in os.environ:
        database.setdefault("TEST", {})["TEMPLATE"] = TEMPLATE
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    name = database["TEST"]["NAME"]
    shutil.copyfile(os.environ[MIGRATED], f"{name}_{worker}" if worker else name)  # the name pytest-django gives it
    session.config.option.reuse_db = True


def _exit_on_sigterm(_signal: int, _frame: FrameType | None) -> None:
    pytest.exit("Ended by SIGTERM", returncode=143)  # an ordinary end: what atexit holds still runs


def _start_servers() -> None:
    """Start the servers and say in the environment where they are; workers of xdist inherit it."""
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    signal.signal(signal.SIGTERM, _exit_on_sigterm)
    os.environ[INHERITED] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    if os.environ.get("PORTAL_TEST_DATABASE", "postgresql") == "postgresql":
        os.environ["DATABASE_URL"] = start_postgresql(folder)
        os.environ["REDIS_URL"] = _start_redis(folder)


def _prepare_process() -> None:
    """Give this process a folder and a Redis database of its own, whether it is the controller or a worker."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "main")
    var = Path(os.environ[INHERITED]) / name
    (var / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns, page by page, where it is missing
    os.environ["PORTAL_VAR"] = str(var)
    os.environ["PORTAL_MODE"] = "test"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's synchronous API runs an event loop in this thread
    if redis_url := os.environ.get("REDIS_URL"):
        number = 0 if name == "main" else int(name.removeprefix("gw")) + 1
        server = redis_url.removeprefix("redis://").split("/")[0]
        os.environ["REDIS_URL"] = f"redis://{server}/{number % REDIS_DATABASES}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the servers before pytest-django imports the settings, which happens in this same hook."""
    if "PYTEST_XDIST_WORKER" not in os.environ and not early_config.known_args_namespace.help:
        _start_servers()
    if INHERITED in os.environ:
        _prepare_process()
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Join the style sheets, compile the translations and migrate once, before a worker or a test reads them."""
    if session.config.option.collectonly:
        return
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    if not is_worker:
        _make_template()
    _begin_with_template(session)
    if is_worker:
        return
    from django.core.management import call_command, get_commands  # noqa: PLC0415 - needs the settings

    for name in ("compile_locales", "join_css"):
        if name in get_commands():
            call_command(name, verbosity=0)


@pytest.fixture(scope="session")
def worker_process(django_db_setup: None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real Celery worker with its beat, in a process of its own, on the database of the tests.

    Takes about seven seconds to start, so one serves the session. It sees committed rows only: use it with
    `transactional_db` or `live_server`.
    """
    from django.conf import settings  # noqa: PLC0415 - needs the settings
    from django.db import connection  # noqa: PLC0415

    name = str(connection.settings_dict["NAME"])
    environment = {**os.environ}
    if database_url := os.environ.get("DATABASE_URL"):
        environment["DATABASE_URL"] = database_url.rsplit("/", 1)[0] + "/" + name
    else:
        environment["PORTAL_SQLITE"] = name
    log = Path(os.environ["PORTAL_VAR"]) / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-P", "threads", "-c", "2", "-B", "-l", "INFO"]
    with log.open("wb") as output:
        worker = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=output, stderr=output)
    deadline = time.monotonic() + 60
    while b" ready." not in log.read_bytes():
        if worker.poll() is not None or time.monotonic() > deadline:
            worker.kill()
            raise RuntimeError("The worker did not start:\n" + log.read_text()[-2000:])
        time.sleep(0.1)
    yield worker
    worker.terminate()
    try:
        worker.wait(timeout=15)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
