"""Words that mean the same: who may write them, what is refused, and that a search finds by them."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from foundation.rules.folding import fold
from home.models import SearchSynonyms
from home.operations.synonyms import SETS
from home.queries.search import search_site
from home.rules.synonyms import MOST_WAYS, entries_of, expand, problem_of
from tests.case_studies.builders import make_case
from tests.people import make_user

pytestmark = pytest.mark.indexed


def test_every_set_that_a_site_begins_with_is_a_good_one():
    assert sorted(SETS) == ["de", "en", "es", "it", "ro", "sv"]
    assert {words: problem_of(words) for sets in SETS.values() for words in sets if problem_of(words)} == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("password", "Write two words at least"),
        (" , ;", "Write two words at least"),
        ("password, Password", "“Password” is there twice"),
        ("perché, PERCHE", "“PERCHE” is there twice"),
        (", ".join(f"word {number}" for number in range(13)), "These are 13 words. Write 12 at most"),
        ("password, " + "x" * 41, "is too long"),
        ("password, !!", "“!!” has no letter"),
    ],
)
def test_a_set_that_is_none_is_refused_in_words(words: str, said: str):
    with pytest.raises(ValidationError) as refused:
        SearchSynonyms(language="en", words=words).full_clean()

    assert list(refused.value.message_dict) == ["words"]
    assert said in refused.value.message_dict["words"][0]


def test_a_set_is_kept_tidy():
    row = SearchSynonyms(language="en", words=" passphrase ,password;\n two  step ")
    row.full_clean()

    assert row.words == "passphrase, password, two step"


def test_a_word_is_looked_for_with_all_that_means_the_same_and_what_was_typed_comes_first():
    assert expand(["Password", "wombat"], ["passphrase, password, code"]) == [
        ("password", "passphrase", "code"),
        ("wombat",),
    ]


def test_several_words_are_one_thing_where_a_set_has_them():
    assert expand(["two", "step", "login"], ["two-step, 2FA"]) == [("two step", "2fa"), ("login",)]


@given(
    words=st.lists(st.text("abcè", min_size=1, max_size=4), max_size=6),
    sets=st.lists(st.lists(st.text("abcè -", max_size=6), max_size=4).map(", ".join), max_size=4),
)
def test_every_word_that_was_typed_is_looked_for_in_its_order(words: list[str], sets: list[str]):
    terms = expand(words, sets)

    assert [part for term in terms for part in term[0].split()] == [fold(word) for word in words]
    assert all(len(term) <= MOST_WAYS and len(set(term)) == len(term) for term in terms)


@given(text=st.text(max_size=80))
def test_whatever_is_written_is_a_set_or_is_refused_with_a_reason(text: str):
    problem = problem_of(text)

    assert problem is None or problem[0] % problem[1]
    assert (problem is None) <= (2 <= len(entries_of(text)) <= 12)


@pytest.mark.django_db
def test_a_search_finds_what_another_word_says_in_the_readers_language_only():
    SearchSynonyms.objects.create(language="en", words="wombat, burrowing bear")
    make_case(title="The burrowing bear")

    assert [hit.found.title for hit in search_site("WOMBAT desk", language="en").hits] == []
    assert [hit.found.title for hit in search_site("WOMBAT", language="en").hits] == ["The burrowing bear"]
    assert search_site("wombat", language="it").total == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("group", "may"), [("Editors", True), ("Operators", True), ("Translators", False)])
def test_editors_write_synonyms_in_the_cms(client: Client, group: str, may: bool):
    user = make_user()
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)

    client.post("/cms/snippets/home/searchsynonyms/add/", {"language": "en", "words": "wombat, bear"})

    assert SearchSynonyms.objects.filter(words="wombat, bear").exists() is may
