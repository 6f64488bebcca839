"""Files that mean harm: nothing is fetched, nothing grows, and the answer is in words."""

import socket

import pytest

from courses.rules.exchange import MOST_BYTES, FileUnreadable, Format, decoded, read

LAUGHS = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.fixture(autouse=True)
def _no_address(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("A file made the parser open a connection.")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize(
    "head",
    [
        f"<!DOCTYPE quiz [{LAUGHS}]>",
        '<!DOCTYPE quiz [<!ENTITY file SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE quiz [<!ENTITY % far SYSTEM "http://127.0.0.1/x.dtd">%far;]>',
        '<!DOCTYPE quiz SYSTEM "http://127.0.0.1/quiz.dtd">',
        f'<!DOCTYPE quiz [<!ENTITY a "{"x" * 5000}">]>',
    ],
    ids=["billion laughs", "local file", "parameter entity", "external DTD", "quadratic"],
)
def test_a_file_that_defines_entities_or_types_is_refused(head) -> None:
    body = "<quiz><question type='essay'><questiontext><text>&lol9;&file;&a;</text></questiontext></question></quiz>"

    with pytest.raises(FileUnreadable, match="defines types or entities"):
        read(Format.MOODLE_XML, f'<?xml version="1.0"?>\n{head}\n{body}')


def test_elements_far_inside_each_other_are_refused_with_their_line() -> None:
    with pytest.raises(FileUnreadable) as refused:
        read(Format.MOODLE_XML, "<quiz>\n" + "<question>" * 100_000)

    assert refused.value.values["line"] == 2


def test_two_megabytes_of_one_tag_are_refused() -> None:
    text = "<quiz>" + "<a/>" * ((MOST_BYTES - 20) // 4) + "</quiz>"

    with pytest.raises(FileUnreadable):
        read(Format.MOODLE_XML, decoded(text.encode())[0])


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("sign", ["{", "=", "~", "\\", "<", "<p>", '"', ";", "::", "#", "a", "\n", "[tag:", "//"])
def test_two_megabytes_of_one_sign_are_answered(form, sign) -> None:
    text = (sign * (MOST_BYTES // len(sign)))[:MOST_BYTES]
    try:
        read(form, text)
    except FileUnreadable:
        return


def test_a_text_of_two_megabytes_is_left_out_with_the_reason() -> None:
    found = read(Format.GIFT, "Why " + "very <p" * 250_000 + "?{}")

    assert [(note.field, note.words % note.values) for note in found.skipped] == [
        ("text", "A text is longer than 20000 characters.")
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"x" * (MOST_BYTES + 1), "The file is larger than 2 MB. Divide it, and import the parts one by one."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "Line 2 holds signs that are in no text file. Is it one?"),
        (b"\xff\xfe\x00", "The letters of this file cannot be read. Save it as a text file in UTF-8."),
        (
            b'<?xml version="1.0" encoding="ebcdic-cp-us"?><quiz/>',
            "The file says that its encoding is ebcdic-cp-us. Save it as UTF-8.",
        ),
    ],
)
def test_what_is_no_text_file_is_refused_in_words(data, words) -> None:
    with pytest.raises(FileUnreadable) as refused:
        decoded(data)

    assert refused.value.words % refused.value.values == words


def test_html_that_runs_script_is_cleaned() -> None:
    text = (
        "Ready?\n\n<img src=x onerror=alert(1)><script>alert(1)</script>"
        '<a href\\="javascript\\:alert(1)">x</a><a href\\="https\\://example.org">y</a>{}'
    )
    found = read(Format.GIFT, f"[html]<p>Ready?</p>{text.partition(chr(10) * 2)[2]}")

    assert found.questions[0].value["html"] == 'x<a href="https://example.org">y</a>'
