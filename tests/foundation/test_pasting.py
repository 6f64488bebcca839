"""Pasted text, cleaned: pieces of the clipboard as Word, LibreOffice and Google Docs write them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foundation.rules.cleaning import clean_html
from foundation.rules.pasting import clean_line, clean_lines, clean_paste, titles_in

WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><title>Lesson</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal, li.MsoNormal {mso-style-unhide:no; mso-style-parent:""; margin:0cm;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->\r
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span lang=EN-US
style='mso-ansi-language:EN-US'>Before you\u00a0start<o:p></o:p></span></b></p>\r
<p class=MsoNormal><o:p>&nbsp;</o:p></p>\r
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-fareast-font-family:Symbol'><span style='mso-list:Ignore'>\u00b7<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Lock the
screen<o:p></o:p></p>\r
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>\u00b7<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>Sign  out &amp; go</p>\r
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span style='mso-list:Ignore'>1)<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>Open the page</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span style='mso-list:Ignore'>2)<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>Read it</p>
<!--EndFragment--></body></html>"""

LIBREOFFICE = """<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/>
<style type="text/css">p { line-height: 115%; margin-bottom: 0.25cm; background: transparent }</style></head>
<body lang="it-IT" link="#000080"><p style="line-height: 100%"><font face="Liberation Serif, serif"><i>Prima</i> di
tutto</font></p>
<p><br/>

</p>
<ol><li><p style="margin-bottom: 0cm">Apri la pa\u00adgi\u00adna</p></li>
<li><p>Leggi</p></li></ol></body></html>"""

DOCS = """<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;"
id="docs-internal-guid-5f8d"><p dir="ltr" style="line-height:1.38;"><span style="font-size:11pt">Voici l\u2019eau\u00a0:
10\u202f000 litres\u200b.</span></p><br /><ul style="margin-top:0"><li dir="ltr" aria-level="1"><p dir="ltr"
role="presentation"><span>Un</span></p></li><li dir="ltr"><p role="presentation"><span>Deux</span></p></li></ul><br
/></b>"""


