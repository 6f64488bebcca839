"""The trust boundary for HTML and addresses that people typed (STACK: nh3 guards; bleach only strips what nh3 cleaned)."""

import html as html_entities
import re
import unicodedata
from collections.abc import Collection
from urllib.parse import urlsplit

import bleach
import nh3

ALLOWED_TAGS = frozenset({"p", "ul", "ol", "li", "strong", "em", "b", "i", "a", "br"})
SAFE_SCHEMES = ("http", "https", "mailto")

# One mark-up for one meaning, so that the same text has the same digest whichever editor wrote it.
_MEANINGS = (("<b>", "<strong>"), ("</b>", "</strong>"), ("<i>", "<em>"), ("</i>", "</em>"))
_BLOCK_EDGE = re.compile(r"(?=</?(?:p|li|ul|ol|br|div|h[1-6]|tr|td|th|blockquote)\b)", re.IGNORECASE)


def clean_html(html: str) -> str:
    """Return the HTML with nothing in it but paragraphs, lists, emphasis, line breaks and links to safe addresses.

    Cleaning what is clean changes nothing.
    """
    cleaned = nh3.clean(
        html,
        tags=set(ALLOWED_TAGS),
        attributes={"a": {"href"}},
        attribute_filter=_keep_safe_address,
        url_schemes=set(SAFE_SCHEMES),
        link_rel=None,
    )
    for old, new in _MEANINGS:
        cleaned = cleaned.replace(old, new)
    return cleaned


def plain_text(html: str) -> str:
    """Return the words of the HTML, as text (not HTML): no tags, entities resolved, single spaces."""
    spaced = _BLOCK_EDGE.sub(" ", html)
    stripped = bleach.clean(clean_html(spaced), tags=set(), strip=True)
    return " ".join(html_entities.unescape(stripped).split())


def is_safe_address(url: str, schemes: Collection[str] = SAFE_SCHEMES) -> bool:
    """Return whether a link may lead to this address.

    Safe are absolute addresses of the given schemes (with a host, where the scheme has one), paths of this site
    (`/en/about/`) and places on the page (`#sources`). Anything a browser might read differently from us, such as
    `//host`, a backslash or a hidden character, is not.
    """
    if not url or "\\" in url or any(_is_hidden(character) for character in url):
        return False
    if url.startswith(("/", "#")):
        return not url.startswith("//")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme not in schemes:
        return False
    if parts.scheme == "mailto":
        return bool(parts.path)
    return bool(host)


def _is_hidden(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _keep_safe_address(element: str, attribute: str, value: str) -> str | None:
    return value if is_safe_address(value) else None
