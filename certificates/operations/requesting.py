"""Ask for a certificate to be replaced, withdrawn or restored, and agree to what another person asked (decision 0023).

    asked = ask_change(certificate=certificate, kind="revoke", reason="misuse", note="...", by=piotr, public_id=uuid4(), at=now)
    agree_to_request(request=asked, by=ada, at=later)

The certificate's row is locked in each, so two tabs and two workers take turns, and what is pressed twice happens once.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.rules.second_people import counts_from
from certificates.models import Certificate, CertificateEvent, CertificateRequest
from certificates.operations.confirming import NameRefused
from certificates.operations.reissuing import reissue_certificate
from certificates.operations.request_mailing import mail_about
from certificates.operations.revoking import (
    NotPossible,
    locked_certificate,
    objection_now,
    restore_certificate,
    revoke_certificate,
)
from certificates.queries.rights import has_right, others_with_right, people_with_right, standing_of
from certificates.rules import requests as rules
from certificates.rules.names import name_problem, tidy_name

logger = logging.getLogger(__name__)

State = CertificateRequest.State


class NotAllowed(Exception):
    """This person may not do that with this request, or with this certificate."""


class TooNew(Exception):
    """The account, its right or its address is too new to decide; `counts_from` is when it may (None: not known yet)."""

    def __init__(self, counts_from: datetime | None) -> None:
        super().__init__(counts_from)
        self.counts_from = counts_from


class NeedsReason(ValueError):
    """The reason does not fit what is asked for."""


class SameName(ValueError):
    """The certificate has this name already."""


class AlreadyDecided(Exception):
    """The request does not wait any more; `request` is as it stands now."""

    def __init__(self, request: CertificateRequest) -> None:
        super().__init__(request.state)
        self.request = request


def ask_change(
    *,
    certificate: Certificate,
    kind: str,
    reason: str,
    by: User,
    public_id: UUID,
    at: datetime,
    note: str = "",
    new_name: str = "",
) -> CertificateRequest:
    """Ask for a change of a certificate, and have those told who can agree. A form sent twice, by its id, is one request.

    Where nobody else can agree, it is due in 24 hours and the operators are told at once.

    :raises NotAllowed: for who has not the right, and for the holder.
    :raises NeedsReason: if the reason is none of those that fit.
    :raises certificates.operations.confirming.NameRefused: if the new name cannot stand on a certificate.
    :raises SameName: if the name is to be corrected and the new one is the old one.
    :raises certificates.operations.revoking.NotPossible: as the certificate stands now.
    """
    change = rules.Change(kind)
    if reason not in rules.REASONS[change]:
        raise NeedsReason
    try:
        with transaction.atomic():
            locked = locked_certificate(certificate)
            known = CertificateRequest.objects.filter(public_id=public_id, certificate=locked, requested_by=by).first()
            if known is not None:
                return known
            holder = locked.enrolment.learner_id
            if not rules.may_ask(person=by.pk, holder=holder, has_right=has_right(by)):
                raise NotAllowed
            objection = objection_now(locked, change, has_waiting=_waiting(locked).exists())
            if objection is not None:
                raise NotPossible(objection)
            name = _name_for(locked, change, reason, new_name)
            others = others_with_right(locked, without=by)
            request = CertificateRequest.objects.create(
                public_id=public_id,
                certificate=locked,
                kind=change,
                reason=reason,
                note=note.strip(),
                new_name=name,
                requested_by=by,
                requested_at=at,
                due_at=rules.due_at_for(asked_at=at, others=others.exists()),
            )
            mail_about(request, "delayed" if request.due_at else "asked", others, at=at)
    except IntegrityError as error:  # the constraint decides: one request waits at a time
        raise NotPossible(rules.Objection.WAITS) from error
    return request


def agree_to_request(*, request: CertificateRequest, by: User, at: datetime, note: str = "") -> CertificateRequest:
    """Agree to a request as the second person: what was asked for is done in the same transaction. Return the request.

    Pressed twice by the same person, it is done once.

    :raises NotAllowed: for who asked, for the holder, and for who has not the right.
    :raises TooNew: for who does not count as a second person yet.
    :raises AlreadyDecided: if it does not wait any more.
    :raises certificates.operations.revoking.NotPossible: if the certificate changed meanwhile.
    """
    with transaction.atomic():
        locked = _locked(request)
        if locked.state == State.DONE and locked.decided_by_id == by.pk:
            return locked
        _may_decide(locked, by, at)
        event = _carry_out(locked, second=by, at=at)
        _close(locked, State.DONE, by=by, note=note, event=event, at=at)
        mail_about(locked, "agreed", _asker(locked), at=at)
    return locked


def refuse_request(*, request: CertificateRequest, by: User, note: str, at: datetime) -> CertificateRequest:
    """Refuse a request, with words for who asked. The certificate stays as it is. Return the request.

    :raises NeedsReason: without words.
    :raises NotAllowed: for who asked, for the holder, and for who has not the right.
    :raises TooNew: for who does not count as a second person yet.
    :raises AlreadyDecided: if it does not wait any more.
    """
    if not note.strip():
        raise NeedsReason
    with transaction.atomic():
        locked = _locked(request)
        if locked.state == State.REFUSED and locked.decided_by_id == by.pk:
            return locked
        _may_decide(locked, by, at)
        _close(locked, State.REFUSED, by=by, note=note, event=None, at=at)
        mail_about(locked, "refused", _asker(locked), at=at)
    return locked


def take_back_request(*, request: CertificateRequest, by: User, at: datetime) -> CertificateRequest:
    """Take back a request of one's own that waits. Return it.

    :raises NotAllowed: for anybody but who asked.
    :raises AlreadyDecided: if it does not wait any more.
    """
    with transaction.atomic():
        locked = _locked(request)
        if locked.state == State.TAKEN_BACK and locked.decided_by_id == by.pk:
            return locked
        if locked.requested_by_id != by.pk:
            raise NotAllowed
        if not rules.may_take_back(asked_of(locked), person=by.pk):
            raise AlreadyDecided(locked)
        _close(locked, State.TAKEN_BACK, by=by, note="", event=None, at=at)
    return locked


def do_due_requests(*, at: datetime) -> int:
    """Do what a team of one asked for 24 hours ago, unless somebody else may decide by now. Return how many were done.

    Each in a transaction of its own: one that cannot be done, or breaks, holds up no other.
    """
    due = CertificateRequest.objects.filter(state=State.WAITING, due_at__lte=at).order_by("due_at", "pk")
    count = 0
    for request in list(due):
        try:
            count += _do_due(request, at)
        except Exception as error:  # noqa: BLE001 - whatever it was, the others are due too
            # Not its text: a database quotes the row, with the name.
            logger.error("request %s of a certificate waits, as doing it broke: %s", request.pk, type(error).__name__)
    return count


def note_rights(*, at: datetime) -> None:
    """Note since when people have the right over certificates, and forget it of those who have it no more.

    Seen from outside once a minute, whichever page, group or command gave the right, so no way to give it goes round the
    rule of second people.
    """
    able = people_with_right().values("pk")
    User.objects.filter(pk__in=able, register_right_since=None).update(register_right_since=at)
    User.objects.exclude(register_right_since=None).exclude(pk__in=able).update(register_right_since=None)


def asked_of(request: CertificateRequest) -> rules.Asked:
    """Return a request, read with its certificate and enrolment, as the rule looks at it."""
    return rules.Asked(
        state=rules.RequestState(request.state),
        asker=request.requested_by_id,
        holder=request.certificate.enrolment.learner_id,
        due_at=request.due_at,
    )


def _do_due(request: CertificateRequest, at: datetime) -> bool:
    with transaction.atomic():
        locked = _locked(request)
        asker = locked.requested_by
        others = others_with_right(locked.certificate, without=asker)
        step = rules.step_of_sweep(
            asked_of(locked), at=at, others=others.exists(), asker_has_right=asker is not None and has_right(asker)
        )
        if step is rules.Step.HAND_OVER:
            locked.due_at = None
            locked.save(update_fields=["due_at"])
            mail_about(locked, "asked", others, at=at)
        if step is not rules.Step.DO:
            return False
        try:
            with transaction.atomic():
                event = _carry_out(locked, second=None, at=at)
        except NotPossible:  # it cannot be done any more; who asked sees why on the page of the certificate
            _close(locked, State.REFUSED, by=None, note="", event=None, at=at)
            mail_about(locked, "refused", _asker(locked), at=at)
            return False
        _close(locked, State.DONE, by=None, note="", event=event, at=at)
        mail_about(locked, "agreed", _asker(locked), at=at)
    return True


def _locked(request: CertificateRequest) -> CertificateRequest:
    """Lock the certificate of a request, as asking does, and read the request as it is then."""
    certificate = locked_certificate(request.certificate)
    found = CertificateRequest.objects.select_related("requested_by").get(pk=request.pk)
    found.certificate = certificate
    return found


def _may_decide(locked: CertificateRequest, by: User, at: datetime) -> None:
    if locked.state != State.WAITING:
        raise AlreadyDecided(locked)
    asked, may = asked_of(locked), has_right(by)
    standing = standing_of(User.objects.get(pk=by.pk))  # read anew: their address may have been changed meanwhile
    if rules.is_too_new(asked, standing=standing, has_right=may, at=at):
        raise TooNew(counts_from(standing))
    if not rules.may_decide(asked, standing=standing, has_right=may, at=at):
        raise NotAllowed


def _carry_out(locked: CertificateRequest, *, second: User | None, at: datetime) -> CertificateEvent:
    """Do what was asked for; return the event of it on the certificate that was there before."""
    change = rules.Change(locked.kind)
    certificate, reason, actor = locked.certificate, locked.reason, locked.requested_by
    if change is rules.Change.REVOKE:
        return revoke_certificate(certificate=certificate, reason=reason, actor=actor, second=second, at=at)
    if change is rules.Change.RESTORE:
        return restore_certificate(certificate=certificate, reason=reason, actor=actor, second=second, at=at)
    objection = objection_now(certificate, change)
    if objection is not None:
        raise NotPossible(objection)
    name = locked.new_name or certificate.payload["holder"]["name"]
    reissue_certificate(certificate=certificate, name=name, reason=reason, actor=actor, second=second, at=at)
    return CertificateEvent.objects.get(certificate=certificate, kind=CertificateEvent.Kind.REISSUED)


def _close(
    locked: CertificateRequest,
    state: str,
    *,
    by: User | None,
    note: str,
    event: CertificateEvent | None,
    at: datetime,
) -> None:
    locked.state, locked.decided_by, locked.decided_at = state, by, at
    locked.decision_note, locked.event = note.strip(), event
    locked.save(update_fields=["state", "decided_by", "decided_at", "decision_note", "event"])


def _name_for(certificate: Certificate, change: rules.Change, reason: str, new_name: str) -> str:
    """Return the corrected name that is asked for; empty where the name stays."""
    if change is not rules.Change.REISSUE or (reason != "name" and not new_name.strip()):
        return ""
    name = tidy_name(new_name)
    problem = name_problem(name)
    if problem is not None:
        raise NameRefused(problem)
    if name == certificate.payload["holder"]["name"]:
        if reason == "name":
            raise SameName
        return ""
    return name


def _waiting(certificate: Certificate) -> QuerySet[CertificateRequest]:
    return CertificateRequest.objects.filter(certificate=certificate, state=State.WAITING)


def _asker(request: CertificateRequest) -> QuerySet[User]:
    return User.objects.filter(Q(pk=request.requested_by_id), is_active=True)
