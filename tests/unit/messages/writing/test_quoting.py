"""The earlier message below an answer, and in a forward."""

import pytest

from passerelle.messages import (
    Address,
    Quoted,
    forward_html,
    forward_text,
    quote_reply,
    reply_html,
    text_to_html,
    with_signature,
)

BOB = Address("Bob <b>", "bob@example.com")
MESSAGE = Quoted(
    title="Forwarded message",
    head=(("From:", "Bob <bob@example.com>"), ("Subject:", "Order")),
    text="\nHello\n> older\n",
    html="<p>Hello</p><script>alert(1)</script>",
)


def test_a_reply_quotes_what_it_answers() -> None:
    text = quote_reply("Hello\n\n> older\n", BOB, None, lambda who, _: f"{who} wrote:")
    assert text == "\n\nBob <b> wrote:\n> Hello\n>\n>> older\n"


def test_a_reply_in_html_quotes_in_a_block() -> None:
    html = reply_html("<p>Hello<img src=x></p>", BOB, None, lambda who, _: f"{who} wrote:")
    assert html == ("<p><br></p><p>Bob &lt;b&gt; wrote:</p><blockquote><p>Hello</p></blockquote>")


def test_a_forward_leaves_the_message_as_it_is() -> None:
    assert forward_text(MESSAGE) == (
        "\n\n---------- Forwarded message ----------\n"
        "From: Bob <bob@example.com>\nSubject: Order\n\nHello\n> older\n"
    )


def test_a_forward_in_html_runs_nothing_of_the_message() -> None:
    assert forward_html(MESSAGE) == (
        "<p><br></p><p>---------- Forwarded message ----------<br>"
        "<b>From:</b> Bob &lt;bob@example.com&gt;<br><b>Subject:</b> Order</p>"
        "<div><p>Hello</p></div>"
    )


def test_text_as_html_looks_alike() -> None:
    assert text_to_html("a < b\nc\n\nd\n") == "<p>a &lt; b<br>c</p><p>d</p>"


QUOTED = "<p>Carla wrote:</p><blockquote><p>old</p></blockquote>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("", "<p>new</p>", id="an-empty-draft"),
        pytest.param("<p>Hi</p><p>old</p>", "<p>Hi</p><p>new</p>", id="at-the-end"),
        pytest.param("<p>old</p><p>PS</p>", "<p>new</p><p>PS</p>", id="what-is-below-stays"),
        pytest.param(f"<p>old</p>{QUOTED}", f"<p>new</p>{QUOTED}", id="above-a-quotation"),
        pytest.param(QUOTED, f"<p>new</p>{QUOTED}", id="in-the-quotation-it-stays"),
        pytest.param("<p>old one</p>", "<p>old one</p><p>new</p>", id="changed-it-stays"),
        pytest.param("<p>old</p><p>Ltd</p>", "<p>new</p>", id="of-two-that-begin-alike-the-whole"),
        pytest.param(
            "<div><p>old</p></div>", "<div><p>old</p></div><p>new</p>", id="a-part-of-something"
        ),
        pytest.param("<p>Hi</p>Ann", "<p>Hi</p><p>new</p>", id="without-a-paragraph"),
        pytest.param("<p>I, Ann</p>", "<p>I, Ann</p><p>new</p>", id="a-word-is-no-signature"),
        pytest.param("<p>old</p><p>x</p><p>old</p>", "<p>old</p><p>x</p><p>new</p>", id="the-last"),
    ],
)
def test_a_signature_takes_the_place_of_one_that_is_unchanged(source: str, expected: str) -> None:
    former = ["", "<p>old</p>", "<p>old</p><p>Ltd</p>", "Ann"]
    assert with_signature(source, "<p>new</p>", former) == expected
