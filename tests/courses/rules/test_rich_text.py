import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courses.rules.rich_text import (
    clean_draft,
    frozen_html,
    linked_keys,
    linked_pages,
    lost_things,
    tidied,
    unsafe_addresses,
    with_addresses,
)

KEY = "7b1f9a52-9b1c-4f4e-8f55-6c1d53f0a001"
MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<ul>",
            "</ul>",
            "<li>",
            "</li>",
            "<b>",
            "</b>",
            "<a href='javascript:x'>",
            "</a>",
            "<script>",
            "</script>",
            '<a linktype="page" id="7">',
            '<a href="https://a.example/">',
            "<img src=x onerror=y>",
            "words",
            " ",
            "\n",
            "&lt;",
            "&amp;",
            "<a linktype='page' id='7' onclick='x'>",
            '<a id="7" linktype="page">',
            "\u00a0",
        ]
    ),
    max_size=12,
).map("".join)


def test_clean_draft_keeps_a_link_to_a_page_and_drops_what_the_editor_marks():
    assert clean_draft('<p data-block-key="ab12">See <a id="7" linktype="page">this</a>.</p>') == (
        '<p>See <a linktype="page" id="7">this</a>.</p>'
    )


def test_clean_draft_drops_scripts_handlers_and_addresses_that_run():
    dirty = '<p onclick="a()">A<script>b()</script><a href="javascript:c()">d</a></p>'
    assert clean_draft(dirty) == "<p>A<a>d</a></p>"


@given(MARKUP)
def test_clean_draft_twice_is_clean_draft_once(html):
    assert clean_draft(clean_draft(html)) == clean_draft(html)


@given(MARKUP)
def test_frozen_html_of_a_saved_draft_is_that_of_the_draft_before(html):
    assert frozen_html(clean_draft(html), {7: KEY}) == frozen_html(html, {7: KEY})


@given(MARKUP)
@example("<b></b> &lt;")
def test_tidied_twice_is_tidied_once(html):
    frozen = frozen_html(html, {7: KEY})
    assert tidied(frozen) == frozen


def test_frozen_html_names_a_page_by_its_key():
    assert frozen_html('<p>See <a linktype="page" id="7">this</a>.</p>', {7: KEY}) == (
        f'<p>See <a href="/-/pages/{KEY}/">this</a>.</p>'
    )


def test_frozen_html_keeps_the_words_of_a_link_to_a_page_that_is_gone():
    assert frozen_html('<p>See <a linktype="page" id="8">this</a>.</p>', {7: KEY}) == "<p>See this.</p>"


def test_frozen_html_has_one_spacing_whoever_wrapped_the_lines():
    assert (
        frozen_html("<p>One\n  line.</p>\n<ul>\n<li>Two </li>\n</ul>\n", {}) == "<p>One line.</p><ul><li>Two</li></ul>"
    )


def test_frozen_html_drops_the_empty_paragraph_an_editor_leaves():
    assert frozen_html("<p>Words.</p><p><strong></strong></p>", {}) == "<p>Words.</p>"


def test_linked_pages_finds_numbers_and_nothing_else():
    html = '<a linktype="page" id="7">a</a><a linktype="document" id="8">b</a><a href="https://a.example/">c</a>'
    assert linked_pages(html) == {7}


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScript:x", "data:text/html,x", "//evil.example/", "ftp://a/"]
)
def test_unsafe_addresses_are_told_as_typed(address):
    assert unsafe_addresses(f'<p><a href="{address}">x</a> <a href="https://good.example/">y</a></p>') == [address]


def test_unsafe_addresses_sees_through_entities():
    assert unsafe_addresses('<a href="java&#115;cript:x">x</a>') == ["javascript:x"]


def test_lost_things_names_what_cleaning_would_drop():
    assert lost_things('<p>a<embed embedtype="image" id="3"/></p><IMG src="x">') == ["embed", "img"]


def test_with_addresses_puts_todays_address_in_and_takes_dead_links_out():
    html = frozen_html('<p><a linktype="page" id="7">here</a></p>', {7: KEY})
    assert linked_keys(html) == {KEY}
    assert (
        with_addresses(html, {KEY: "/en/courses/a/b/?x=1&y"}.get)
        == '<p><a href="/en/courses/a/b/?x=1&amp;y">here</a></p>'
    )
    assert with_addresses(html, {}.get) == "<p>here</p>"
