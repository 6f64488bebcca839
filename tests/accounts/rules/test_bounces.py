"""Delivery notices as mail servers write them, and what is no such notice, however it looks."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.bounces import LARGEST, bounce_address, bounce_in, code_of, message_id

OURS = UUID("0f0e0d0c0b0a09080706050403020100")
OTHER = UUID("ffffffffffffffffffffffffffffffff")

OUR_MAIL = f"Message-ID: {message_id(OURS, host='learn.example')}\nTo: anna@example.org\n\nHello\n"


def notice(
    *,
    status="Final-Recipient: rfc822; anna@example.org\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <anna@example.org>: user unknown\n",
    original=OUR_MAIL,
    to="bounces@learn.example",
    kind="message/rfc822",
    head="",
):
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: {to}\nSubject: Undelivered\n{head}MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt could not be delivered to anna@example.org.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{status}\n"
        f"--b\nContent-Type: {kind}\n\n{original}\n--b--\n"
    ).encode()


POSTFIX = notice()
EXIM_WITH_HEADERS_ONLY = notice(
    original=f"Return-Path: <bounces@learn.example>\nMessage-ID: {message_id(OURS, host='learn.example')}\n",
    kind="text/rfc822-headers",
)
EXCHANGE = notice(
    status="Original-Recipient: rfc822;anna@example.org\nFinal-Recipient: rfc822;anna@example.org\nAction: failed\n"
    "Status: 5.7.1\nDiagnostic-Code: smtp;550 5.7.1 TRANSPORT.RULES.RejectMessage\n"
)
VERP_WITHOUT_THE_MAIL = notice(
    to=bounce_address("bounces@learn.example", OURS), original="Subject: cut\n\n", kind="text/rfc822-headers"
)
DELIVERED_TO = notice(
    head=f"Delivered-To: {bounce_address('bounces@learn.example', OURS)}\n", original="Subject: cut\n\n"
)
MAILBOX_FULL_FOR_GOOD = notice(status="Final-Recipient: rfc822; a@b.org\nAction: failed\nStatus: 5.2.2\n")
X400 = notice(status="Final-Recipient: rfc822; a@b.org\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: x400; 12\n")
TWO_RECIPIENTS = notice(
    status="Final-Recipient: rfc822; a@b.org\nAction: delivered\nStatus: 2.0.0\n\n"
    "Final-Recipient: rfc822; c@b.org\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp; 550 5.1.10 no\n"
)
WINDOWS_LINES = POSTFIX.replace(b"\n", b"\r\n")
WITHOUT_STATUS = notice(status="Final-Recipient: rfc822; a@b.org\nAction: failed\nDiagnostic-Code: smtp; 554 no\n")

DELAYED = notice(status="Final-Recipient: rfc822; a@b.org\nAction: delayed\nStatus: 4.4.1\n")
FAILED_FOR_NOW = notice(status="Final-Recipient: rfc822; a@b.org\nAction: failed\nStatus: 4.4.7\n")
RELAYED = notice(status="Final-Recipient: rfc822; a@b.org\nAction: relayed\nStatus: 2.0.0\n")
OF_SOMEBODY_ELSE = notice(original="Message-ID: <20261127@other.example>\n\nSpam that used our address\n")
OUT_OF_OFFICE = (
    f"From: anna@example.org\nTo: {bounce_address('bounces@learn.example', OURS)}\nSubject: Away\n"
    "Auto-Submitted: auto-replied\n\nI am away. 550 5.1.1 is my desk.\n"
).encode()
ANSWER_WITH_OUR_ID = (
    f"From: anna@example.org\nTo: portal@learn.example\nIn-Reply-To: {message_id(OURS, host='learn.example')}\n\nNo!\n"
).encode()
WORDS_ONLY = b"From: MAILER-DAEMON@x\nSubject: failure\n\nThe user does not exist: 550 5.1.1\n"
NESTED = (
    b'Content-Type: multipart/mixed; boundary="a0"\n\n'
    + b"".join(
        f'--a{depth}\nContent-Type: multipart/mixed; boundary="a{depth + 1}"\n\n'.encode() for depth in range(400)
    )
    + POSTFIX
)
LONG_HEADER = notice(status=f"Action: failed\nStatus: {'5.' * 200_000}\n")
MANY_PARTS = notice(original="x\n" + "--b\nContent-Type: message/rfc822\n\nMessage-ID: <x@y>\n\n" * 5000)
CODE_WITH_MORE = notice(
    status="Final-Recipient: rfc822; a@b.org\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <script>alert(1)</script> anna@example.org\n"
)
SURROGATES = POSTFIX.replace(b"user unknown", b"\xff\xfe\x00 \xed\xa0\x80")
BAD_CHARSET = POSTFIX.replace(b"message/delivery-status", b'message/delivery-status; charset="no\xffsuch"')


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (POSTFIX, "550 5.1.1"),
        (EXIM_WITH_HEADERS_ONLY, "550 5.1.1"),
        (EXCHANGE, "550 5.7.1"),
        (VERP_WITHOUT_THE_MAIL, "550 5.1.1"),
        (DELIVERED_TO, "550 5.1.1"),
        (MAILBOX_FULL_FOR_GOOD, "5.2.2"),
        (X400, "5.0.0"),
        (TWO_RECIPIENTS, "550 5.1.10"),
        (WINDOWS_LINES, "550 5.1.1"),
        (WITHOUT_STATUS, "554"),
        (CODE_WITH_MORE, "550 5.1.1"),
        (SURROGATES, "550 5.1.1"),
        (BAD_CHARSET, "550 5.1.1"),
    ],
    ids=[
        "postfix",
        "headers only",
        "exchange",
        "address",
        "delivered to",
        "full",
        "x400",
        "two",
        "windows lines",
        "no status",
        "script",
        "odd bytes",
        "odd charset",
    ],
)
def test_a_notice_names_our_message_and_keeps_two_codes(raw, code):
    found = bounce_in(raw)

    assert found is not None
    assert found.candidates[0] == OURS
    assert found.code == code


@pytest.mark.parametrize(
    "raw",
    [
        DELAYED,
        FAILED_FOR_NOW,
        RELAYED,
        OF_SOMEBODY_ELSE,
        OUT_OF_OFFICE,
        ANSWER_WITH_OUR_ID,
        WORDS_ONLY,
        b"",
        b"\0" * 99,
    ],
    ids=["delayed", "for now", "relayed", "not ours", "away", "an answer", "words", "nothing", "zeros"],
)
def test_what_says_no_failure_for_good_of_a_message_of_ours_is_none(raw):
    assert bounce_in(raw) is None


@pytest.mark.parametrize("raw", [NESTED, LONG_HEADER, MANY_PARTS], ids=["nested", "long header", "many parts"])
def test_a_notice_that_is_meant_to_hurt_is_read_or_passed_over(raw):
    found = bounce_in(raw[:LARGEST])

    assert found is None or found.code in {"failed", "550 5.1.1"}


def test_the_address_of_the_envelope_counts_before_what_the_notice_holds():
    raw = notice(
        to=bounce_address("bounces@learn.example", OURS), original=f"Message-ID: {message_id(OTHER, host='x.org')}\n\n"
    )

    assert bounce_in(raw).candidates == (OURS, OTHER)


@given(st.binary(max_size=400))
def test_anything_after_the_head_of_a_notice_is_read_without_harm(tail):
    bounce_in(POSTFIX[:300] + tail)


@given(st.integers(200, 599), st.text(max_size=80))
def test_what_a_server_says_is_kept_as_codes_only(smtp_code, words):
    kept = code_of(smtp_code, words)

    assert kept.split(" ")[0] == str(smtp_code)
    assert set(kept) <= set("0123456789. ")
