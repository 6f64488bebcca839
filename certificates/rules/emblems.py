"""How high a project's emblem stands beside the issuer's logo: never lower, and both in their own proportions.

An emblem of public support is at least as prominent as any other logo, and is not altered (LEGAL.md, visibility).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any


@dataclass(frozen=True, slots=True)
class Room:
    """The most that pictures may take, all in one unit: how high each, how wide an emblem, how wide a logo."""

    height: float
    emblem_width: float
    logo_width: float


PRINT = Room(height=14, emblem_width=120, logo_width=46)
"""Millimetres. An emblem up to 8 times as wide as high gets all of the height; up to 12 times, the 10 mm it needs."""
PAGE = Room(height=64, emblem_width=272, logo_width=192)
"""CSS pixels: what is left on a screen of 320, so that nothing is made smaller there."""


def emblem_height(emblem: Mapping[str, Any], room: Room) -> float:
    """Return how high an emblem stands. A logo beside it may be no higher."""
    height: float = min(room.height, room.emblem_width * emblem["height"] / emblem["width"])
    return height


def emblem_shown(emblem: Mapping[str, Any], room: Room) -> dict[str, Any]:
    """Return an emblem with the width and height it is shown with, whole and at least 1.

    A browser works the height out again of the width: that of an emblem is rounded up, that of a logo down.
    """
    height = max(1, int(emblem_height(emblem, room)))
    return {**emblem, "width": ceil(height * emblem["width"] / emblem["height"]), "height": height}


def logo_shown(logo: Mapping[str, Any], emblem: Mapping[str, Any], room: Room) -> dict[str, Any]:
    """Return a logo with the width and height it is shown with beside an emblem: never larger than it is."""
    most = min(int(emblem_height(emblem, room)), room.logo_width * logo["height"] / logo["width"])
    height = max(1, int(min(most, logo["height"])))
    return {**logo, "width": max(1, int(height * logo["width"] / logo["height"])), "height": height}
