"""Letters written anew: balanced, bounded, with the same texts."""

import pytest

from passerelle.messages.showing.flattening import DEPTH, TOKENS, WRITTEN_CHARS, flatten

ALLOWED = frozenset({"a", "b", "br", "div", "i", "li", "p", "table", "td", "tr", "ul"})


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<b>x", "<b>x</b>", id="an-end-is-added"),
        pytest.param("x</b>", "x", id="an-end-without-a-start"),
        pytest.param("<b><i>x</b>y</i>", "<b><i>x</i></b>y", id="crossed"),
        pytest.param("<ul><li>1<li>2</ul>", "<ul><li>1</li><li>2</li></ul>", id="items"),
        pytest.param(
            "<table><tr><td>1<td>2<tr><td>3</table>",
            "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>",
            id="cells-and-rows",
        ),
        pytest.param("a<br>b", "a<br>b", id="void"),
        pytest.param("<x><b>y</b></x>", "<b>y</b>", id="others-leave-their-text"),
        pytest.param("1 &lt; 2 & 3", "1 &lt; 2 &amp; 3", id="text-stays-text"),
        pytest.param(
            "<a href=x title='\"&gt;'>y</a>",
            '<a href="x" title="&quot;&gt;">y</a>',
            id="attributes-in-quotes",
        ),
        pytest.param("<a href=1 HREF=2>y</a>", '<a href="1">y</a>', id="each-attribute-once"),
    ],
)
def test_flatten(html: str, expected: str) -> None:
    assert flatten(html, ALLOWED) == expected


def test_depth_length_and_number_are_bounded() -> None:
    assert flatten("<div>" * 1_000 + "x", ALLOWED).count("<div>") == DEPTH
    assert flatten("<br>" * (TOKENS + 9), ALLOWED).count("<br>") == TOKENS
    assert len(flatten("&" * WRITTEN_CHARS, ALLOWED)) <= WRITTEN_CHARS
