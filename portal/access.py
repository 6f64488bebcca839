"""Who may use the addresses that come with packages. Our own views say it themselves (`foundation.access`).

The test of the URLconf tries every address as every demo role and fails on one that is declared nowhere.
"""

from foundation.access import Access

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
    ("<lang>/", Access.EVERYONE),  # Wagtail's catch-all: home page, standard pages, case studies
)
