"""Looking up certificates: numbers that nobody has and files that are not ours are counted, so that guessing is slow."""

import hashlib
import logging

from django.core.cache import cache

logger = logging.getLogger(__name__)

MISSES_ALLOWED = 30
FILES_ALLOWED = 30
WINDOW_SECONDS = 600


def may_look_up(address: str) -> bool:
    """Return whether somebody at this network address is told once more that a number is nobody's.

    Only numbers that nobody has are counted, 30 in 10 minutes, and only they are refused: a number that somebody has is
    answered before this is asked, so whoever checks real certificates is never held up. Finding one by guessing is out of
    reach without it (`certificates.rules.numbers`); this keeps a machine from asking us all day.
    """
    return _count("misses", address) < MISSES_ALLOWED


def count_miss(address: str) -> None:
    """Count a number that nobody has against this network address."""
    _add("misses", address)


def may_check_file(address: str) -> bool:
    """Return whether somebody at this network address may have a file looked into now.

    Only files that are not byte for byte ours are counted, 30 in 10 minutes: each costs up to 2 seconds of work.
    """
    return _count("files", address) < FILES_ALLOWED


def count_file(address: str) -> bool:
    """Count a file that is about to be looked into against this network address; return whether it may be.

    Of many at once no more than the limit get through: each is counted before it is known what it is.
    """
    return _add("files", address) <= FILES_ALLOWED


def forget_file(address: str) -> None:
    """Take back that a file was counted: it is ours."""
    try:
        cache.decr(_key("files", address))
    except ValueError:  # the ten minutes ended meanwhile
        pass
    except Exception:  # noqa: BLE001 - as below
        logger.warning("The cache does not answer: misses are not counted.")


def _count(what: str, address: str) -> int:
    try:
        counted: int = cache.get(_key(what, address), 0)
    except Exception:  # noqa: BLE001 - the cache may be away in many ways; checking certificates must go on
        logger.warning("The cache does not answer: misses are not counted.")
        return 0
    return counted


def _add(what: str, address: str) -> int:
    key = _key(what, address)
    try:
        cache.add(key, 0, timeout=WINDOW_SECONDS)
        counted: int = cache.incr(key)
    except ValueError:  # it ran out between the two lines
        cache.set(key, 1, timeout=WINDOW_SECONDS)
        return 1
    except Exception:  # noqa: BLE001 - as above
        logger.warning("The cache does not answer: misses are not counted.")
        return 0
    return counted


def _key(what: str, address: str) -> str:
    # A digest, as a cache key takes no spaces and a cache should not list addresses of people.
    return f"certificates:{what}:" + hashlib.sha256(address.encode()).hexdigest()