@pytest.mark.parametrize(
    ("pasted", "clean"),
    [
        (
            WORD,
            "<p><b>Before you start</b></p><ul><li>Lock the screen</li><li>Sign out &amp; go</li></ul>"
            "<ol><li>Open the page</li><li>Read it</li></ol>",
        ),
        (LIBREOFFICE, "<p><i>Prima</i> di tutto</p><ol><li>Apri la pagina</li><li>Leggi</li></ol>"),
        (DOCS, "<p>Voici l\u2019eau\u00a0: 10\u202f000 litres.</p><ul><li>Un</li><li>Deux</li></ul>"),
    ],
    ids=["Word", "LibreOffice", "Google Docs"],
)
def test_what_a_word_processor_copies_becomes_plain_paragraphs_and_lists(pasted, clean):
    assert clean_paste(pasted) == clean
    assert clean_paste(clean) == clean


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        # As the editor of the CMS sends it: it knows these elements already, and the marks came along as text.
        (
            '<p data-block-key="a1">\u2022\u00a0Milk</p><p data-block-key="b2">\u2022 Bread</p>',
            "<ul><li>Milk</li><li>Bread</li></ul>",
        ),
        ("<p>\uf0b7\u00a0\u00a0 Milk</p>", "<ul><li>Milk</li></ul>"),
        ("<p>- Milk</p><p>- Bread</p>", "<ul><li>Milk</li><li>Bread</li></ul>"),
        ("<p>\u00a7\u00a0\u00a0 Milk</p>", "<ul><li>Milk</li></ul>"),
        # A paragraph of a law and no mark of a list.
        ("<p>\u00a7\u00a0 5 SGB IX</p>", "<p>\u00a7 5 SGB IX</p>"),
        ("<p>- 5 degrees is cold</p>", "<p>- 5 degrees is cold</p>"),
        ("<p>a) Milk</p><p>b) Bread</p>", "<ol><li>Milk</li><li>Bread</li></ol>"),
        # Numbered, but not counted from one: as it is.
        ("<p>7. Milk</p><p>8. Bread</p>", "<p>7. Milk</p><p>8. Bread</p>"),
        ("<p>1. Milk</p>", "<p>1. Milk</p>"),
        ("<p> </p><p>&nbsp;</p><p><br/></p><p>Milk</p><p></p>", "<p>Milk</p>"),
        ("<p>Milk  and <b> bread</b>\u00ad</p>", "<p>Milk and <b> bread</b></p>"),
        (
            '<p><a linktype="page" id="7">A  page</a> &lt;b&gt;</p>',
            '<p><a linktype="page" id="7">A page</a> &lt;b&gt;</p>',
        ),
        (
            '<p><a href="https://a.example/?b=1&amp;c=2" class="x">Out</a></p>',
            '<p><a href="https://a.example/?b=1&amp;c=2">Out</a></p>',
        ),
        (
            "<p>A family: \U0001f468\u200d\U0001f469\u200d\U0001f467</p>",
            "<p>A family: \U0001f468\u200d\U0001f469\u200d\U0001f467</p>",
        ),
        ("", ""),
    ],
)
def test_what_is_pasted_into_rich_text_is_what_somebody_would_have_typed(html, clean):
    assert clean_paste(html) == clean


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("  Lock\u00a0the  screen\u200b \r\n", "Lock the screen"),
        ("\u2022\tLock", "Lock"),
        ("Vrai\u00a0?", "Vrai\u00a0?"),
        ("\u00ab\u202fVrai\u202f\u00bb", "\u00ab\u202fVrai\u202f\u00bb"),
        ("co\u00adop\u00ader\u00ada\u00adtive\ufeff", "cooperative"),
        ("two\u2028lines\x0bin Word", "two lines in Word"),
        ("\u202eTrick", "Trick"),
        ("1) Lock", "1) Lock"),
        ("\u2022", "\u2022"),
        ("-5", "-5"),
    ],
)
def test_a_text_of_one_line_is_one(pasted, line):
    assert clean_line(pasted) == line


def test_a_text_of_lines_keeps_its_lines_and_one_empty_line_between_two():
    assert clean_lines("One\u00a0 \r\n\r\n\r\n\r\n two  \u00adthree\r\n") == "One\n\ntwo three"


@pytest.mark.parametrize(
    ("pasted", "titles"),
    [
        ("\u00b7\tLock\r\n\u00b7\tSign out\r\n", ["Lock", "Sign out"]),
        ("1.\tLock\n2.\tSign out", ["Lock", "Sign out"]),
        ("5. Mai\n6. Mai", ["5. Mai", "6. Mai"]),
        ("3 ways out\nSign out", ["3 ways out", "Sign out"]),
        ("1) Lock\nSign out", ["1) Lock", "Sign out"]),
        (" \n\u200b\n", []),
    ],
)
def test_each_line_of_a_list_is_a_title(pasted, titles):
    assert titles_in(pasted) == titles


SIGNS = st.sampled_from("a1 b.)-•·\u00a0\u00ad\u200b\u202f\u200d\n\r\t<>&;«:»o1.é\U0001f468")
TAGS = st.sampled_from(
    ["<p>", "</p>", "<br/>", "<b>", "</b>", "<ul>", "<li>", "</li>", "</ul>", "<o:p>", "<!--x-->", "&nbsp;"]
)


@given(st.lists(st.one_of(SIGNS, TAGS)).map("".join))
@example("<p>1. <p>2) a")
def test_cleaning_twice_changes_nothing(text):
    for clean in (clean_line, clean_lines):
        assert clean(clean(text)) == clean(text)
    once = clean_paste(clean_html(clean_paste(text)))
    assert clean_paste(clean_html(once)) == once


@given(st.text(st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1))
def test_words_are_never_lost(word):
    assert clean_line(word) == word
    assert clean_paste(f"<p>{word}</p>") == f"<p>{word}</p>"
