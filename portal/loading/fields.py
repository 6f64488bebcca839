"""Reading one YAML file, field by field. What is wrong is collected in words, so that an author sees all of it at once."""

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml

from foundation.rules.cleaning import is_safe_address

HTML_TAGS = frozenset({"p", "ul", "ol", "li", "strong", "em", "a"})
_UNSET: Any = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: where, and what."""

    file: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.reason}" if self.field else f"{self.file}: {self.reason}"


class MalformedContent(Exception):
    """The texts cannot be loaded; `problems` says why. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class _Loader(yaml.CSafeLoader):  # written in C: ten times as fast
    """YAML as usual, but a field that is there twice is an error and not silently the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, f"the name {key!r} is no text", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key} is there twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_mapping(path: Path, *, file: str, problems: list[Problem]) -> dict[str, Any] | None:
    """Return what a YAML file says, or None and one more problem."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # a SafeLoader
    except FileNotFoundError:
        problems.append(Problem(file, "", "The file is missing."))
    except UnicodeDecodeError:
        problems.append(Problem(file, "", "The file is not text in UTF-8."))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        problems.append(Problem(file, place, f"This is not YAML: {getattr(error, 'problem', None) or error}."))
    else:
        if isinstance(content, dict):
            return content
        problems.append(Problem(file, "", "The file must be a list of fields, such as “title: …”."))
    return None


@dataclass
class Node:
    """A mapping in a file. Each method takes one field out; `finish` names those that nobody asked for.

    A method that finds a problem notes it and returns a value of the right type, so reading goes on.
    """

    content: dict[str, Any]
    file: str
    problems: list[Problem]
    where: str = ""
    _asked: set[str] = field(default_factory=set)

    def problem(self, name: str, reason: str) -> None:
        self.problems.append(Problem(self.file, self.place(name), reason))

    def place(self, name: str) -> str:
        """Return the path of a field in its file, such as `blocks[words].words[0].word`."""
        return ".".join(part for part in (self.where, name) if part)

    def take(self, name: str, default: Any = _UNSET) -> Any:
        self._asked.add(name)
        value = self.content.get(name)
        if value is not None:
            return value
        if default is _UNSET:
            self.problem(name, "This field is missing.")
            return None
        return default

    def text(self, name: str, *, longest: int = 255, default: str = _UNSET) -> str:
        """Return a line or two of plain text, at most `longest` characters."""
        value = self.take(name, default)
        if value is None:
            return ""
        return self._checked_text(name, value, longest=longest, may_be_empty=default is not _UNSET)

    def _checked_text(self, name: str, value: Any, *, longest: int, may_be_empty: bool = False) -> str:
        if not isinstance(value, str):
            self.problem(name, f"This must be text. Put {value!r} between quotation marks.")
            return ""
        value = value.strip()
        if not value and not may_be_empty:
            self.problem(name, "This text is empty.")
        if len(value) > longest:
            self.problem(name, f"This text has {len(value)} characters; {longest} are possible.")
        return value

    def html(self, name: str, *, default: str = _UNSET) -> str:
        """Return text with the few tags that the house style knows."""
        value = self.text(name, longest=20_000, default=default)
        if value:
            for reason in _html_problems(value):
                self.problem(name, reason)
        return value

    def html_or_line(self, name: str, *, default: str = _UNSET) -> str:
        """Return HTML; a plain line becomes a paragraph."""
        value = self.text(name, longest=20_000, default=default)
        if value.startswith("<"):
            return self.html(name, default=default)
        return f"<p>{value}</p>" if value else ""

    def whole(self, name: str, *, low: int, high: int, default: int | None = _UNSET) -> int | None:
        """Return a whole number from `low` to `high`."""
        value = self.take(name, default)
        if value is None:
            return None if default is None else low
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.problem(name, f"This must be a whole number from {low} to {high}, not {value!r}.")
            return low
        return value

    def flag(self, name: str, *, default: bool = _UNSET) -> bool:
        value = self.take(name, default)
        if not isinstance(value, bool):
            if value is not None:
                self.problem(name, f"This must be true or false, not {value!r}.")
            return False
        return value

    def day(self, name: str, *, default: None = _UNSET) -> datetime.date | None:
        value = self.take(name, default)
        if value is None:
            return None
        if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
            self.problem(name, f"This must be a day such as 2026-10-12, not {value!r}.")
            return None
        return value

    def choice(self, name: str, choices: Collection[str], *, default: str = _UNSET) -> str:
        value = self.take(name, default)
        if value is None or value == default:
            return value or ""
        return self._checked_choice(name, value, choices)

    def choices(self, name: str, choices: Collection[str]) -> list[str]:
        return [
            self._checked_choice(f"{name}[{place}]", value, choices) for place, value in enumerate(self.entries(name))
        ]

    def _checked_choice(self, name: str, value: Any, choices: Collection[str]) -> str:
        if value not in choices:
            self.problem(name, f"{value!r} is not one of: {', '.join(choices)}.")
        return str(value)

    def entries(self, name: str, *, least: int = 1) -> list[Any]:
        """Return a list of anything."""
        value = self.take(name, [] if least == 0 else _UNSET)
        if value is None:
            return []
        if not isinstance(value, list):
            self.problem(name, "This must be a list.")
            return []
        if len(value) < least:
            self.problem(name, f"This list needs at least {least} entries." if least > 1 else "This list is empty.")
        return value

    def texts(self, name: str, *, longest: int = 300, least: int = 1) -> list[str]:
        """Return a list of plain texts."""
        return [
            self._checked_text(f"{name}[{place}]", value, longest=longest)
            for place, value in enumerate(self.entries(name, least=least))
        ]

    def nodes(self, name: str, *, least: int = 1) -> list["Node"]:
        """Return a list of mappings. One with an `id` is named by it in problems."""
        return list(self._nodes(name, least))

    def _nodes(self, name: str, least: int) -> Iterator["Node"]:
        for place, value in enumerate(self.entries(name, least=least)):
            if not isinstance(value, dict):
                self.problem(f"{name}[{place}]", "This must have fields, such as “id: …”.")
                continue
            yield Node(value, self.file, self.problems, self.place(f"{name}[{value.get('id', place)}]"))

    def node(self, name: str) -> "Node | None":
        """Return a mapping, or None where there is none."""
        value = self.take(name, None)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.problem(name, "This must have fields of its own.")
            return None
        return Node(value, self.file, self.problems, self.place(name))

    def finish(self) -> None:
        """Note every field that nobody asked for: most are typing errors."""
        for name in self.content:
            if name not in self._asked:
                self.problem(name, "Nobody reads this field here. Is its name right?")


