"""A small tree of an XML file, each element with its line. Nothing in the file can make the parser do anything."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from courses.rules.drafted import gettext_noop
from courses.rules.exchange.form import FileUnreadable

MOST_DEPTH = 40
"""Elements inside each other; questions need 6."""
MOST_ELEMENTS = 100_000


@dataclass(slots=True)
class Node:
    """An element. `text` is its own, without that of the elements in it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Node"] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    taken: bool = False

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def all(self, tag: str) -> list["Node"]:
        """Return the elements of a name in this one, and note that they are looked at."""
        found = [child for child in self.children if child.tag == tag]
        for child in found:
            child.taken = True
        return found

    def first(self, tag: str) -> "Node | None":
        """Return the first element of a name, and note that it is looked at: a second one stays as not looked at."""
        found = next((child for child in self.children if child.tag == tag), None)
        if found is not None:
            found.taken = True
        return found

    def value(self, tag: str, default: str = "") -> str:
        """Return the text of the first element of a name, or of the `text` in it."""
        found = self.first(tag)
        if found is None:
            return default
        inner = found.first("text")
        return ((inner or found).text).strip() or default

    def left(self) -> Iterator["Node"]:
        """Return the elements with something in them that nobody looked at."""
        return (child for child in self.children if not child.taken and child.says_something())

    def says_something(self) -> bool:
        return bool(self.text.strip()) or any(child.says_something() for child in self.children)


def parsed(text: str) -> Node:
    """Return the root of an XML file.

    :raises FileUnreadable: if it is not well formed, too deep or too large, or defines types or entities.
    """
    target = _Target()
    parser = DefusedXMLParser(target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    target.position = parser.parser
    try:
        parser.feed(text)
        parser.close()
    except DefusedXmlException as error:
        raise FileUnreadable(
            gettext_noop("Line %(line)s defines types or entities (DOCTYPE, ENTITY). Such a file is not read."),
            line=parser.parser.CurrentLineNumber,
        ) from error
    except ParseError as error:
        raise FileUnreadable(
            gettext_noop("Line %(line)s, column %(column)s: this is no well-formed XML. Nothing was read."),
            line=error.position[0],
            column=error.position[1] + 1,
        ) from error
    except (ValueError, UnicodeError) as error:  # an encoding that the parser does not know
        raise FileUnreadable(gettext_noop("The file cannot be read as XML. Save it as UTF-8.")) from error
    if target.root is None:
        raise FileUnreadable(gettext_noop("The file is empty."))
    return target.root


class _Target:
    """What the parser builds: see `xml.etree.ElementTree.XMLParser`."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.position: Any = None
        self._open: list[Node] = []
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        at = int(self.position.CurrentLineNumber)
        self._count += 1
        if len(self._open) >= MOST_DEPTH:
            raise FileUnreadable(
                gettext_noop("Line %(line)s: more than %(most)s elements lie inside each other."),
                line=at,
                most=MOST_DEPTH,
            )
        if self._count > MOST_ELEMENTS:
            raise FileUnreadable(gettext_noop("Line %(line)s: the file has too many elements."), line=at)
        node = Node(tag, dict(attributes), at)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, tag: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1].parts.append(text)

    def close(self) -> None:
        return None
