"""People for tests: the demo's roles, each with what their role may do and no more.

learner = make_user("learner")
manager = make_manager(organisation=make_organisation("Repair Hub"))
"""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Cluster, ClusterManager, ClusterMembership, Membership, Organisation, Project, User

PASSPHRASE = "four words in a row"
# Rights come from these groups, which a migration of `home` makes.
GROUPS = {
    "editor": "Editors",
    "reviewer": "Reviewers",
    "translator": "Translators",
    "assessor": "Assessors",
    "operator": "Operators",
    "manager": "Managers",
    "registrar": "Registrars",
}
ROLES = ("learner", "learner2", "graduate", "manager", "manager2", "editor", "reviewer", "assessor", "operator")
REGISTER_ROLES = ("operator", "registrar")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_numbers = count(1)


def make_user(username: str = "", *, role: str = "learner", **fields: Any) -> User:
    """Make a person who can sign in with `PASSPHRASE`, and who is nobody new."""
    username = username or f"{role}-{next(_numbers)}"
    fields = {"date_joined": LONG_AGO, "register_right_since": LONG_AGO if role in REGISTER_ROLES else None, **fields}
    fields.setdefault("display_name", username.capitalize())
    person = User.objects.create_user(username=username, password=PASSPHRASE, **fields)
    if role in GROUPS:
        person.groups.add(Group.objects.get_or_create(name=GROUPS[role])[0])
    return person


def make_learner(username: str = "", **fields: Any) -> User:
    return make_user(username, role="learner", **fields)


def make_editor(username: str = "", **fields: Any) -> User:
    return make_user(username, role="editor", shows_edit_links=True, **fields)


def make_reviewer(username: str = "", **fields: Any) -> User:
    return make_user(username, role="reviewer", shows_edit_links=True, **fields)


def make_translator(username: str = "", **fields: Any) -> User:
    return make_user(username, role="translator", shows_edit_links=True, **fields)


def make_operator(username: str = "", **fields: Any) -> User:
    return make_user(username, role="operator", is_staff=True, **fields)


def make_registrar(username: str = "", **fields: Any) -> User:
    return make_user(username, role="registrar", **fields)


def make_manager(username: str = "", *, organisation: Organisation | None = None, **fields: Any) -> User:
    person = make_user(username, role="manager", **fields)
    join(person, organisation or make_organisation(), role=Membership.Role.MANAGER)
    return person


def make_assessor(username: str = "", *, organisation: Organisation | None = None, **fields: Any) -> User:
    person = make_user(username, role="assessor", **fields)
    join(person, organisation or make_organisation(), role=Membership.Role.ASSESSOR)
    return person


def make_demo_people() -> dict[str, User]:
    """Make one person for each role of the demo, by their demo usernames; the two managers of different organisations."""
    makers = {
        "manager": make_manager,
        "manager2": make_manager,
        "editor": make_editor,
        "reviewer": make_reviewer,
        "assessor": make_assessor,
        "operator": make_operator,
    }
    return {username: makers.get(username, make_learner)(username) for username in ROLES}


def make_organisation(name: str = "", **fields: Any) -> Organisation:
    values = {"country": "IT", "sector": "repair", "size_band": "micro", **fields}
    return Organisation.objects.create(name=name or f"Organisation {next(_numbers)}", **values)


def make_cluster(name: str = "", *organisations: Organisation, **fields: Any) -> Cluster:
    cluster = Cluster.objects.create(name=name or f"Cluster {next(_numbers)}", **{"country": "IT", **fields})
    for organisation in organisations:
        ClusterMembership.objects.create(cluster=cluster, organisation=organisation, start_date=date(2026, 1, 1))
    return cluster


def make_cluster_manager(username: str = "", *, cluster: Cluster, **fields: Any) -> User:
    person = make_user(username, role="manager", **fields)
    ClusterManager.objects.create(user=person, cluster=cluster, start_date=date(2026, 1, 1))
    return person


def make_project(name: str = "", **fields: Any) -> Project:
    values = {"funder": "A fund", "start_date": date(2026, 1, 1), **fields}
    return Project.objects.create(name=name or f"Project {next(_numbers)}", **values)


def join(
    person: User,
    organisation: Organisation,
    *,
    role: str = Membership.Role.LEARNER,
    since: date = date(2026, 1, 1),
    until: date | None = None,
    told_at: datetime | None = LONG_AGO,
    **fields: Any,
) -> Membership:
    """Let a person belong to an organisation, who read who sees what unless `told_at` is None."""
    return Membership.objects.create(
        user=person, organisation=organisation, role=role, start_date=since, end_date=until, told_at=told_at, **fields
    )


def signed_in(person: User) -> Client:
    """Return a browser in which this person is signed in."""
    browser = Client()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser
