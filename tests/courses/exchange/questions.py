"""Questions in neutral form, drawn by Hypothesis: every kind, every field, the signs that formats use themselves."""

from hypothesis import strategies as st

from courses.rules.exchange import Question
from courses.rules.exchange.texts import clean, line, lines

SIGNS = "aeè 'ü1*~=#{}:\\n-><&\"[]%@+,;|_/\t漢🙂."
words = st.text(alphabet=SIGNS, min_size=1, max_size=24).map(line).filter(bool)
texts = st.text(alphabet=SIGNS + "\n", min_size=1, max_size=40).map(lines).filter(bool)
tag_words = st.text(alphabet="abcè 1-", min_size=1, max_size=12).map(line).filter(bool)
htmls = st.lists(st.sampled_from(["<p>More.</p>", "<ul><li>one</li><li>two &amp; <em>three</em></li></ul>",
                                  '<p><a href="https://example.org/?a=1&amp;b=2">There</a> it is</p>',
                                  "<p>A<br>B</p>", "bare words"]), min_size=1, max_size=3).map(lambda parts: clean("".join(parts)))  # fmt: skip
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3).map(
    lambda number: f"{number.normalize() + 0:f}"
)
tolerances = st.sampled_from(["0.1", "0.005", "2"])


def _some(**fields):
    """Return a dictionary of some of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


def _options(*, least=2, **fields):
    return st.lists(
        st.tuples(st.fixed_dictionaries({"text": words}), _some(**fields)).map(lambda both: both[0] | both[1]),
        min_size=least,
        max_size=6,
        unique_by=lambda option: option["text"],
    )


def _marked(options, right):
    return [option | ({"correct": True} if place in right else {}) for place, option in enumerate(options)]


@st.composite
def _single(draw):
    options = draw(_options(feedback=texts))
    return {"options": _marked(options, {draw(st.integers(0, len(options) - 1))})}


@st.composite
def _multiple(draw):
    options = draw(_options(feedback=texts))
    right = draw(st.sets(st.integers(0, len(options) - 1), min_size=1))
    return {"options": _marked(options, right)} | draw(_some(partial=st.just(True)))


@st.composite
def _matching(draw):
    options = [option | {"match": draw(words)} for option in draw(_options(feedback=texts))]
    matched = {option["match"] for option in options}
    others = draw(st.lists(words.filter(lambda other: other not in matched), max_size=2, unique=True))
    return {"options": options} | ({"others": others} if others else {}) | draw(_some(partial=st.just(True)))


OWN_FIELDS = {
    "single_choice": _single(),
    "multiple_choice": _multiple(),
    "true_false": st.tuples(
        st.fixed_dictionaries({"answer": st.sampled_from(["true", "false"])}),
        _some(feedback_true=texts, feedback_false=texts),
    ).map(lambda both: both[0] | both[1]),
    "ordering": st.tuples(
        _options(feedback=texts).map(lambda options: {"options": options}), _some(partial=st.just(True))
    ).map(lambda both: both[0] | both[1]),
    "matching": _matching(),
    "numeric": st.tuples(st.fixed_dictionaries({"number": numbers}), _some(tolerance=tolerances, unit=words)).map(
        lambda both: both[0] | both[1]
    ),
    "short_text": st.tuples(
        st.fixed_dictionaries({"accepted": st.lists(words, min_size=1, max_size=4, unique=True)}),
        _some(case=st.just(True), accents=st.just(True)),
    ).map(lambda both: both[0] | both[1]),
    "open_answer": _some(guidance=texts),
}


@st.composite
def questions(draw, kinds=tuple(OWN_FIELDS)):
    """Draw a question of one of the kinds."""
    kind = draw(st.sampled_from(kinds))
    value = {"text": draw(texts), "points": draw(st.integers(1, 100))} | draw(OWN_FIELDS[kind])
    value |= draw(_some(html=htmls, feedback=texts, hint=texts, competence=st.just("digcomp:2.2:4.1")))
    tags = tuple(dict.fromkeys(tag.lower() for tag in draw(st.lists(tag_words, max_size=3))))
    return Question(kind, value, draw(words), tags)
