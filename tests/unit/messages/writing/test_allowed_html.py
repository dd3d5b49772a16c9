"""What of a page may leave here in a letter."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import allowed_html

pieces = st.lists(
    st.sampled_from(
        (
            *("<p>", "</p>", "<script>", "</script>", "<img src=x onerror=alert(1)>", "<b", ">"),
            *("<svg/onload=alert(1)>", '<a href="javascript:alert(1)">', "<iframe>", "<style>"),
            *("<math><mtext>", "<table><td>", "<noscript>", "</title>", "<form action=//x>"),
            *("\0", "x", "<!--"),
        )
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        pytest.param("<p>a<b>b</b></p>", "<p>a<b>b</b></p>", id="plain-formatting-stays"),
        pytest.param("<script>x()</script>a", "a", id="a-script-goes-with-what-it-holds"),
        pytest.param("<p onclick=x()>a</p>", "<p>a</p>", id="a-handler-goes"),
        pytest.param('<img src="https://x.example/1.png">a', "a", id="nothing-is-loaded"),
        pytest.param('<a href="javascript:x()">a</a>', "<a>a</a>", id="no-script-in-a-link"),
        pytest.param('<a href="/admin">a</a>', "<a>a</a>", id="no-link-without-a-scheme"),
        pytest.param(
            '<a href="https://x.example">a</a>',
            '<a href="https://x.example">a</a>',
            id="links-stay",
        ),
        pytest.param(
            '<p style="color: red; position: fixed; background: url(http://x)">a</p>',
            '<p style="color:red">a</p>',
            id="of-a-style-only-what-loads-and-covers-nothing",
        ),
        pytest.param("<form><input name=q>a</form>", "a", id="no-form"),
        pytest.param("<p>a <b>b", "<p>a <b>b</b></p>", id="what-is-open-is-closed"),
        pytest.param("a<!-- b -->c", "ac", id="no-comment"),
        pytest.param("a\0b", "ab", id="no-nul"),
    ],
)
def test_what_stays(html: str, kept: str) -> None:
    assert allowed_html(html) == kept


@given(pieces)
def test_whatever_comes_nothing_runs_and_it_is_clean_at_once(html: str) -> None:
    kept = allowed_html(html)
    assert allowed_html(kept) == kept
    for name, attributes in re.findall(r"<([a-z0-9]+)([^>]*)>", kept.lower()):
        assert name in {"p", "b", "a", "table", "tbody", "tr", "td"}
        assert not re.search(r"\bon\w+=|javascript:", attributes)
