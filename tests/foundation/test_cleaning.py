import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.rules.cleaning import clean_html, is_safe_address, plain_text

# Ways in which HTML was made to run script elsewhere: tags, handlers, addresses, comments, broken mark-up, namespaces.
HANDLERS = ["onerror", "onload", "onclick", "onmouseover", "onfocus", "ontoggle", "onanimationstart", "onpointerenter"]
TAGS = [
    "img",
    "svg",
    "body",
    "details",
    "input",
    "video",
    "audio",
    "iframe",
    "object",
    "embed",
    "math",
    "marquee",
    "style",
]
ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java&#10;script:alert(1)",
    "&#106;avascript:alert(1)",
    "\x01javascript:alert(1)",
    "\u200bjavascript:alert(1)",
    "javascript&colon;alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "blob:https://learn.example/1",
    "file:///etc/passwd",
    "view-source:javascript:alert(1)",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example/",
    "ftp://evil.example/",
    "https:evil.example",
    "http://",
    "https://[broken",
]
PAYLOADS = [
    *(f'<{tag} {handler}="alert(1)" src="x">' for tag in TAGS for handler in HANDLERS),
    *(f'<a href="{address}">link</a>' for address in ADDRESSES),
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<p style=\"background:url('javascript:alert(1)')\">text</p>",
    '<p class="x" id="main" data-x="1">text</p>',
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<title></title><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<form action='javascript:alert(1)'><button>go</button></form>",
    "<base href='//evil.example/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<a href='https://good.example/' onclick=alert(1) target=_blank>x</a>",
    "<a href='https://good.example/\"><script>alert(1)</script>'>x</a>",
    "<p>unclosed <b>bold <i>both",
    '"><script>alert(1)</script>',
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<embed embedtype='media' url='https://evil.example/'/>",
]
NEVER = (
    "<script",
    "<img",
    "<svg",
    "<style",
    "<iframe",
    " on",
    "javascript:",
    "data:",
    "style=",
    "class=",
    "evil.example",
)


def _tags(html: str) -> str:
    """Only what stands between < and >: the words of a payload may stay, as words."""
    return " ".join(part.split(">")[0].join("<>") for part in html.split("<")[1:]).lower()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_clean_html_leaves_nothing_that_acts(payload):
    tags = _tags(clean_html(payload))

    assert [word for word in NEVER if word in tags] == []


def test_plain_text_is_text_and_no_html():
    assert plain_text("<p>5 &lt; 6 &amp;amp; more</p>") == "5 < 6 &amp; more"


@given(st.text(alphabet=st.sampled_from("<>/=\"'& abipscrtonlhejvu:#\\\n\t\x00")))
def test_cleaning_what_is_clean_changes_nothing(text):
    cleaned = clean_html(text)

    assert clean_html(cleaned) == cleaned


def test_clean_html_keeps_paragraphs_lists_emphasis_and_links():
    html = '<p>Read <strong>this</strong> <em>first</em>:<br>a <a href="https://example.org/?a=1&amp;b=2">page</a></p><ul><li>one</li></ul>'

    assert clean_html(html) == html


def test_clean_html_writes_emphasis_in_one_way():
    assert clean_html("<p><b>bold</b> and <i>soft</i></p>") == "<p><strong>bold</strong> and <em>soft</em></p>"


def test_clean_html_keeps_the_words_of_a_link_whose_address_is_unsafe():
    assert clean_html('<a href="javascript:alert(1)">read</a>') == "<a>read</a>"


def test_plain_text_separates_the_words_of_two_paragraphs():
    assert plain_text("<h2>Head</h2><p>one</p><p>two &amp; three<br>four</p>") == "Head one two & three four"


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=c#d", "http://example.org", "mailto:anna@example.org", "/en/about/", "#sources"]
)
def test_safe_addresses_are_safe(url):
    assert is_safe_address(url)


@pytest.mark.parametrize("url", [*(a for a in ADDRESSES if "&" not in a), "", "example.org", "mailto:", "tel:112"])
def test_other_addresses_are_not(url):
    assert not is_safe_address(url)


def test_a_link_of_a_video_may_not_be_a_mail_address():
    assert not is_safe_address("mailto:anna@example.org", schemes=("https",))
