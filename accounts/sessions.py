"""Sessions in the database, as Django keeps them, looked up by keys that could be ours alone."""

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

_KEY = re.compile(r"[a-z0-9]{32}")


class SessionStore(DatabaseStore):
    """Takes any other cookie for none: one that holds NUL would be an error in PostgreSQL, not a miss."""

    def _validate_session_key(self, key: object) -> bool:
        return isinstance(key, str) and _KEY.fullmatch(key) is not None
