"""This side of a workshop: start it, hand it one job at a time, take the answer, end it when it does not answer.

A workshop starts with the first job (half a second for the printer, which loads WeasyPrint), serves the process that
started it alone, and ends by itself after five minutes without work, or with that process.
"""

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent.parent
LENGTHS = 8  # bytes before each message: 4 of its JSON, 4 of what follows, both big-endian
_PIECE = 1 << 16
MAX_ANSWER = 32 << 20


class JobFailed(Exception):
    """No answer: the job met something unexpected, or `ran_out` of time or memory (or waited too long for its turn)."""

    def __init__(self, reason: str, *, ran_out: bool = False) -> None:
        super().__init__(reason)
        self.ran_out = ran_out


class _Gone(Exception):
    """The workshop ended before it answered."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may take: seconds on the clock, seconds of the processor, megabytes of memory."""

    seconds: float
    processor_seconds: int
    megabytes: int


class Shop:
    """One workshop of this process, which does one job at a time. Threads take turns."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        # A child that a server forks must not talk into its parent's pipes.
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.close)

    def ask(self, job: str, words: Mapping[str, Any], data: bytes, limits: Limits) -> tuple[dict[str, Any], bytes]:
        """Return the answer to a job: its words and its bytes.

        :raises JobFailed: if there is none within the limits.
        """
        ends_at = time.monotonic() + limits.seconds
        head = json.dumps(
            {
                "job": job,
                "words": words,
                "processor_seconds": limits.processor_seconds,
                "megabytes": limits.megabytes,
            }
        ).encode()
        message = len(head).to_bytes(4, "big") + len(data).to_bytes(4, "big") + head + data
        if not self._turn.acquire(timeout=limits.seconds):
            raise JobFailed(f"waited {limits.seconds} seconds for its turn", ran_out=True)
        try:
            try:
                answer, result = self._exchange(message, ends_at)
            except _Gone:  # it had ended for want of work, perhaps this very moment
                answer, result = self._exchange(message, ends_at)
        except TimeoutError as error:
            self.close()
            raise JobFailed(f"took more than {limits.seconds} seconds", ran_out=True) from error
        except (_Gone, OSError, ValueError) as error:
            self.close()
            raise JobFailed(f"the workshop ended: {error}") from error
        finally:
            self._turn.release()
        if "failed" in answer:
            raise JobFailed(answer["failed"], ran_out=answer["ran_out"])
        return answer, result

    def leave(self) -> None:
        """Let the workshop end by itself, with nothing left to do: what it used is then told to this process."""
        with self._turn:
            process = self._process
            if process is not None and process.stdin is not None:
                process.stdin.close()
                process.wait()
            self.close()

    def close(self) -> None:
        """End the workshop and what it forked. The next job starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:  # once it is waited for, its number may be somebody else's
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # it leads a session of its own, with what it forked
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()

    def _forget(self) -> None:
        self._turn = threading.Lock()
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
            process.returncode = 0  # not ours to wait for

    def _exchange(self, message: bytes, ends_at: float) -> tuple[dict[str, Any], bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = _start(self._kind)
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: PT018 - pipes
        into, out = self._process.stdin.fileno(), self._process.stdout.fileno()
        try:
            _write(into, message, ends_at)
            lengths = _read(out, LENGTHS, ends_at)
            head, body = int.from_bytes(lengths[:4], "big"), int.from_bytes(lengths[4:], "big")
            if head + body > MAX_ANSWER:
                raise ValueError("an answer too long")
            answer: dict[str, Any] = json.loads(_read(out, head, ends_at))
            return answer, _read(out, body, ends_at)
        except (BrokenPipeError, EOFError) as error:
            self.close()
            raise _Gone("before it answered") from error


def _start(kind: str) -> "subprocess.Popen[bytes]":
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        # Dates inside font subsets would otherwise differ between two printings, and so would the order of sets.
        "SOURCE_DATE_EPOCH": "0",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "certificates.printing.workshop", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,  # what goes wrong while it loads is said in the log of the server
        bufsize=0,
        cwd=_ROOT,
        env=environment,
        start_new_session=True,
    )
    for pipe in (process.stdin, process.stdout):
        if pipe:
            os.set_blocking(pipe.fileno(), False)
    return process


def _wait(descriptor: int, event: int, ends_at: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    left = ends_at - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError


def _write(descriptor: int, data: bytes, ends_at: float) -> None:
    rest = memoryview(data)
    while rest:
        _wait(descriptor, select.POLLOUT, ends_at)
        with contextlib.suppress(BlockingIOError):
            rest = rest[os.write(descriptor, rest[:_PIECE]) :]


def _read(descriptor: int, count: int, ends_at: float) -> bytes:
    parts = []
    while count:
        _wait(descriptor, select.POLLIN, ends_at)
        part = os.read(descriptor, min(count, _PIECE))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
