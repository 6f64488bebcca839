"""Pages written to break the printer: it opens no socket and no file, ends within its limits, and prints on."""

import base64
import threading
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer

import pikepdf
import pytest

from certificates import printing
from certificates.printing import NotPrinted
from certificates.printing.shop import Limits
from tests.certificates.payloads import plain_payload
from tests.certificates.pdfs import html_of, opened, print_html

pytestmark = pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed")

CANARY = "the words that only the file holds"


class _Listener(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(302 if "redirect" in self.path else 200)
        self.send_header("Location", "/inner")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def listener():
    server = HTTPServer(("127.0.0.1", 0), _Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def secret(tmp_path_factory):
    file = tmp_path_factory.mktemp("secret") / "secret.txt"
    file.write_text(CANARY)
    return file


def _svg(inner: str, before: str = "") -> str:
    text = f'{before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{inner}</svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


# Each names {address}, once the address of a listening socket and once that of a file.
ASKING = {
    "a picture": '<img src="{address}" alt="x">',
    "a source set": '<img srcset="{address} 2x" src="{address}" alt="x">',
    "an object": '<object data="{address}"></object>',
    "an embedded": '<embed src="{address}">',
    "a style sheet": '<link rel="stylesheet" href="{address}">',
    "an attachment": '<link rel="attachment" href="{address}">',
    "an attached link": '<a rel="attachment" href="{address}">x</a>',
    "an import": "<style>@import url({address});</style>",
    "an import as text": '<style>@import "{address}";</style>',
    "a background": '<p style="background: url({address})">x</p>',
    "a picture of a list": '<ul><li style="list-style-image: url({address})">x</ul>',
    "a picture as text": "<style>p::before {{ content: url({address}) }}</style><p>x</p>",
    "a border": '<p style="border: 9px solid; border-image: url({address}) 9">x</p>',
    "a font": "<style>@font-face {{ font-family: q; src: url({address}) }} p {{ font-family: q }}</style><p>x</p>",
    "a sheet of paper": "<style>@page {{ background: url({address}) }}</style><p>x</p>",
    "a colour profile": "<style>@color-profile --q {{ src: url({address}) }} p {{ color: color(--q 1 1 1) }}</style><p>x</p>",
    "a font of this machine": '<style>@font-face {{ font-family: q; src: local("{address}") }}</style><p>x</p>',
    "a base": '<base href="{address}"><img src="inner.png" alt="x">',
}
# What is not looked for at all, so that the rest is printed.
NOT_ASKING = {
    "a frame": '<iframe src="{address}"></iframe>',
    "a script": '<script src="{address}"></script><script>new Image().src = "{address}"</script>',
    "a page to go to": '<meta http-equiv="refresh" content="0; url={address}">',
    "a form": '<form action="{address}"><input type="image" src="{address}"></form>',
    "a film": '<video src="{address}" poster="{address}"></video>',
    "a drawing's picture": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}" width="9" height="9"/></svg>',
    "a drawing's part": '<svg xmlns="http://www.w3.org/2000/svg"><use href="{address}#a"/></svg>',
    "an include": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}" parse="text"/>',
}


def _streams(pdf: bytes) -> bytes:
    return b"".join(
        found.read_bytes()
        for found in opened(pdf).objects
        if isinstance(found, pikepdf.Stream) and "/Width" not in found
    )


@pytest.mark.parametrize("way", ASKING)
def test_a_page_that_names_anything_outside_itself_is_not_printed_and_nothing_is_asked(way, listener, secret):
    _Listener.asked.clear()
    for address in (f"{listener}/x", f"{listener}/redirect", secret.as_uri()):
        with pytest.raises(NotPrinted):
            print_html(f'<html lang="en"><body>{ASKING[way].format(address=address)}')

    assert _Listener.asked == []


@pytest.mark.parametrize("way", NOT_ASKING)
def test_what_the_printer_does_not_know_asks_nothing_either(way, listener, secret):
    _Listener.asked.clear()

    made = [
        print_html(f'<html lang="en"><body>{NOT_ASKING[way].format(address=address)}')
        for address in (f"{listener}/x", secret.as_uri())
    ]

    assert _Listener.asked == []
    assert not any(CANARY.encode() in _streams(pdf) for pdf in made)


@pytest.mark.parametrize(
    "inner",
    [
        '<image xlink:href="{address}" width="9" height="9"/>',
        '<use xlink:href="{address}#a"/>',
        '<style>@import url("{address}");</style><rect width="9" height="9"/>',
        '<rect width="9" height="9" fill="url({address}#a)"/>',
        "<style>@font-face {{ font-family: q; src: url({address}) }}</style><text>x</text>",
    ],
)
def test_a_drawing_inside_the_page_asks_nothing(inner, listener, secret):
    _Listener.asked.clear()

    for address in (f"{listener}/x", secret.as_uri()):
        try:
            pdf = print_html(f'<html lang="en"><img alt="x" src="{_svg(inner.format(address=address))}">')
        except NotPrinted:
            continue
        assert CANARY.encode() not in _streams(pdf)

    assert _Listener.asked == []


