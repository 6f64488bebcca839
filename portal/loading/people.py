"""The people of the demo and the bodies they belong to. All are invented."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import models

from accounts.models import Cluster, ClusterManager, ClusterMembership, Membership, Organisation, Sector, SizeBand, User
from portal.loading.ledger import Ledger

PASSWORD = settings.PORTAL_DEMO_PASSPHRASE  # printed at every start; production refuses the demo
FOLDER = "demo/"
BELONG_FOR = timedelta(days=400)  # longer than the demo's oldest record


class NameTaken(Exception):
    """Something that the demo did not make has a name that the demo needs."""


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account: what it may do comes from its group, whom it sees from its membership."""

    username: str
    role: str
    display_name: str
    group: str = ""
    organisation: str = ""
    cluster: str = ""
    is_staff: bool = False
    shows_edit_links: bool = False
    shows_register_link: bool = False
    email: str = ""


CLUSTERS = {"Common Thread East (demo)": "RO", "Common Thread West (demo)": "BE"}

# Name: country, sector, size, cluster. The case studies tell of two of them.
ORGANISATIONS = {
    "Acul de Nord": ("RO", Sector.TEXTILE, SizeBand.SMALL, "Common Thread East (demo)"),
    "Talwerk Miteinander": ("DE", Sector.ASSEMBLY, SizeBand.MEDIUM, "Common Thread West (demo)"),
    "Wasserij Zilverlinde": ("BE", Sector.LAUNDRY, SizeBand.SMALL, "Common Thread West (demo)"),
}

# Mails of the demo are written into files. Some people have no address, as some at work have none.
ACCOUNTS = (
    Account("learner", "learner", "Elena", organisation="Acul de Nord", email="elena@example.org"),
    Account("learner2", "learner", "Jonas"),
    Account("graduate", "learner", "Ilse", organisation="Wasserij Zilverlinde", email="ilse@example.org"),
    # Who hold what does not count any more, to see what its holder sees.
    Account("expired", "learner", "Anneke"),
    Account("withdrawn", "learner", "Noor", email="noor@learn.example"),
    Account("replaced", "learner", "Marek"),
    Account("manager", "manager", "Radu", group="Managers", organisation="Acul de Nord", email="radu@example.org"),
    Account(
        "manager2",
        "manager",
        "Birgit",
        group="Managers",
        organisation="Talwerk Miteinander",
        email="birgit@example.org",
    ),
    Account(
        "manager3",
        "cluster manager",
        "Ioana",
        group="Managers",
        cluster="Common Thread West (demo)",
        email="ioana@example.org",
    ),
    Account("editor", "editor", "Sofia", group="Editors", shows_edit_links=True),
    Account("reviewer", "reviewer", "Tomás", group="Reviewers", shows_edit_links=True),
    Account("translator", "translator", "Giulia", group="Translators", shows_edit_links=True),
    # In the group of a section, which is made with it (`portal.loading.sections`).
    Account("partner", "partner editor", "Bruno", shows_edit_links=True),
    Account("assessor", "assessor", "Karin", group="Assessors", organisation="Acul de Nord"),
    # Of other organisations: they assess a course, whoever is in it.
    Account("assessor2", "assessor", "Milan", group="Assessors"),
    Account("assessor3", "assessor", "Petra", group="Assessors"),
    # The second person where the operator asks for a change of a certificate, and the other way round.
    Account("registrar", "registrar", "Marta", group="Registrars", shows_register_link=True),
    # Last: where this one is there, the demo is whole.
    Account("operator", "operator", "Piotr", group="Operators", is_staff=True, shows_register_link=True),
)


def load_people(*, ledger: Ledger) -> dict[str, User]:
    """Make what is missing of clusters, organisations and accounts; return the accounts by username.

    :raises NameTaken: if somebody else has one of the names.
    """
    since = (ledger.at - BELONG_FOR).date()
    clusters = {
        name: put_object(Cluster, "clusters", name, {"name": name}, {"country": country}, ledger=ledger)
        for name, country in CLUSTERS.items()
    }
    organisations = {}
    for name, (country, sector, size_band, cluster) in ORGANISATIONS.items():
        fields = {"country": country, "sector": sector, "size_band": size_band}
        organisations[name] = put_object(Organisation, "organisations", name, {"name": name}, fields, ledger=ledger)
        ClusterMembership.objects.get_or_create(
            cluster=clusters[cluster], organisation=organisations[name], end_date=None, defaults={"start_date": since}
        )
    password = make_password(PASSWORD)  # slow on purpose, so once for all
    people = {
        account.username: _put_account(account, organisations, since=since, password=password, ledger=ledger)
        for account in ACCOUNTS
    }
    for account in ACCOUNTS:
        if account.cluster:
            ClusterManager.objects.get_or_create(
                user=people[account.username],
                cluster=clusters[account.cluster],
                end_date=None,
                defaults={"start_date": since},
            )
    return people


