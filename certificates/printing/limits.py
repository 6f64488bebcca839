"""What a locked-in process gives up before it reads the first byte of its job."""

import os
import resource
import sys
import sysconfig
from typing import Any

# Where code, the colour profile and fonts lie. Opened for reading only, and only by what is loaded here: Pango and
# fontconfig read fonts without Python, from the system's own folders.
_READABLE = tuple(
    os.path.realpath(folder) + os.sep
    for folder in (
        *sorted(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        os.path.dirname(os.__file__),
        os.path.dirname(__file__),
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/etc/fonts",
    )
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_NEVER = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.kill",
    "os.killpg",
    "os.link",
    "os.listdir",
    "os.mkdir",
    "os.posix_spawn",
    "os.putenv",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "os.spawn",
    "os.symlink",
    "os.system",
    "os.truncate",
    "pty.spawn",
    "subprocess.Popen",
}


def close_the_doors(*, processor_seconds: int, megabytes: int) -> None:
    """Limit this process for good: time, memory, no file written, none read but code and fonts, no network, no program.

    The hook cannot be taken off again. It holds what runs in Python; resource limits hold the libraries too.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold names
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            if not _may_open(*arguments):
                raise PermissionError("open")
        elif event in _NEVER or event.startswith(
            ("socket.", "ctypes.dlopen", "ftplib.", "http.", "urllib.", "shutil.")
        ):
            # A `data:` address goes through urllib too, and nothing else does.
            if event == "urllib.Request" and str(arguments[0]).startswith("data:"):
                return
            raise PermissionError(event)

    sys.addaudithook(refuse)


def _may_open(path: Any, _mode: Any, flags: int) -> bool:
    if isinstance(path, int):  # a descriptor that is open already
        return True
    if flags & _WRITING:
        return False
    return os.path.realpath(os.fsdecode(path)).startswith(_READABLE)
