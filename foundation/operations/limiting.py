"""How often something came from one network address lately: kept in the cache, so that guessing and flooding are slow.

Where the cache is away nothing is counted and nobody is refused: what is limited must go on.
"""

import hashlib
import logging

from django.core.cache import cache

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 600


def counted(what: str, address: str) -> int:
    """Return how often `what` was counted against an address in its ten minutes."""
    try:
        number: int = cache.get(_key(what, address), 0)
    except Exception:  # noqa: BLE001 - the cache may be away in many ways
        return _is_away()
    return number


def count(what: str, address: str) -> int:
    """Count `what` once more against an address, and return how often it was by now."""
    key = _key(what, address)
    try:
        cache.add(key, 0, timeout=WINDOW_SECONDS)
        number: int = cache.incr(key)
    except ValueError:  # it ran out between the two lines
        cache.set(key, 1, timeout=WINDOW_SECONDS)
        return 1
    except Exception:  # noqa: BLE001 - as above
        return _is_away()
    return number


def take_back(what: str, address: str) -> None:
    """Take back that `what` was counted once."""
    try:
        cache.decr(_key(what, address))
    except ValueError:  # the ten minutes ended meanwhile
        pass
    except Exception:  # noqa: BLE001 - as above
        _is_away()


def _is_away() -> int:
    logger.warning("The cache does not answer: misses are not counted.")
    return 0


def _key(what: str, address: str) -> str:
    # A digest, as a cache key takes no spaces and a cache should not list addresses of people.
    return f"{what}:" + hashlib.sha256(address.encode()).hexdigest()