def check_unique(nodes: Sequence[Node], problems: list[Problem]) -> None:
    """Note every `id` that is there twice."""
    seen: set[str] = set()
    for node in nodes:
        name = node.content.get("id")
        if isinstance(name, str):
            if name in seen:
                problems.append(Problem(node.file, node.where, f"The id {name!r} is there twice."))
            seen.add(name)


class _TagReader(HTMLParser):
    """Finds tags and addresses that the house style does not know, and tags that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.reasons: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HTML_TAGS:
            self.reasons.append(f"The tag <{tag}> is not used here. These are: {', '.join(sorted(HTML_TAGS))}.")
        self._open.append(tag)
        for name, value in attrs:
            if tag != "a" or name != "href":
                self.reasons.append(f"The tag <{tag}> has no {name} here.")
            elif not is_safe_address(value or ""):
                self.reasons.append(f"The address {value!r} is none that a link may have.")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.reasons.append(f"The end tag </{tag}> does not fit the tag before it.")

    def finish(self) -> list[str]:
        self.close()
        return self.reasons + [f"The tag <{tag}> is not closed." for tag in self._open]


def _html_problems(html: str) -> list[str]:
    reader = _TagReader()
    reader.feed(html)
    reasons = reader.finish()
    if not html.startswith("<"):
        reasons.append("Text stands in a paragraph or list: begin with <p>, <ul> or <ol>.")
    return reasons
