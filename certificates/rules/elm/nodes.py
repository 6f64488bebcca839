"""Names of parts of the file, notes and pictures.

Programs read the file as a graph: two parts of one name are one part. So each gets a name of its own, and what stands
in several places (who awards) is the same there, word by word.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from certificates.rules.elm.codes import concept
from certificates.rules.elm.texts import LanguageMap


class Nodes:
    """Hands out the names of one file: `urn:epass:<kind>:<public id>:<number>`, the same each time it is made."""

    def __init__(self, public_id: str) -> None:
        self._owner = UUID(public_id)
        self._counts: Counter[str] = Counter()

    @property
    def credential_id(self) -> str:
        return f"urn:credential:{self._owner}"

    def new(self, kind: str, **said: Any) -> dict[str, Any]:
        """Return a part of that type, without what is empty: the model knows no nulls."""
        self._counts[kind] += 1
        name = kind[0].lower() + kind[1:]
        node = {"id": f"urn:epass:{name}:{self._owner}:{self._counts[kind]}", "type": kind}
        return node | {key: value for key, value in said.items() if value}

    def note(self, said: LanguageMap) -> dict[str, Any] | None:
        """Return a note; None where it says nothing."""
        return self.new("Note", noteLiteral=said) if said else None

    def notes(self, *said: LanguageMap) -> list[dict[str, Any]]:
        """Return notes, without those that say nothing."""
        return self.told(self.note(entry) for entry in said)

    def told(self, nodes: Iterable[dict[str, Any] | None]) -> list[dict[str, Any]]:
        return [node for node in nodes if node]

    def picture(self, content: str, media_type: str) -> dict[str, Any]:
        """Return a picture, `content` in base64, as a part of the file."""
        return self.new(
            "MediaObject",
            content=content,
            contentEncoding=concept("encoding", "base64"),
            contentType=concept("file-type", media_type),
        )

    def page(self, address: str) -> dict[str, Any]:
        """Return a page on the web."""
        return self.new("WebResource", contentURL=address)
