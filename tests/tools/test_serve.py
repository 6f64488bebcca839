"""`make run`, from nothing to ready and back, in a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from gunicorn.http.message import MAX_REQUEST_LINE

from tools import serve

# The figures of the two starts on a quiet machine are 120 and 15 seconds; the suite runs beside this one.
FIRST_START_SECONDS = 240
SECOND_START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_serving(var: Path, port: int) -> subprocess.Popen[str]:
    outside = {"DATABASE_URL", "REDIS_URL", "PORTAL_MODE", "PORTAL_SQLITE", "MAKELEVEL"}
    environment = {name: value for name, value in os.environ.items() if name not in outside}
    environment |= {"PORTAL_VAR": str(var), "PORT": str(port)}
    return subprocess.Popen(
        [sys.executable, "tools/serve.py"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: subprocess.Popen[str], wanted: str, seconds: float) -> str:
    deadline, said = time.monotonic() + seconds, ""
    for line in process.stdout:
        said += line
        if wanted in line:
            return said
        assert time.monotonic() < deadline, said
    pytest.fail(f"It ended without saying {wanted!r}:\n{said}")


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[[int], subprocess.Popen[str]]]:
    started = []

    def start(port: int) -> subprocess.Popen[str]:
        started.append(start_serving(tmp_path / "var", port))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.xdist_group("serve")
def test_a_long_address_gets_our_page_as_far_as_the_server_allows():
    assert serve.LONGEST_REQUEST_LINE == MAX_REQUEST_LINE
    readme = (settings.BASE_DIR / "README.md").read_text()
    assert f"gunicorn portal.wsgi --limit-request-line {MAX_REQUEST_LINE}" in readme


def test_start_from_nothing_stop_and_start_again(serving):
    port = free_port()
    first = serving(port)
    said = read_until(first, "Ctrl-C stops both processes", FIRST_START_SECONDS)

    assert f"http://127.0.0.1:{port}/" in said
    assert "Making the database" in said
    assert [name for name in serve.DEMO_ACCOUNTS if f"\n  {name} " not in said] == []
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
        assert answer.status == 200
        assert json.loads(answer.read())

    first.send_signal(signal.SIGINT)
    assert first.wait(timeout=30) == 0
    assert not is_listening(port)

    again = serving(port)
    said = read_until(again, "Ctrl-C stops both processes", SECOND_START_SECONDS)

    assert "Making the database" not in said
    assert "Loading" not in said
    again.terminate()
    assert again.wait(timeout=30) == 0
    assert not is_listening(port)


def test_port_in_use_is_said_in_words(serving):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = serving(port)
        said, _ = refused.communicate(timeout=30)

    assert refused.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used: Address already in use." in said


def test_service_that_dies_ends_the_run_with_the_tail_of_its_log(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(serve, "LOGS", tmp_path)
    dying = serve.Service("worker", [sys.executable, "-c", "raise SystemExit('no broker today')"])
    dying.start()
    dying.process.wait(timeout=30)

    with pytest.raises(SystemExit, match="The whole log is in"):
        serve.check_alive([dying])

    assert "The worker stopped by itself (status 1). The end of its log:\nno broker today\n" in capsys.readouterr().out


def test_stop_ends_a_service_that_does_not_listen(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "LOGS", tmp_path)
    monkeypatch.setattr(serve, "STOP_SECONDS", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    service = serve.Service("worker", [sys.executable, "-c", deaf])
    service.start()
    while "up" not in service.tail():
        time.sleep(0.05)

    serve.stop_all([service])

    assert service.process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("text", ["0", "65536", "eighty", "-1"])
def test_port_that_is_none_is_said_in_words(text, monkeypatch):
    monkeypatch.setenv("PORT", text)

    with pytest.raises(SystemExit, match=f"PORT={text} is no port"):
        serve.read_port()
