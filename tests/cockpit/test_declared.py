"""Every address of the cockpit rests on a line of the table of who sees what; and the table is in the docs, word for word."""

import ast
from pathlib import Path

from django.conf import settings

from accounts.rules.sight import TABLE, Sees
from foundation.access import Access
from portal.access import declared_access
from tests.cockpit.cockpit_addresses import cockpit_addresses

ROOT = Path(settings.BASE_DIR)
# Where queries may carry the mark: the entry point, and what finds the token that a program shows before it has a sight.
ENTRY_POINTS = {"cockpit/queries/scope.py", "cockpit/queries/tokens.py"}
# Who may let the guard down: views of managers round an operation, what every page shows of its reader alone, and jobs.
LIFTING = ("cockpit/views/", "portal/context_processors.py")


def test_every_address_of_the_cockpit_names_its_line_of_the_table() -> None:
    silent = [found.route for found in cockpit_addresses() if not isinstance(getattr(found.view, "sees", None), Sees)]

    assert silent == [], "put @manages(Sees....) or @rests_on(Sees....) over the view"


def test_an_address_of_managers_is_wrapped_by_manages_and_no_other_way() -> None:
    """`manages` is what puts the guard up; a declaration alone would not."""
    others = {Sees.WORK, Sees.REGISTER}
    unguarded = [
        found.route
        for found in cockpit_addresses()
        if getattr(found.view, "sees", None) not in others
        and declared_access(found.route, found.view) not in {Access.MANAGERS, Access.TOKEN}
    ]

    assert unguarded == []


def test_the_table_names_each_thing_that_pages_show() -> None:
    assert {rule.what for rule in TABLE} == set(Sees)


def test_the_table_in_the_docs_says_what_the_code_says() -> None:
    lines = (ROOT / "docs" / "scope.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    written = [row for row in rows if row[0] != "who" and not set(row[0]) <= {"-"}]

    assert written == [[rule.who, rule.what.value, rule.of_whom, rule.since, rule.until] for rule in TABLE]


def calls_of(name: str) -> dict[str, int]:
    """Return how often each of our files calls `scope.<name>`."""
    found = {}
    for app in (
        "accounts",
        "case_studies",
        "certificates",
        "cockpit",
        "courses",
        "foundation",
        "home",
        "portal",
        "progress",
    ):
        for path in sorted((ROOT / app).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if name not in text or path == ROOT / "foundation" / "scope.py":
                continue
            calls = [
                node
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Call)
                and (
                    (isinstance(node.func, ast.Attribute) and node.func.attr == name)
                    or (isinstance(node.func, ast.Name) and node.func.id == name)
                )
            ]
            if calls and "foundation" in text:
                found[path.relative_to(ROOT).as_posix()] = len(calls)
    return found


def test_only_the_entry_point_marks_queries() -> None:
    marking = {path for path in calls_of("mark") if "scope.mark(" in (ROOT / path).read_text(encoding="utf-8")}

    assert marking == ENTRY_POINTS


def test_the_guard_is_let_down_only_where_that_is_named() -> None:
    lifting = [path for path in calls_of("lifted") if not path.startswith(LIFTING)]

    assert lifting == []


def test_pages_of_managers_begin_no_thread_that_the_guard_would_not_hold() -> None:
    beginning = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "cockpit").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(name.name.split(".")[0] in THREADS for name in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in THREADS)
    ]

    assert beginning == []


THREADS = {"threading", "concurrent", "multiprocessing", "asyncio", "asgiref"}
