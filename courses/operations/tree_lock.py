"""One writer of the page tree at a time."""

from django.db import connection

_TREE_LOCK = 0x7472_6565  # any number that nothing else in the database locks


def lock_tree() -> None:
    """Wait for other writers of the page tree, until the end of the transaction. Its first statement.

    On SQLite a transaction that writes is alone already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])
