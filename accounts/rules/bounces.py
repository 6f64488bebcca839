"""What comes back of mail: how a message is named so that its return finds it, and what a delivery notice says.

Notices follow RFC 3464 (delivery status) inside of a multipart/report (RFC 6522); codes are those of RFC 5321 and 3463.
Whatever a notice holds was written by others: nothing of it is kept but two codes.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from uuid import UUID

LARGEST = 1_000_000
"""Bytes of a notice that are read; the codes stand before the copy of the mail."""
_MOST_PARTS = 50

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_PLAIN = re.compile(r"(?<![\d.])([245]\d\d)(?![\d.])")
_ID = re.compile(r"[0-9a-f]{32}")
_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that came back: the messages it may be, the surest first, and the codes of why."""

    candidates: tuple[UUID, ...]
    code: str


def message_id(public_id: UUID, *, host: str) -> str:
    """Return the Message-ID of a message: the same each time, so that a second copy is known as one."""
    return f"<{public_id.hex}@{host}>"


def bounce_address(address: str, public_id: UUID) -> str:
    """Return the envelope's sender of one message: bounces@x.org becomes bounces+<id>@x.org (VERP)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{public_id.hex}@{domain}"


def code_of(smtp_code: int, text: bytes | str = "") -> str:
    """Return what a mail server said, as codes only: "550 5.1.1". Its words may hold the address."""
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    found = _ENHANCED.search(words)
    return f"{smtp_code} {found[0]}" if found else str(smtp_code)


def bounce_in(raw: bytes) -> Bounce | None:
    """Return what a mail says came back for good; None for anything else: a delay, a receipt, an answer by a person.

    A message counts only by an id of ours in it: in the address the notice was sent to, or in the Message-ID of the mail
    it is about.
    """
    notice = email.message_from_bytes(raw[:LARGEST], policy=email.policy.compat32)
    parts = list(_parts(notice))
    code = ""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            code = code or _failure_in(part)
    if not code:
        return None
    candidates = dict.fromkeys([*_ids_of_addresses(notice), *_ids_of_mails(parts)])
    return Bounce(tuple(candidates), code) if candidates else None


def _parts(notice: Message) -> Iterator[Message]:
    for number, part in enumerate(notice.walk()):
        if number >= _MOST_PARTS:
            return
        yield part


def _failure_in(status: Message) -> str:
    """Return the codes of the first recipient whose delivery failed for good; "" where none did."""
    payload = status.get_payload()
    blocks = payload if isinstance(payload, list) else []
    for block in blocks[:_MOST_PARTS]:
        if not isinstance(block, Message) or _text(block.get("Action")).strip().lower() != "failed":
            continue
        status_code = _ENHANCED.search(_text(block.get("Status")))
        diagnostic = _text(block.get("Diagnostic-Code"))[:2000]
        kind, _, words = diagnostic.partition(";")
        plain = _PLAIN.search(words) if kind.strip().lower() == "smtp" else None
        if status_code and status_code[1] != "5":
            continue
        if plain and plain[1][0] != "5" and not status_code:
            continue
        enhanced = status_code or _ENHANCED.search(words)
        said = [plain[1] if plain else "", enhanced[0] if enhanced else ""]
        return " ".join(part for part in said if part) or "failed"
    return ""


def _ids_of_addresses(notice: Message) -> Iterator[UUID]:
    for name in ("Delivered-To", "X-Original-To", "To"):
        for value in notice.get_all(name, [])[:5]:
            for local in re.findall(r"\+([0-9a-f]{32})@", _text(value)[:2000].lower()):
                yield UUID(local)


def _ids_of_mails(parts: list[Message]) -> Iterator[UUID]:
    for part in parts[1:]:
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            payload = part.get_payload()
            head = payload if isinstance(payload, str) else ""
            found = re.search(r"^message-id:\s*(\S+)", head[:20_000], re.IGNORECASE | re.MULTILINE)
            value = found[1] if found else ""
        elif part.get("Message-ID"):
            value = _text(part.get("Message-ID"))
        else:
            continue
        ours = _MESSAGE_ID.fullmatch(value.strip()[:500])
        if ours and _ID.fullmatch(ours[1].lower()):
            yield UUID(ours[1].lower())


def _text(value: object) -> str:
    return "" if value is None else str(value)
