"""Codes and secrets that somebody reads from paper and types."""

import secrets

from accounts.rules import ways_in


def random_code(length: int) -> str:
    """Return so many signs drawn at random, as they are written in groups."""
    return ways_in.written("".join(secrets.choice(ways_in.ALPHABET) for _ in range(length)))
