"""Which lines are dragged along: what each mail program writes, in two languages and some more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages.showing import earlier
from passerelle.messages.showing.earlier import CHARS, LINES, Folded, fold_text

OUTLOOK_EN = (
    "From: Marie Dubois <marie@client.example>\nSent: Tuesday, 12 March 2024 10:15\n"
    "To: Support <support@company.example>\nSubject: Order 4711"
)
OUTLOOK_FR = (
    "De : Marie Dubois <marie@client.example>\nEnvoyé : mardi 12 mars 2024 10:15\n"
    "À : Support <support@company.example>\nObjet : Commande 4711"
)
OUTLOOK_DE = (
    "Von: Marie Dubois\nGesendet: Dienstag, 12. März 2024 10:15\nAn: Support\nBetreff: Bestellung"
)
QUOTED = "> Where is my order?\n>\n> Marie"


YAHOO = "On Tuesday, March 12, 2024 at 10:15:32 AM GMT+1, Marie <marie@client.example> wrote:"


@pytest.mark.parametrize(
    "earlier_messages",
    [
        pytest.param(f"On 12 Mar 2024, Marie Dubois wrote:\n{QUOTED}", id="thunderbird"),
        pytest.param(f"Le 12/03/2024 à 10:15, Marie a écrit :\n{QUOTED}", id="thunderbird-fr"),
        pytest.param(
            f"Le 12/03/2024 à 10:15, Marie a écrit\xa0:\n{QUOTED}", id="hard-space-before-colon"
        ),
        pytest.param(
            f"On Tue, Mar 12, 2024 at 10:15 AM Marie Dubois <marie@client.example>\nwrote:\n\n"
            f"{QUOTED}",
            id="gmail-broken-over-two-lines",
        ),
        pytest.param(
            f"Le mar. 12 mars 2024 à 10:15, Marie Dubois\n<marie.dubois@client.example> a écrit :"
            f"\n\n{QUOTED}",
            id="gmail-fr-broken-over-two-lines",
        ),
        pytest.param(
            f"Le mar. 12 mars 2024 à 10:15,\nMarie Dubois de la Tour\n<m@client.example> a\nécrit :"
            f"\n\n{QUOTED}",
            id="broken-over-four-lines",
        ),
        pytest.param(f"Am 12.03.24 um 10:15 schrieb Marie Dubois:\n{QUOTED}", id="thunderbird-de"),
        pytest.param(f"El 12/3/24 a las 10:15, Marie escribió:\n{QUOTED}", id="thunderbird-es"),
        pytest.param(f"Il 12/03/24 10:15, Marie ha scritto:\n{QUOTED}", id="thunderbird-it"),
        pytest.param(f"Op 12-03-2024 om 10:15 schreef Marie:\n{QUOTED}", id="thunderbird-nl"),
        pytest.param(f"Marie Dubois wrote:\n{QUOTED}", id="mutt-without-a-date"),
        pytest.param(f"Marie Dubois a écrit le 12 mars :\n{QUOTED}", id="another-order-fr"),
        pytest.param(
            f"2024-03-12 10:15 GMT+01:00 Marie Dubois <marie@client.example>:\n\n{QUOTED}",
            id="gmail-of-old",
        ),
        pytest.param("On 12 Mar 2024, Marie wrote:\n> Yes.", id="one-line-after-its-introduction"),
        pytest.param(QUOTED, id="three-lines-without-introduction"),
        pytest.param(
            f"On 12 Mar 2024, Marie wrote:\n{QUOTED}\n>> On 11 Mar 2024, Paul wrote:\n>>> Hello",
            id="quotations-in-quotations",
        ),
        pytest.param(f"{OUTLOOK_EN}\n\nWhere is my order?\n\nMarie", id="outlook"),
        pytest.param(f"{OUTLOOK_FR}\n\nOù est ma commande ?\n\nMarie", id="outlook-fr"),
        pytest.param(f"{OUTLOOK_DE}\n\nWo ist meine Bestellung?", id="outlook-de"),
        pytest.param(
            f"________________________________\n{OUTLOOK_EN}\n\nWhere?", id="outlook-with-a-line"
        ),
        pytest.param(
            f"________________________________\n{OUTLOOK_FR}\n\nOù ?", id="outlook-fr-with-a-line"
        ),
        pytest.param(
            "*From:* Marie\n*Sent:* 12 March 2024\n*To:* Support\n*Subject:* Order\n\nWhere?",
            id="outlook-bold-as-text",
        ),
        pytest.param(
            "De : Marie\nDate : mardi 12 mars 2024 à 10:15\nÀ : Support\nCc : Paul, Anne,\n"
            " Jeanne, Luc\nObjet : Commande\n\nOù ?",
            id="outlook-for-mac-fr-with-many-recipients",
        ),
        pytest.param(
            f"-----Original Message-----\n{OUTLOOK_EN}\n\nWhere?", id="outlook-original-message"
        ),
        pytest.param(
            f"-----Message d’origine-----\n{OUTLOOK_FR}\n\nOù ?", id="outlook-message-d-origine"
        ),
        pytest.param(
            "-----Message d'origine-----\nDe : Marie\n\nOù ?", id="a-short-head-behind-its-line"
        ),
        pytest.param("-------- Message original --------\nDe : Marie\nOù ?", id="samsung-fr"),
        pytest.param(
            "-----Ursprüngliche Nachricht-----\nVon: Marie\nWo?", id="outlook-original-de"
        ),
        pytest.param(
            "-----Original Message-----\n> From: Marie\n> Sent: 12 March\n> Where?",
            id="outlook-with-marks",
        ),
        pytest.param(
            f"{YAHOO}\n\nWhere is my order?\n\nMarie",
            id="yahoo-without-marks",
        ),
        pytest.param(
            "Le mardi 12 mars 2024 à 10:15:32 UTC+1, Marie <marie@client.example> a écrit :"
            "\n\nOù est ma commande ?\n\nMarie",
            id="yahoo-fr-without-marks",
        ),
        pytest.param(
            f"{OUTLOOK_EN}\n\nAs I wrote:\n> Where?\nPlease answer.\n-- \nMarie",
            id="answers-within-what-is-dragged-along",
        ),
    ],
)
def test_what_an_answer_drags_along_is_apart(earlier_messages: str) -> None:
    own = "Bonjour,\n\nit left this morning. Il est parti.\n\nAnne"
    assert fold_text(f"{own}\n\n\n{earlier_messages}") == Folded(own, earlier_messages)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Where is my order?\n\nMarie", id="no-answer"),
        pytest.param("", id="nothing"),
        pytest.param("\n\n", id="blank"),
        pytest.param(f"On 12 Mar 2024, Marie wrote:\n{QUOTED}", id="nothing-but-a-quotation"),
        pytest.param(f"{OUTLOOK_EN}\n\nWhere?", id="nothing-but-another-message"),
        pytest.param(f"-----\n{OUTLOOK_FR}\n\nOù ?", id="nothing-but-a-line-and-a-message"),
        pytest.param(
            f"On 12 Mar 2024, Marie wrote:\n{QUOTED}\n\nIt left this morning.", id="answered-below"
        ),
        pytest.param(
            "Le 12 mars, Marie <m@client.example> a écrit :\n> Où ?\n\nEn route.\n> Quand ?\n\n"
            "Ce matin.",
            id="answered-between",
        ),
        pytest.param(
            f"-----Original Message-----\n{QUOTED}\nIt left.\n> And when?\nThis morning.",
            id="answered-between-in-outlook",
        ),
        pytest.param(
            f"For you.\n\n---------- Forwarded message ---------\n{OUTLOOK_EN}\n\n{QUOTED}",
            id="forward",
        ),
        pytest.param(
            f"Pour toi.\n\n-------- Message transféré --------\n{OUTLOOK_FR}\n\n{QUOTED}",
            id="forward-fr",
        ),
        pytest.param(
            f"Pour toi.\n\nDébut du message transféré :\n\n{OUTLOOK_FR}\n\nOù ?",
            id="forward-of-apple-fr",
        ),
        pytest.param("As Kant said:\n> Dare to know.", id="one-line-cited"),
        pytest.param("My journey\nFrom: Lyon\nTo: Paris\nDate: 12 March", id="a-journey"),
        pytest.param(
            "Oui.\n\nLe directeur a écrit :\n\nOn livre lundi 12.", id="told-not-quoted-fr"
        ),
        pytest.param("Yes.\n\nHe wrote at 10:15:\n\nWe deliver.", id="told-not-quoted"),
        pytest.param("Yes.\n\nOn Monday 12 Marie wrote:\n\nWe deliver.", id="told-with-a-day"),
        pytest.param(f"Yes.\n\n{YAHOO}\n> Where?\nIt left.", id="answered-below-yahoo"),
        pytest.param(f"Yes.\n\n{YAHOO}\n\n> Where?\n\nIt left.", id="answered-below-a-gap"),
        pytest.param("Envoyé de mon iPhone", id="signature-alone"),
        pytest.param("One\n-----\nTwo\n_____\nThree", id="lines-drawn"),
        pytest.param("See:\nhttps://a.example/?from:1\nSent: x\nSubject: y", id="an-address"),
    ],
)
def test_nothing_of_its_own_is_hidden(text: str) -> None:
    assert fold_text(text) == Folded(text)


def test_a_signature_below_a_quotation_stays() -> None:
    text = f"It left.\n\nOn 12 Mar 2024, Marie wrote:\n{QUOTED}\n\n-- \nAnne\nSupport"
    assert fold_text(text) == Folded(
        "It left.", f"On 12 Mar 2024, Marie wrote:\n{QUOTED}", "-- \nAnne\nSupport"
    )


def test_a_sentence_before_an_introduction_stays() -> None:
    text = f"On Monday 12 we deliver.\nMarie wrote:\n{QUOTED}"
    assert fold_text(text) == Folded("On Monday 12 we deliver.", f"Marie wrote:\n{QUOTED}")


@pytest.mark.parametrize("introduced", [YAHOO, YAHOO.replace(", Marie", ",\nMarie")])
def test_a_line_right_above_an_introduction_stays(introduced: str) -> None:
    earlier_messages = f"{introduced}\n\nWhere is my order?"
    assert fold_text(f"Hi,\nit left.\n{earlier_messages}") == Folded(
        "Hi,\nit left.", earlier_messages
    )


def test_what_is_between_the_last_answer_and_the_end_is_folded() -> None:
    text = f"Le 12 mars, Marie a écrit :\n> Où ?\n\nEn route.\n\n{QUOTED}"
    assert fold_text(text) == Folded("Le 12 mars, Marie a écrit :\n> Où ?\n\nEn route.", QUOTED)


def test_very_long_texts_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "CHARS", 200)
    long = f"own\n\nOn 12 Mar, Marie wrote:\n{'> x' * 100}"
    assert fold_text(long) == Folded(long)
    monkeypatch.setattr(earlier, "CHARS", CHARS)
    monkeypatch.setattr(earlier, "LINES", 10)
    lines = "own\n" + "> x\n" * 10
    assert fold_text(lines) == Folded(lines)
    assert LINES > 1_000


PIECES = st.sampled_from(
    [
        *("own", "", "> quoted", ">", "On 12 Mar, Marie <m@x.example> wrote:", "wrote:", "-- "),
        *("-----Original Message-----", "________", "From: a", "Sent: b", "Subject: c", ":"),
        *("De : a", "Envoyé : b", "Objet : c", "---------- Forwarded message ---------", "\xa0"),
    ]
)


@given(st.lists(PIECES, max_size=30))
def test_no_line_is_lost_and_the_first_is_shown(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    folded = fold_text(text)
    together = "\n".join([folded.above, folded.earlier, folded.below])
    assert [one for one in together.split("\n") if one] == [one for one in pieces if one]
    if folded.earlier:
        assert folded.above.strip()
        assert fold_text(folded.above).above


@given(st.text(alphabet="ab>:-_ \n\rOnwrote@1", max_size=400))
def test_any_text_is_read(text: str) -> None:
    folded = fold_text(text)
    assert folded.above or not text or folded.earlier
