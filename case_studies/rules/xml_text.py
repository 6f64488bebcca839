"""Text for XML: a feed, a drawing. A text that was pasted can hold signs that XML has no way to write."""

import re

# XML 1.0, fifth edition, production 2 (Char).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


def xml_text(text: str) -> str:
    r"""Return a text with a space instead of each run of signs that XML cannot hold.

    >>> xml_text("Big\x0blabels")
    'Big labels'
    """
    return _NO_XML.sub(" ", text)
