"""Who may use the addresses that come with packages. Our own views say it themselves (`foundation.access`).

The test of the URLconf tries every address as every demo role and fails on one that is declared nowhere.
"""

from collections.abc import Callable

from foundation.access import Access

# The first prefix that fits an address holds for it. An address of our own needs no line here.
PREFIX_RULES: tuple[tuple[str, Access], ...] = (
    ("cms/login/", Access.EVERYONE),
    ("cms/logout/", Access.EVERYONE),
    ("cms/password_reset/", Access.EVERYONE),
    ("cms/jsi18n/", Access.EVERYONE),
    ("cms/sprite", Access.EVERYONE),
    ("cms/", Access.EDITORS),
    ("ops/login/", Access.EVERYONE),
    ("ops/logout/", Access.EVERYONE),
    ("ops/jsi18n/", Access.EVERYONE),
    ("ops/", Access.OPERATORS),
    ("documents/", Access.EDITORS),
    ("<lang>/_util/", Access.EVERYONE),
    ("<lang>/^((?:", Access.EVERYONE),  # Wagtail's catch-all: pages that have no address of ours
)


def declared_access(route: str, view: Callable[..., object]) -> Access | None:
    """Return who may use an address, None when nothing says so.

    `route` is the address as the URLconf writes it, with `<lang>/` for the language.
    """
    own = getattr(view, "access", None)
    if isinstance(own, Access):
        return own
    return next((rule for prefix, rule in PREFIX_RULES if route.startswith(prefix)), None)
