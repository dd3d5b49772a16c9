"""HTML to text: what a reader sees, and nothing that was hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import html_to_text
from passerelle.messages.html.text import TEXT_CHARS


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("a<br>b", "a\nb", id="line-break"),
        pytest.param("<p>a</p><p>b</p>", "a\n\nb", id="paragraphs"),
        pytest.param("<div>a</div><div>b</div>", "a\nb", id="blocks"),
        pytest.param("a  \n <b>b</b>c", "a bc", id="spaces-run-together"),
        pytest.param("a&nbsp;&lt;&eacute;&#233;&bogus;", "a <éé&bogus;", id="entities"),
        pytest.param("<ul><li>a<li>b</ul>", "- a\n- b", id="list"),
        pytest.param("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b", id="numbered-list"),
        pytest.param("<ul><li>a<ul><li>b</ul></ul>", "- a\n  - b", id="list-in-a-list"),
        pytest.param(
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>",
            "a | b\nc | d",
            id="table-by-rows",
        ),
        pytest.param('<a href="https://x.example/">go</a>', "go <https://x.example/>", id="link"),
        pytest.param(
            '<a href="https://x.example/">https://x.example</a>', "https://x.example", id="same"
        ),
        pytest.param('<a href="javascript:x()">go</a>', "go", id="script-link"),
        pytest.param('<a href="mailto:a@b.example">me</a>', "me <a@b.example>", id="mail-link"),
        pytest.param("<blockquote>a<br>b</blockquote>c", "> a\n> b\nc", id="quotation"),
        pytest.param(
            "<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n> > b", id="quoted-twice"
        ),
        pytest.param("a<script>x()</script><style>y</style>b", "ab", id="scripts-and-styles"),
        pytest.param("<head><title>t</title></head><body>a", "a", id="head"),
        pytest.param('a<span style="display: none">x</span>b', "ab", id="hidden-by-style"),
        pytest.param("a<div style='DISPLAY:NONE'><p>x</p></div>b", "ab", id="hidden-with-children"),
        pytest.param("a<div hidden>x</div>b", "ab", id="hidden-by-attribute"),
        pytest.param('a<i style="font-size:0px">x</i>b', "ab", id="hidden-by-size"),
        pytest.param('a<i style="font-size:0.9em">x</i>b', "axb", id="small-is-not-hidden"),
        pytest.param('a<i title="hidden">x</i>b', "axb", id="a-word-is-not-an-attribute"),
        pytest.param("a<!-- x <b> -->b", "ab", id="comment"),
        pytest.param("a<!--[if mso]>x<![endif]-->b", "ab", id="conditional-comment"),
        pytest.param("<pre>a\n  b</pre>", "a\n  b", id="preformatted"),
        pytest.param('<img alt="Logo" src="x">', "Logo", id="picture-by-its-text"),
        pytest.param("1 < 2", "1 < 2", id="a-character-that-is-no-tag"),
        pytest.param("1 <<b>2</b>", "1 <2", id="such-a-character-before-a-tag"),
        pytest.param("a<hr>b", f"a\n{'-' * 20}\nb", id="a-line-across"),
        pytest.param('<a title=">">x</a>', "x", id="greater-in-a-quote"),
        pytest.param("a\0b", "ab", id="nul"),
        pytest.param("&#xD800;a", "\ufffda", id="surrogate-entity"),
    ],
)
def test_html_to_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


TAGS = "< > </ <!-- --> <p> </p> <ul> <li> </ul> <ol> <blockquote> <td> <table> </table> <pre>"
OTHERS = ["</a>", "<script>", "</script>", "&amp", "&#", "'", '"', "\0", "\n", "a", "<div hidden>"]
PIECES = st.sampled_from([*TAGS.split(" "), *OTHERS, '<a href="', "<div style='display:none'>"])


@given(st.lists(PIECES | st.text(max_size=5), max_size=60).map("".join))
def test_it_never_raises_and_never_grows_much(html: str) -> None:
    text = html_to_text(html)
    text.encode("utf-8")
    assert "\0" not in text
    assert len(text) <= 60 * (len(html) + 1)


@pytest.mark.parametrize("piece", ["<ul><li>", "<blockquote>x", "<b>", "</i>", "<a '>", "<p>x"])
def test_repeated_pieces_stay_bounded(piece: str) -> None:
    assert len(html_to_text(piece * 10_000)) <= TEXT_CHARS