def put_reader(
    name: str, *, ledger: Ledger, prefix: str = "reader", display_name: str = "", has_address: bool = False
) -> User:
    """Return an account that nobody can sign in with, of somebody who only learns; make it where it is missing.

    :raises NameTaken: if somebody else has its username.
    """
    username = f"{prefix}-{name.lower()}"
    email = f"{username}@example.org" if has_address else ""
    fields = {"display_name": display_name or name, "password": make_password(None), "email": email}
    reader: User = put_object(User, "accounts", username, {"username__iexact": username}, fields, ledger=ledger)
    _confirm_address(reader)
    return reader


def put_object(
    model: type[models.Model],
    kind: str,
    name: str,
    identity: Mapping[str, Any],
    fields: Mapping[str, Any],
    *,
    ledger: Ledger,
    sha256: str = "",
) -> Any:
    """Return the demo's object of this name; make it where it is missing."""
    source = f"{FOLDER}{kind}/{name}"
    known = ledger.find(source)
    found = model._default_manager.filter(**identity).first()
    if found is not None and (known is None or known.object_id != str(found.pk)):
        raise NameTaken(f"The demo needs the name “{name}”, which is in use in this database already.")
    if found is None:
        stored = {key.partition("__")[0]: value for key, value in identity.items()}
        found = model._default_manager.create(**stored, **fields)
        ledger.record(source, found, sha256=sha256)
    return found


def _put_account(
    account: Account, organisations: Mapping[str, Organisation], *, since: date, password: str, ledger: Ledger
) -> User:
    fields = {
        "display_name": account.display_name,
        "is_staff": account.is_staff,
        "shows_edit_links": account.shows_edit_links,
        "shows_register_link": account.shows_register_link,
        "email": account.email,
    }
    identity = {"username__iexact": account.username}
    user: User = put_object(User, "accounts", account.username, identity, fields, ledger=ledger)
    _set_password(user, password, ledger=ledger)
    _confirm_address(user)
    if account.group:
        user.groups.add(Group.objects.get(name=account.group))
    # As old as the demo's records: who looks after certificates in it has done so all along.
    old = datetime.combine(since, time(), tzinfo=UTC)
    if account.shows_register_link and (user.register_right_since is None or user.register_right_since > old):
        user.register_right_since = user.date_joined = old
        user.save(update_fields=["register_right_since", "date_joined"])
    if account.organisation:
        put_membership(user, organisations[account.organisation], account.role, since=old)
    return user


def _confirm_address(user: User) -> None:
    if user.email:
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def put_membership(person: User, organisation: Organisation, role: str, *, since: datetime) -> None:
    """Let a person of the demo belong to an organisation since then, who read who sees what. Who left stays so."""
    rows = Membership.objects.filter(user=person, organisation=organisation, role=role)
    if not rows.exists():
        Membership.objects.create(
            user=person, organisation=organisation, role=role, start_date=since.date(), told_at=since
        )
    # Of a demo from before there was a page that says who sees what.
    rows.filter(told_at=None, ended_at=None).update(told_at=since)


def _set_password(user: User, password: str, *, ledger: Ledger) -> None:
    """Give an account the demo's password again, unless it has it: comparing digests spares nine slow checks."""
    source = f"{FOLDER}accounts/{user.username}"
    known = ledger.find(source)
    if known is not None and known.state == _password_state(user.password):
        return
    user.password = password
    user.save(update_fields=["password"])
    ledger.record(source, user, sha256=known.sha256 if known else "", state=_password_state(password))


def _password_state(stored: str) -> str:
    return hashlib.sha256(stored.encode()).hexdigest()
