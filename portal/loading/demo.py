"""`manage.py demo`, as a function: real content, invented cases, people, and what they have done."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from portal.loading.case_studies import load_cases
from portal.loading.content import CONTENT_DIR, load_content
from portal.loading.credentials import load_credentials
from portal.loading.groups import load_group
from portal.loading.issuers import load_issuers
from portal.loading.ledger import Ledger, Say
from portal.loading.organising import load_organising
from portal.loading.people import load_people
from portal.loading.readers import load_readers
from portal.loading.reading import read_content
from portal.loading.records import load_records
from portal.loading.releases import load_releases
from portal.loading.sections import load_section
from portal.loading.stories import load_stories
from portal.loading.works import load_works


def load_demo(*, folder: Path = CONTENT_DIR, at: datetime, say: Say) -> None:
    """Load the content and whatever the demo lacks. What people did with the demo since stays.

    :raises MalformedContent: if a text cannot be loaded.
    :raises NameTaken: if somebody else has a name that the demo needs.
    """
    load_content(folder=folder, at=at, say=say)
    cases = read_content(folder).cases
    with transaction.atomic():
        ledger = Ledger(at=at, say=say)
        say(f"{len(cases)} case studies")
        load_cases(cases, ledger=ledger)
        say("Demo accounts and what they have done")
        people = load_people(ledger=ledger)
        load_section(people, ledger=ledger)
        load_issuers(ledger=ledger)
        load_records(people, at=at)
        load_works(people, at=at)
        load_releases(people, ledger=ledger, at=at)
        load_readers(ledger=ledger, at=at)
        load_credentials(people, at=at)
        load_group(ledger=ledger, at=at)
        load_stories(people, at=at)
        load_organising(people, ledger=ledger, at=at)
