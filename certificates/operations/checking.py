"""Looking up certificate numbers: those that nobody has are counted, so that guessing is slow."""

import hashlib
import logging

from django.core.cache import cache

logger = logging.getLogger(__name__)

MISSES_ALLOWED = 30
WINDOW_SECONDS = 600


def may_look_up(address: str) -> bool:
    """Return whether somebody at this network address may look up a number now.

    Only numbers that nobody has are counted, 30 in 10 minutes: whoever checks real certificates is never held up.
    """
    try:
        misses: int = cache.get(_key(address), 0)
    except Exception:  # noqa: BLE001 - the cache may be away in many ways; checking certificates must go on
        logger.warning("The cache does not answer: misses are not counted.")
        return True
    return misses < MISSES_ALLOWED


def count_miss(address: str) -> None:
    """Count a number that nobody has against this network address."""
    key = _key(address)
    try:
        cache.add(key, 0, timeout=WINDOW_SECONDS)
        cache.incr(key)
    except ValueError:  # it ran out between the two lines
        cache.set(key, 1, timeout=WINDOW_SECONDS)
    except Exception:  # noqa: BLE001 - as above
        logger.warning("The cache does not answer: misses are not counted.")


def _key(address: str) -> str:
    # A digest, as a cache key takes no spaces and a cache should not list addresses of people.
    return "certificates:misses:" + hashlib.sha256(address.encode()).hexdigest()
