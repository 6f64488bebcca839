"""Looking up certificates: numbers that nobody has and files that are not ours are counted, so that guessing is slow."""

from foundation.operations.limiting import count, counted, take_back

MISSES_ALLOWED = 30
FILES_ALLOWED = 30
_MISSES, _FILES = "certificates:misses", "certificates:files"


def may_look_up(address: str) -> bool:
    """Return whether somebody at this network address is told once more that a number is nobody's.

    Only numbers that nobody has are counted, 30 in 10 minutes, and only they are refused: a number that somebody has is
    answered before this is asked, so whoever checks real certificates is never held up. Finding one by guessing is out of
    reach without it (`certificates.rules.numbers`); this keeps a machine from asking us all day.
    """
    return counted(_MISSES, address) < MISSES_ALLOWED


def count_miss(address: str) -> None:
    """Count a number that nobody has against this network address."""
    count(_MISSES, address)


def may_check_file(address: str) -> bool:
    """Return whether somebody at this network address may have a file looked into now.

    Only files that are not byte for byte ours are counted, 30 in 10 minutes: each costs up to 2 seconds of work.
    """
    return counted(_FILES, address) < FILES_ALLOWED


def count_file(address: str) -> bool:
    """Count a file that is about to be looked into against this network address; return whether it may be.

    Of many at once no more than the limit get through: each is counted before it is known what it is.
    """
    return count(_FILES, address) <= FILES_ALLOWED


def forget_file(address: str) -> None:
    """Take back that a file was counted: it is ours."""
    take_back(_FILES, address)
