"""That side of a workshop: loads what its jobs need, then forks a locked-in process for each of them.

    python -m certificates.printing.workshop printer|reader

Reads jobs from standard input and writes answers to standard output, framed as `shop.py` says. The workshop itself
never looks into what a job brings; the process that does is gone after one answer, and may not even speak to the
process that asked.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
from typing import Any

from certificates.printing.limits import close_the_doors
from certificates.printing.shop import LENGTHS, MAX_ANSWER

_IDLE_SECONDS = 300
_JOBS = {
    "printer": {"page": "certificates.printing.pages"},
    "reader": {"picture": "certificates.printing.pictures", "upload": "certificates.printing.uploads"},
}


def main(kind: str) -> None:
    """Serve jobs until standard input ends or nobody asked for five minutes."""
    jobs = {job: importlib.import_module(module) for job, module in _JOBS[kind].items()}
    for module in jobs.values():
        module.warm_up()
    # What is loaded stays; what a job leaves goes with its process. Nothing is gained by looking for garbage.
    gc.collect()
    gc.freeze()
    gc.disable()
    source, target = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)  # what a library prints must not stand between answers
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)  # a library's complaint would quote the page, and with it a name
    while select.select([source], [], [], _IDLE_SECONDS)[0]:
        try:
            lengths = _read(source, LENGTHS)
            head = json.loads(_read(source, int.from_bytes(lengths[:4], "big")))
            data = _read(source, int.from_bytes(lengths[4:], "big"))
        except EOFError:
            return
        _send(target, _in_a_child(jobs[head["job"]], head, data, doors=(source, target)))


def _in_a_child(module: Any, head: dict[str, Any], data: bytes, *, doors: tuple[int, int]) -> bytes:
    """Return the framed answer of a forked process, whatever becomes of it."""
    outlet, inlet = os.pipe()
    child = os.fork()
    if child == 0:
        for descriptor in (*doors, outlet):
            os.close(descriptor)
        _work(module, head, data, inlet)
        os._exit(0)
    os.close(inlet)
    answer = bytearray()
    while len(answer) <= MAX_ANSWER and (part := os.read(outlet, 1 << 16)):
        answer += part
    os.close(outlet)
    if len(answer) > MAX_ANSWER:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 0 and _is_whole(answer):
        return bytes(answer)
    ended_by = -os.waitstatus_to_exitcode(status)
    return _framed(
        {
            "failed": f"the process ended with {-ended_by}",
            "ran_out": ended_by in (signal.SIGXCPU, signal.SIGKILL),
        }
    )


def _work(module: Any, head: dict[str, Any], data: bytes, inlet: int) -> None:
    """Do the job in this process, which ends with it."""
    try:
        close_the_doors(processor_seconds=head["processor_seconds"], megabytes=head["megabytes"])
        words, result = module.do(head["words"], data)
        answer = _framed(words, result)
    except MemoryError:
        answer = _framed({"failed": "out of memory", "ran_out": True})
    except BaseException as error:  # noqa: BLE001 - whatever it is, the answer is that there is none
        answer = _framed({"failed": f"{type(error).__name__}: {error}"[:500], "ran_out": False})
    with contextlib.suppress(OSError):
        _send(inlet, answer)


def _framed(words: dict[str, Any], result: bytes = b"") -> bytes:
    head = json.dumps(words).encode()
    return len(head).to_bytes(4, "big") + len(result).to_bytes(4, "big") + head + result


def _is_whole(answer: bytearray) -> bool:
    if not LENGTHS <= len(answer) <= MAX_ANSWER:
        return False
    return len(answer) == LENGTHS + int.from_bytes(answer[:4], "big") + int.from_bytes(answer[4:8], "big")


def _read(descriptor: int, count: int) -> bytes:
    parts = []
    while count:
        part = os.read(descriptor, min(count, 1 << 16))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _send(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


if __name__ == "__main__":
    main(sys.argv[1])
