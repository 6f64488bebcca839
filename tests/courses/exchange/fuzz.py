"""Files that are almost right: the fixtures, cut, doubled, shuffled and spiced."""

import random
from pathlib import Path

from courses.rules.exchange import FileUnreadable, Format, decoded, neutral, raw_block, read, write
from courses.rules.exchange.form import Question
from courses.rules.freezing import Found, freeze_quiz

FIXTURES = {
    Format.MOODLE_XML: "workshop.moodle.xml",
    Format.GIFT: "bench.gift.txt",
    Format.CSV: "shelf.csv",
}
FOLDER = Path(__file__).parent / "fixtures"
SPICE = (
    *(b"<", b">", b"&", b"</", b"<![CDATA[", b"]]>", b"&#0;", b"&#x41;", b"&lol;", b"<!--", b"-->", b"<?xml version='1.1'?>"),
    *(b"<text>", b"</text>", b"</question>", b'<question type="', b"<answer>", b' fraction="1e9"', b' fraction="NaN"'),
    *(b"{", b"}", b"=", b"~", b"#", b"####", b"::", b"->", b"\\", b"%", b"%50%", b"%1e5%", b"..", b":", b"//", b"[html]"),
    *(b";", b",", b"\t", b'"', b'""', b"'", b"=1+1", b"\n", b"\r\n", b"\n\n", b"\r", b" ", b"\xa0", b"\x00", b"\x0b"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", "\u202e".encode(), "\ufffe".encode(), "\U0001f600".encode()),
    *(b"-1", b"1e999", b"9" * 400, b"NaN", b"Infinity", b"0x10", "\u0663".encode(), b"$CATEGORY:", b"[tag:a]", b"A" * 400),
)  # fmt: skip


def mutated(form: Format, seed: int) -> bytes:
    """Return a file of a format with one to twelve faults, the same for the same seed."""
    chance = random.Random(f"{form}-{seed}")
    data = (FOLDER / FIXTURES[form]).read_bytes()
    if chance.random() < 0.1:
        data = data.decode().encode(chance.choice(["utf-16", "utf-8-sig"]))
    for _turn in range(chance.randint(1, 12)):
        data = _fault(data, chance) or b"x"
    return data


def _fault(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.choice([1, 1, 2, 5, 20, 200, 2000]))
    what = chance.randrange(8)
    if what == 0:
        return data[:start] + data[end:]
    if what == 1:
        return data[:end] + data[start:end] + data[end:]
    if what == 2:
        return data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]
    if what == 3:
        other = chance.randrange(len(data))
        return data[:start] + data[other : other + end - start] + data[end:]
    if what == 4 and chance.random() < 0.2:
        return data[:end]
    if what == 5:
        lines = data.split(b"\n")
        first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[first], lines[second] = lines[second], lines[first]
        return b"\n".join(lines)
    return data[:start] + b"".join(chance.choices(SPICE, k=chance.randint(1, 3))) + data[start:]


def try_file(form: Format, data: bytes) -> int:
    """Read a file, freeze what it holds and write it in every format; return how many questions it holds, -1 for none.

    Anything but `FileUnreadable` is a fault of ours.
    """
    try:
        text, _guessed = decoded(data)
        found = read(form, text)
    except FileUnreadable as error:
        _ = error.words % error.values
        return -1
    for note in (*found.skipped, *found.notes, *(loss for one in found.questions for loss in one.losses)):
        _ = note.words % note.values
    blocks = []
    for question in found.questions:
        ids = (f"{question.number}-{number}" for number in range(10_000))
        blocks.append(raw_block(question, lambda ids=ids: next(ids)))
    if blocks:
        source = {"title": "Fuzz", "questions": blocks, "pass_mark": 60}
        freeze_quiz(source=source, text=source, language="en", source_language="en", found=Found())
    for target in Format:
        sent = [Question(one.kind, neutral(one.kind, one.value)[0], one.title, one.tags) for one in found.questions]
        write(target, sent)
    return len(found.questions)