def test_an_entity_of_a_drawing_reads_no_file(secret):
    drawing = _svg("<text>&q;</text>", f'<!DOCTYPE svg [<!ENTITY q SYSTEM "{secret.as_uri()}">]>')

    pdf = print_html(f'<html lang="en"><p>before</p><img alt="x" src="{drawing}">')

    assert CANARY.encode() not in _streams(pdf)


# A picture of 40,000 x 40,000 points in 200,000 bytes.
def _bomb() -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (40_000).to_bytes(4, "big")
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(5001) * 1000) for _ in range(40)) + packer.flush()
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + size + b"\x01\x00\x00\x00\x00")
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _laughs() -> str:
    entities = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12))
    return _svg("<text>&l11;</text>", f'<!DOCTYPE svg [<!ENTITY l0 "ha">{entities}]>')


BOMBS = {
    "a huge picture": lambda: f'<img alt="x" src="{_bomb()}" style="width: 9mm">',
    "entities": lambda: f'<img alt="x" src="{_laughs()}">',
    "deep nesting": lambda: "<div>" * 60_000,
    "deep nesting of a drawing": lambda: f'<img alt="x" src="{_svg("<g>" * 60_000)}">',
    "an endless table": lambda: "<table>" + "<tr>" + "<td>x" * 40_000,
    "a table of many rows": lambda: "<table>" + "<tr><td>x<td>y" * 60_000,
    "an endless word": lambda: "<p style='overflow-wrap: anywhere'>" + "W" * 3_000_000,
    "a huge span": lambda: "<table><tr><td colspan=99999999 rowspan=99999999>x</table>",
    "a huge sheet": lambda: "<style>@page { size: 99999999mm 99999999mm }</style><p style='height: 99999999999mm'>x",
    "a million columns": lambda: "<p style='column-count: 1000000'>" + "x " * 20_000,
    "an endless counter": lambda: (
        "<style>p::before { counter-reset: x 999999999; content: counter(x, lower-roman) }</style><p>x"
    ),
    "a style of many selectors": lambda: "<style>" + "a>b~c+d:not(e)," * 60_000 + "f{}</style><p>x",
}
QUICK = ("a huge picture", "entities", "deep nesting")


@pytest.mark.parametrize("way", [way if way in QUICK else pytest.param(way, marks=pytest.mark.full) for way in BOMBS])
def test_a_bomb_ends_within_the_limits_and_the_next_page_is_printed(way, monkeypatch):
    # Less than the printer is given, so that the test is quick where a bomb needs all of it.
    monkeypatch.setattr(printing, "PAGE_LIMITS", Limits(seconds=20, processor_seconds=2, megabytes=300))
    workshop = printing._printer._process.pid if print_html("<p>x</p>") else 0

    try:
        pdf = print_html(f'<html lang="en"><body>{BOMBS[way]()}')
    except NotPrinted:
        pdf = b""

    assert len(pdf) < 5_000_000
    assert print_html("<p>x</p>").startswith(b"%PDF")
    assert printing._printer._process.pid == workshop  # only the process of the page was lost


@pytest.mark.parametrize(
    "name",
    [
        '"><img src="http://127.0.0.1/x">',
        "</style><style>@import url(file:///etc/passwd);",
        "<svg onload=alert(1)>",
        "{{ settings.SECRET_KEY }}{% include 'x' %}",
        "&lt;b&gt; &#x0; ]]> <!-- ",
        "\u202eevil\u202c \u2066x",
    ],
)
def test_a_hostile_name_is_printed_as_the_text_it_is(name):
    payload = plain_payload(name=name)
    text = payload["texts"]["en"]
    text["title"] = name
    for line in text["elements"]:
        line["values"] = [*line["values"], name]

    html = html_of(payload)

    assert name not in html or "<" not in name
    assert "<svg onload" not in html
    assert "@import" not in html.partition("<style>")[2].partition("</style>")[0]


def test_a_hostile_name_and_logo_do_not_stop_the_printer():
    payload = plain_payload(name="</style><img src='http://127.0.0.1:9/x'>")
    payload["issuer"]["logo"] = {"sha256": "0" * 64, "media_type": "image/png", "width": 1, "height": 1}

    assert print_html(html_of(payload, logo=b"<svg> and no picture")).startswith(b"%PDF")
