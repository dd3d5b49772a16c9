"""Images in a text: those of this email alone, told in the plain alternative, and found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages import (
    allowed_html,
    images_in,
    named_images,
    new_content_id,
    text_as_seen,
    with_images,
    written_text,
)

OURS = {"a@x.example": "a@x.example", "their@logo": "b@x.example"}


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        pytest.param(
            '<p>a<img src="cid:a@x.example" alt="Logo" width="20">b</p>',
            '<p>a<img src="cid:a@x.example" alt="Logo" width="20">b</p>',
            id="one-of-this-email-stays",
        ),
        pytest.param(
            '<img src="CID:their%40logo">', '<img src="cid:b@x.example">', id="under-its-own-name"
        ),
        pytest.param('a<img src="cid:other@x.example">', "a", id="nobody-elses"),
        pytest.param('a<img src="https://x.example/1.png">', "a", id="nothing-is-loaded"),
        pytest.param('a<img src="data:image/png;base64,AA==">', "a", id="nothing-is-hidden"),
        pytest.param('a<img alt=" src=cid:a@x.example">', "a", id="no-image-by-its-words"),
        pytest.param(
            '<img src="cid:a@x.example" onerror="x()" srcset="//x" width="99999" height="1%">',
            '<img src="cid:a@x.example">',
            id="nothing-but-its-size-and-name",
        ),
        pytest.param('<a href="cid:a@x.example">a</a>', "<a>a</a>", id="no-link-to-one"),
        pytest.param(
            '<p style="background:url(cid:a@x.example)">a</p>',
            '<p style="">a</p>',
            id="no-background",
        ),
        pytest.param('<svg><image href="cid:a@x.example"/></svg>', "", id="no-drawing"),
    ],
)
def test_which_images_stay(html: str, kept: str) -> None:
    assert allowed_html(html, OURS) == kept
    assert "<img" not in allowed_html(html)


pieces = st.lists(
    st.sampled_from(
        (
            *(
                '<img src="cid:a@x.example"',
                ">",
                " alt='>",
                '"',
                "<p>",
                "</p>",
                "<a href='cid:",
                "x",
            ),
            *('<img src="cid:evil">', "<img>", " src=", "<table><td>", "<!--", "<svg>", "<style>"),
            *("cid:a@x.example", "onerror=x()", "'", "&quot;", "<img alt='a src=&quot;cid:evil'>"),
        )
    ),
    max_size=12,
).map("".join)


@given(pieces)
def test_whatever_comes_only_known_images_stay_and_it_is_clean_at_once(html: str) -> None:
    kept = allowed_html(html, {"a@x.example": "a@x.example"})
    assert allowed_html(kept, {"a@x.example": "a@x.example"}) == kept
    assert images_in(kept) <= {"a@x.example"}
    assert kept.count("<img") == kept.count('src="cid:a@x.example"')


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param('<p>a <img src="cid:x" alt="Plan"> b</p>', "a [image: Plan] b", id="named"),
        pytest.param('<p><img src="cid:x"></p>', "[image]", id="without-a-name"),
        pytest.param('<img src="cid:x" alt="&lt;b&gt; &amp;">', "[image: <b> &]", id="no-markup"),
    ],
)
def test_the_text_tells_of_it(html: str, text: str) -> None:
    assert written_text(html) == text
    assert text_as_seen(html) == text


@pytest.mark.parametrize(
    ("html", "placed"),
    [
        pytest.param("<p>a</p>", "<p>a</p>IMAGE", id="at-the-end"),
        pytest.param(
            "<p>a</p><p>B wrote:</p><blockquote>c</blockquote>",
            "<p>a</p>IMAGE<p>B wrote:</p><blockquote>c</blockquote>",
            id="above-the-quotation",
        ),
    ],
)
def test_where_it_stands_without_an_editor(html: str, placed: str) -> None:
    shown = with_images(html, [("a@x.example", 'a"<b>.png')])
    image = '<p><img src="cid:a@x.example" alt="a&quot;&lt;b&gt;.png"></p>'
    assert shown == placed.replace("IMAGE", image)
    assert images_in(allowed_html(shown, OURS)) == {"a@x.example"}


def test_names() -> None:
    assert new_content_id("<1.a@example.com>", "0f") == "0f@example.com"
    assert new_content_id("<1.a@[10.0.0.1]>", "0f") == "0f@-10.0.0.1-"
    assert named_images("<img src='CID:a%40b'> cid:c") == {"a@b", "c"}
