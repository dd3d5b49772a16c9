"""Earlier messages of HTML letters: how each mail program marks them, and what comes out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages.showing.earlier_html import fold_html
from passerelle.messages.showing.flattening import flatten
from passerelle.messages.showing.sanitising import TAGS, sanitise

OUTLOOK_FR = (
    "<p class='MsoNormal'><b>De&nbsp;:</b> Marie &lt;marie@client.example&gt;<br>"
    "<b>Envoyé&nbsp;:</b> mardi 12 mars 2024 10:15<br><b>À&nbsp;:</b> Support<br>"
    "<b>Objet&nbsp;:</b> Commande</p>"
)
OUTLOOK_EN = (
    "<p class='MsoNormal'><b>From:</b> Marie<br><b>Sent:</b> Tuesday, 12 March 2024 10:15<br>"
    "<b>To:</b> Support<br><b>Subject:</b> Order</p>"
)
FOLDED = re.compile(r"<details><summary>Plus tôt</summary>(.*?)</details>(.*)", re.DOTALL)


def parted(source: str) -> tuple[str, str, str]:
    """The texts above, within and below."""
    written = sanitise(source, {}, remote=False, earlier="Plus tôt").html
    match = FOLDED.search(written)
    if match is None:
        return texts(written), "", ""
    return texts(written[: match.start()]), texts(match[1]), texts(match[2])


def texts(source: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", source).replace("&nbsp;", " ").split())


@pytest.mark.parametrize(
    "letter",
    [
        pytest.param(
            "<div dir='ltr'>OWN</div><br><div class='gmail_quote gmail_quote_container'>"
            "<div dir='ltr' class='gmail_attr'>On Tue, Mar 12, 2024 at 10:15 Marie &lt;<a "
            "href='mailto:m@c.example'>m@c.example</a>&gt; wrote:<br></div><blockquote "
            "class='gmail_quote' style='margin:0'><div>OLD</div></blockquote></div>",
            id="gmail",
        ),
        pytest.param(
            "<div dir='ltr'>OWN</div><div class='gmail_quote'><div class='gmail_attr'>"
            "W dniu wt., 12 mar 2024, Marie napisał(a):<br></div><blockquote class='gmail_quote'>"
            "OLD</blockquote></div>",
            id="gmail-in-a-language-unknown-here",
        ),
        pytest.param(
            "OWN<div class='gmail_quote'>Le mar. 12 mars 2024 à 10:15, Marie Dubois <br>"
            "&lt;m@c.example&gt; a écrit&nbsp;:<blockquote>OLD</blockquote></div>",
            id="gmail-of-old-fr",
        ),
        pytest.param(
            "<p>OWN</p><div class='moz-cite-prefix'>Le 12/03/2024 à 10:15, Marie a écrit&nbsp;:"
            "<br></div><blockquote type='cite' cite='mid:x@y'><p>OLD</p></blockquote>",
            id="thunderbird-fr",
        ),
        pytest.param(
            "<html><head><style>p{}</style></head><body>OWN<br><br><blockquote type='cite'>"
            "<div>On 12 Mar 2024, at 10:15, Marie wrote:</div><br><div>OLD</div></blockquote>",
            id="apple-mail",
        ),
        pytest.param(
            "<div>OWN</div><div><br><blockquote type='cite'>Le 12 mars 2024 à 10:15, Marie a "
            "écrit :<br></blockquote></div><blockquote type='cite'>OLD</blockquote>",
            id="iphone-fr",
        ),
        pytest.param(
            "<div class='WordSection1'><p class='MsoNormal'>OWN</p><div><div style='border:none;"
            f"border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>{OUTLOOK_FR}</div></div>"
            "<p class='MsoNormal'>OLD</p></div>",
            id="outlook-fr",
        ),
        pytest.param(
            f"<div class='WordSection1'><p>OWN</p>{OUTLOOK_EN}<p>OLD</p></div>", id="outlook"
        ),
        pytest.param(
            "<div>OWN</div><div id='appendonsend'></div><hr style='display:inline-block;width:98%'"
            " tabindex='-1'><div id='divRplyFwdMsg' dir='ltr'><font><b>Od:</b> Marie<br>"
            "<b>Wysłano:</b> 12</font><div>&nbsp;</div></div><div>OLD</div>",
            id="outlook-on-the-web-in-a-language-unknown-here",
        ),
        pytest.param(
            "<div>OWN</div><hr><div id='x_divRplyFwdMsg'><b>Von:</b> Marie</div><div>OLD</div>",
            id="outlook-passed-on-by-outlook",
        ),
        pytest.param(
            "<div>OWN</div><div id='mail-editor-reference-message-container'><div>"
            f"{OUTLOOK_EN}</div><div>OLD</div></div>",
            id="new-outlook",
        ),
        pytest.param(
            "<div>OWN</div><div id='ydp1yahoo_quoted_1' class='yahoo_quoted'><div>On Tuesday, "
            "Marie wrote:</div><div>OLD</div></div>",
            id="yahoo",
        ),
        pytest.param(
            "<div>OWN</div><hr id='zwchr' data-marker='__DIVIDER__'><div><b>De: </b>\"Marie\"<br>"
            "<b>À: </b>Support<br></div><div>OLD</div>",
            id="zimbra-fr",
        ),
        pytest.param(
            "<div>OWN</div><div class='protonmail_quote'>On Tuesday, March 12th, 2024 at 10:15, "
            "Marie &lt;m@c.example&gt; wrote:<br><blockquote class='protonmail_quote' "
            "type='cite'>OLD</blockquote></div>",
            id="proton",
        ),
        pytest.param(
            "<p>OWN</p><p id='reply-intro'>Am 12.03.2024 10:15, schrieb Marie:</p><blockquote "
            "type='cite'>OLD</blockquote>",
            id="roundcube-de",
        ),
        pytest.param(
            "<p>OWN</p><p>Le 12 mars 2024 à 10:15, Marie a écrit :</p><blockquote><p>OLD</p>"
            "</blockquote>",
            id="our-own-fr",
        ),
        pytest.param(
            "<pre>OWN\n\nOn 12 Mar 2024, Marie wrote:\n&gt; OLD\n</pre>", id="text-within-pre"
        ),
        pytest.param(
            "<p>OWN</p><p>-----Message d'origine-----<br>De : Marie</p><p>OLD</p>",
            id="message-d-origine",
        ),
        pytest.param(
            "<table><tr><td>OWN</td></tr><tr><td><p>On 12 Mar 2024, Marie wrote:</p><blockquote "
            "type='cite'>OLD</blockquote></td></tr></table>",
            id="in-a-table",
        ),
        pytest.param(
            "<p>OWN</p><p>On 12 Mar 2024, Marie wrote:</p><blockquote type='cite'>OLD</blockquote>"
            "<img src='https://a.example/x.gif' width='1' height='1'>",
            id="with-a-counter-below",
        ),
    ],
)
def test_what_an_answer_drags_along_is_folded(letter: str) -> None:
    above, within, below = parted(letter)
    assert above == "OWN"
    assert within.endswith("OLD")
    assert below == ""


@pytest.mark.parametrize(
    "letter",
    [
        pytest.param("<p>OWN</p>", id="no-answer"),
        pytest.param(
            "<p>OWN</p><p>As <a href='https://x.example/?cite=1'>Kant</a> said:</p>"
            "<blockquote>Dare to know.</blockquote>",
            id="a-link-that-looks-like-a-mark",
        ),
        pytest.param("", id="nothing"),
        pytest.param("<blockquote type='cite'><p>OLD</p></blockquote>", id="only-a-quotation"),
        pytest.param(f"{OUTLOOK_EN}<p>OLD</p>", id="only-another-message"),
        pytest.param(
            "<div id='appendonsend'></div><hr><div id='divRplyFwdMsg'><b>From:</b> M</div>OLD",
            id="only-another-message-by-its-mark",
        ),
        pytest.param(
            f"<div style='display: none'>preview</div>{OUTLOOK_EN}<p>OLD</p>",
            id="nothing-that-is-seen-above",
        ),
        pytest.param("<blockquote type='cite'>OLD</blockquote><p>OWN</p>", id="answered-below"),
        pytest.param(
            "<div class='gmail_quote'><div class='gmail_attr'>On 12 Mar, Marie wrote:</div>"
            "<blockquote class='gmail_quote'>OLD</blockquote><div>OWN</div></div>",
            id="answered-below-in-gmail",
        ),
        pytest.param(
            "<p>OWN</p><div class='gmail_quote'><div class='gmail_attr'>---------- Forwarded "
            "message ---------<br>From: Marie<br>Date: 12<br>Subject: x</div>OLD</div>",
            id="forward-of-gmail",
        ),
        pytest.param(
            "<p>OWN</p><div class='gmail_quote'><div class='gmail_attr'>---------- Doorgestuurd"
            "e boodschap ----------<br>Van: Marie</div><p>OLD</p></div>",
            id="forward-of-gmail-in-words-unknown-here",
        ),
        pytest.param(
            "<p>OWN. As Kant said:</p><blockquote><p>Dare</p><p>to</p><p>know</p></blockquote>",
            id="a-citation-of-its-own",
        ),
    ],
)
def test_nothing_of_its_own_is_hidden(letter: str) -> None:
    assert parted(letter)[1] == ""


def test_a_picture_is_an_answer() -> None:
    letter = (
        "<img src='cid:screen'><p>On 12 Mar, Marie wrote:</p><blockquote type='cite'>OLD"
        "</blockquote>"
    )
    assert parted(letter)[1] == "On 12 Mar, Marie wrote: OLD"


def test_a_signature_below_a_quotation_stays() -> None:
    letter = (
        "<div><p>OWN</p><p>On 12 Mar, Marie wrote:</p><blockquote type='cite'>OLD</blockquote>"
        "<div class='moz-signature'>-- <br>Anne</div></div>"
    )
    assert parted(letter) == ("OWN", "On 12 Mar, Marie wrote: OLD", "-- Anne")


def test_what_is_open_where_it_begins_is_open_on_both_sides() -> None:
    flat = flatten(
        "<table><tr><td bgcolor='red'>OWN<p id='reply-intro'>Le 12 a écrit :</p>"
        "<blockquote type='cite'>OLD</blockquote></td></tr></table>",
        TAGS,
    )
    assert fold_html(flat, "a & b") == (
        '<table><tr><td bgcolor="red">OWN</td></tr></table><details><summary>a &amp; b</summary>'
        '<table><tr><td bgcolor="red"><p id="reply-intro">Le 12 a écrit :</p>'
        '<blockquote type="cite">OLD</blockquote></td></tr></table></details>'
    )


PIECES = st.sampled_from(
    [
        *("<div>", "</div>", "<p>", "<br>", "<hr>", "<table><tr><td>", "</td>", "</table>", "<b>"),
        *("<blockquote type='cite'>", "<blockquote>", "</blockquote>", "<pre>", "</pre>", "own"),
        *("On 12 Mar, Marie <m@x.example> wrote:", "&lt;", "<div class='gmail_quote'>", "\n> q\n"),
        *("<div id='divRplyFwdMsg'>", "<div style='display:none'>", "<img src='cid:a'>", "--<br>"),
        *("<br>From: a<br>Sent: b<br>Subject: c<br>", "<summary>", "<details>", "</details>"),
    ]
)


@given(st.lists(PIECES, max_size=25))
def test_it_stays_balanced_and_nothing_is_lost(pieces: list[str]) -> None:
    flat = flatten("".join(pieces), TAGS)
    folded = fold_html(flat, "TITLE")
    assert texts(folded).replace("TITLE", "").split() == texts(flat).split()
    stack: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z0-9]+)", folded):
        if name in {"br", "hr", "img"}:
            continue
        if closing:
            assert stack.pop() == name
        else:
            stack.append(name)
    assert stack == []
