"""The emblem of a funded project: the official file, with no byte changed."""

from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from PIL import Image

from accounts.models import Project

MAX_BYTES = 200 * 1024
MAX_SIDE = 2000
"""Pixels; asked before the picture is decoded."""


class EmblemProblem(StrEnum):
    """Why a file cannot be an emblem."""

    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    NO_PICTURE = "no-picture"


class NotAnEmblem(Exception):
    """The file is not shown as an emblem; `problem` says why."""

    def __init__(self, problem: EmblemProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class EmblemFile:
    """An emblem as its official file has it. Size in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def read_emblem(data: bytes) -> EmblemFile:
    """Return a file as an emblem, opened to the last pixel: a printer that fails on it would fail for ever.

    :raises NotAnEmblem: if it is no PNG or JPEG within the limits.
    """
    if len(data) > MAX_BYTES:
        raise NotAnEmblem(EmblemProblem.TOO_LARGE)
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > MAX_SIDE:
                raise NotAnEmblem(EmblemProblem.TOO_MANY_PIXELS)
            picture.load()
            media_type = "image/png" if picture.format == "PNG" else "image/jpeg"
            return EmblemFile(data, media_type, *picture.size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAnEmblem(EmblemProblem.NO_PICTURE) from error


def emblem_of(project: Project) -> EmblemFile | None:
    """Return the emblem of a project, None where it has none. No query.

    :raises NotAnEmblem: if its file is lost or is none.
    """
    if not project.emblem:
        return None
    try:
        with project.emblem.open("rb") as file:
            data: bytes = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotAnEmblem(EmblemProblem.NO_PICTURE) from error
    return read_emblem(data)
