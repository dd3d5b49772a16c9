"""The earlier message below an answer, and in a forward."""

from passerelle.messages import (
    Address,
    Quoted,
    forward_html,
    forward_text,
    quote_reply,
    reply_html,
    text_to_html,
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
