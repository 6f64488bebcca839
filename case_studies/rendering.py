"""The picture that a shared link to a story shows: its title, and its first figure as two rows of stitches."""

import textwrap
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import resvg_py
from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext, override

from case_studies.models import CaseStudyPage
from case_studies.rules.stitches import Stitch, draw
from case_studies.rules.xml_text import xml_text

SIZE = (1200, 630)  # pixels; what services that show a preview of a link expect
FONT_FOLDER = Path("/usr/share/fonts/truetype/noto")  # of Debian's fonts-noto-core, as certificates are printed with
FONTS = ("NotoSerif-Bold.ttf", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf")
TITLE_WIDTH, TITLE_LINES = 34, 3  # letters a line; longer titles end in an ellipsis
LINE_WIDTH = 62
NIGHT, SAFFRON, WHITE, SOFT = "#0e3b37", "#f4b63f", "#ffffff", "#cfe6dc"


def drawn(svg: str) -> bytes:
    """Return a drawing as PNG of 1200 x 630 pixels."""
    fonts = [str(path) for name in FONTS if (path := FONT_FOLDER / name).exists()]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=SIZE[0],
            height=SIZE[1],
            skip_system_fonts=True,
            font_files=fonts,
            sans_serif_family="Noto Sans",
            serif_family="Noto Serif",
        )
    )


def share_svg(page: CaseStudyPage) -> str:
    """Return the drawing of a story, in the language of its text. Whatever an editor wrote is text in it, never markup."""
    with override(page.locale.language_code):
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE[0]}" height="{SIZE[1]}" viewBox="0 0 {SIZE[0]} {SIZE[1]}">',
            f'<rect width="100%" height="100%" fill="{NIGHT}"/>',
            f'<path d="M0 596h1200" stroke="{SAFFRON}" stroke-width="8" stroke-dasharray="34 14" stroke-linecap="round"/>',
            _line(72, 92, _place(page), size=28, colour=SOFT),
            *_title(page.title),
            *_figure(page),
            _line(72, 552, settings.PORTAL_SITE_NAME, size=28, colour=WHITE, weight="bold"),
        ]
        if page.illustrative:
            parts.append(_line(1128, 552, gettext("Illustrative"), size=28, colour=SAFFRON, anchor="end"))
        return "".join([*parts, "</svg>"])


def _line(
    x: int, y: int, words: str, *, size: int, colour: str, weight: str = "normal", anchor: str = "start", face: str = ""
) -> str:
    family = "Noto Serif" if face else "Noto Sans"
    said = escape(xml_text(words), {'"': "&quot;"})
    return (
        f'<text x="{x}" y="{y}" font-family="{family}" font-size="{size}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{anchor}">{said}</text>'
    )


def _place(page: CaseStudyPage) -> str:
    words = f"{page.organisation} · {page.get_sector_display()} · {page.get_country_display()}"
    return textwrap.shorten(words, LINE_WIDTH, placeholder="…")


def _title(title: str) -> list[str]:
    lines = textwrap.wrap(title, TITLE_WIDTH, max_lines=TITLE_LINES, placeholder=" …")
    return [
        _line(72, 172 + 72 * place, line, size=58, colour=WHITE, weight="bold", face="serif")
        for place, line in enumerate(lines)
    ]


def _figure(page: CaseStudyPage) -> list[str]:
    """Return the first figure as two rows of stitches, or nothing where stitches cannot show it."""
    metric = page.metrics[0].value if page.metrics else None
    if metric is None or metric["before"] is None or metric["after"] is None:
        return []
    before, after = Decimal(metric["before"]), Decimal(metric["after"])
    chart = draw(before, after)
    if chart is None:
        return []
    scale = Decimal(760) / Decimal(chart.width)
    name = textwrap.shorten(metric["name"], LINE_WIDTH, placeholder="…")
    rows = [_line(72, 396, name, size=26, colour=SOFT)]
    for y, number, stitches, colour in ((414, before, chart.before, SOFT), (458, after, chart.after, SAFFRON)):
        rows += [_stitch(stitch, y, scale, colour) for stitch in stitches]
        written = f"{number_format(number.normalize(), use_l10n=True)} {metric['unit']}"
        rows.append(_line(1128, y + 26, written, size=28, colour=colour, weight="bold", anchor="end"))
    return rows


def _stitch(stitch: Stitch, y: int, scale: Decimal, colour: str) -> str:
    x, width = 72 + Decimal(stitch.x) * scale, Decimal(stitch.width) * scale
    return f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="28" rx="{min(width / 2, Decimal(12)):.1f}" fill="{colour}"/>'
