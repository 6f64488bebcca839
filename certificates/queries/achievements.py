"""What certificates are for, the same for all who hold one."""

import re

from certificates.models import Achievement
from certificates.rules.achievements import KEY_IN_ADDRESS

_KEY = re.compile(f"[0-9a-f]{{{KEY_IN_ADDRESS}}}")


def achievement_at(key: str) -> Achievement:
    """Return the achievement whose address has this key, the first digits of its own. Cost: 1 query, or none.

    :raises Achievement.DoesNotExist: when there is none.
    """
    if not _KEY.fullmatch(key):
        raise Achievement.DoesNotExist
    return Achievement.objects.get(key__startswith=key)
