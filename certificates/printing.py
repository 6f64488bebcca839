"""From HTML to PDF, in a process of its own with no way out: no network, no file, bounded time and memory.

    python -m certificates.printing IDENTIFIER < page.html > page.pdf

The page brings all it needs as `data:` addresses. It is set smaller, in steps, until it fits on one sheet; what does
not fit at the smallest size takes more sheets. The same page and identifier give the same bytes.
"""

import ctypes.util
import importlib.util
import os
import resource
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

SECONDS = 20  # on the clock: 0.6 are usual, several where other work goes on
PROCESSOR_SECONDS = 10
MEGABYTES = 512
# Points of the root font size, from the size it is drawn for down to the smallest that is still read with ease.
SIZES = (10.5, 9.5, 8.75, 8, 7.25)
_SIZE_OF_SEVERAL_SHEETS = 9.5
_ROOT = Path(__file__).resolve().parent.parent


class NotPrinted(Exception):
    """The page was not printed this time: it took too long, too much memory, or the printer met something unexpected."""


class NoPrinter(NotPrinted):
    """This machine has no Pango, which sets the text: there is no PDF here at all."""


@cache
def can_print() -> bool:
    """Return whether this machine can print, without loading the printer into this process."""
    libraries = all(ctypes.util.find_library(name) for name in ("pango-1.0", "pangoft2-1.0"))
    return libraries and importlib.util.find_spec("weasyprint") is not None


def print_page(html: str, *, identifier: str) -> bytes:
    """Return the PDF of a page. `identifier` is its 32 hexadecimal digits.

    :raises NoPrinter: where the machine cannot print.
    :raises NotPrinted: if it could not be printed within 20 seconds and 512 MB.
    """
    if not can_print():
        raise NoPrinter("Pango is not installed on this machine")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        # Dates inside font subsets would otherwise differ between two printings.
        "SOURCE_DATE_EPOCH": "0",
    }
    command = [sys.executable, "-m", "certificates.printing", identifier]
    try:
        made = subprocess.run(  # noqa: S603 - our own module, and an identifier of hexadecimal digits
            command, input=html.encode(), capture_output=True, cwd=_ROOT, env=environment, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotPrinted(f"took more than {SECONDS} seconds") from error
    if made.returncode or not made.stdout.startswith(b"%PDF-"):
        raise NotPrinted(made.stderr.decode(errors="replace")[-500:] or f"ended with {made.returncode}")
    return made.stdout


def _render(html: str, identifier: str) -> bytes:
    from weasyprint import CSS, HTML  # noqa: PLC0415 - loads Pango, which only this process may need
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    class DataOnly(URLFetcher):
        """Takes what the page itself holds; whatever else it names is not even looked for."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not url.startswith("data:"):
                raise ValueError("only data: addresses are read")
            return super().fetch(url, headers)

    page = HTML(string=html, url_fetcher=DataOnly(allowed_protocols=["data"], allow_redirects=False))
    fonts = FontConfiguration()

    def laid_out(size: float) -> Any:
        return page.render(
            stylesheets=[CSS(string=f"html {{ font-size: {size}pt }}")], font_config=fonts, pdf_variant="pdf/ua-1"
        )

    for size in SIZES:
        document = laid_out(size)
        if len(document.pages) == 1:
            break
    else:
        document = laid_out(_SIZE_OF_SEVERAL_SHEETS)
    pdf: bytes = document.write_pdf(pdf_identifier=identifier.encode(), pdf_variant="pdf/ua-1")
    return pdf


def _lock_in() -> None:
    """Give up what printing does not need, before anything of the page is read."""
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    def refuse(event: str, _arguments: tuple[Any, ...]) -> None:
        if event.startswith("socket.") or event in {"subprocess.Popen", "os.exec", "os.fork", "os.posix_spawn"}:
            raise PermissionError(event)

    sys.addaudithook(refuse)


def main() -> None:
    """Print standard input to standard output."""
    import weasyprint  # noqa: F401, PLC0415 - may ask a program where Pango is, so before the door is shut

    _lock_in()
    html = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(_render(html, sys.argv[1]))


if __name__ == "__main__":
    main()
