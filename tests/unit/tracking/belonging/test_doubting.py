"""What speaks against an answer: forwards, and other people under another subject."""

import pytest
from tests.unit.tracking.made_up import letter

from passerelle.messages import Address
from passerelle.tracking import Doubt, TokenFormat, make
from passerelle.tracking.belonging.doubting import answer_of, doubt_of, has_another_subject
from passerelle.tracking.belonging.subject import COMPARED_CHARS
from passerelle.tracking.freemail import FREEMAIL

FORM = TokenFormat()
TOKEN = make(FORM, 1, 7)
OFFER = f"Offer for Acme {TOKEN}"
PROVIDER = min(FREEMAIL)
OF_ACME = frozenset({"bob@firm.example", "cara@client.example"})


@pytest.mark.parametrize(
    ("change", "people", "doubt"),
    [
        pytest.param({"subject": "Re: Offer for Acme"}, OF_ACME, None, id="an-answer-is-sure"),
        # What users of the original complain about: forwards are joined as if they were answers.
        pytest.param(
            {"subject": "FW: Offer for Acme"},
            OF_ACME,
            Doubt.FORWARD,
            id="a-customer-forwards-an-old-thread-to-us-and-it-is-no-answer",
        ),
        pytest.param(
            {"subject": f"TR : Offer for Acme {TOKEN}"},
            OF_ACME,
            Doubt.FORWARD,
            id="a-token-in-a-forward-makes-it-no-answer-either",
        ),
        pytest.param(
            {"subject": "Re: TR: Offer for Acme"},
            OF_ACME,
            None,
            id="an-answer-to-a-forward-is-an-answer",
        ),
        pytest.param(
            {"subject": "See this", "carries_message": True},
            OF_ACME,
            Doubt.FORWARD,
            id="a-message-attached-to-no-reply-is-a-forward",
        ),
        pytest.param(
            {"subject": "Re: Offer for Acme", "carries_message": True},
            OF_ACME,
            None,
            id="a-message-attached-to-a-reply-leaves-it-one",
        ),
        # And: a reply on some old email lands on the case of another customer.
        pytest.param(
            {"subject": "My lamp is broken", "sender": Address("", "dan@other.example")},
            OF_ACME,
            Doubt.OTHER_PEOPLE,
            id="another-customer-replies-on-an-old-email-about-something-new",
        ),
        pytest.param(
            {"subject": "Re: Offer for Acme", "sender": Address("", "dan@other.example")},
            OF_ACME,
            None,
            id="somebody-new-who-keeps-the-subject-joins-in",
        ),
        pytest.param(
            {"subject": "Something else"},
            OF_ACME,
            None,
            id="who-took-part-may-change-the-subject",
        ),
        pytest.param(
            {"subject": "Something else", "sender": Address("", "ed@client.example")},
            OF_ACME,
            None,
            id="so-may-a-colleague-of-theirs",
        ),
        pytest.param(
            {"subject": "Something else", "sender": Address("", "ed@mail.client.example")},
            OF_ACME,
            None,
            id="a-part-of-a-domain-is-the-same-house",
        ),
        pytest.param(
            {"subject": "Something else", "sender": Address("", "ed@notclient.example")},
            OF_ACME,
            Doubt.OTHER_PEOPLE,
            id="an-end-of-a-domain-is-not",
        ),
        pytest.param(
            {"subject": "Something else", "sender": Address("", f"eve@{PROVIDER}")},
            frozenset({f"cara@{PROVIDER}"}),
            Doubt.OTHER_PEOPLE,
            id="two-who-write-from-a-free-provider-are-no-colleagues",
        ),
        pytest.param(
            {"subject": "Something else", "sender": Address("", f"Cara@{PROVIDER}")},
            frozenset({f"cara@{PROVIDER}"}),
            None,
            id="the-same-address-there-is-the-same-person",
        ),
        pytest.param(
            {"subject": "Something else", "sender": Address("", "dan@other.example")},
            frozenset(),
            None,
            id="of-unknown-people-nobody-is-a-stranger",
        ),
        pytest.param(
            {"subject": "Something else", "sender": None}, OF_ACME, None, id="nor-is-no-sender"
        ),
    ],
)
def test_doubt(change: dict[str, object], people: frozenset[str], doubt: Doubt | None) -> None:
    assert doubt_of(answer_of(letter(**change)), OFFER, people, (FORM,)) == doubt


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        pytest.param("Re: Offer", "Offer", False, id="a-mark-changes-nothing"),
        pytest.param("OFFRE ÉTÉ", "offre ete", False, id="nor-case-and-accents"),
        pytest.param(f"Re: Offer {TOKEN}", "Offer", False, id="nor-a-token"),
        pytest.param("Re: [EXTERNAL] Offer", "Offer", False, id="nor-what-a-gateway-adds"),
        pytest.param("Re:  Offer   for you", "Offer for you", False, id="nor-spaces"),
        pytest.param("Re: Invoice", "Offer", True, id="other-words-do"),
        pytest.param("", "Offer", True, id="so-does-no-subject"),
        pytest.param("", "", False, id="none-twice-is-the-same"),
        pytest.param("x" * 300, "x" * COMPARED_CHARS, False, id="a-cut-subject-is-the-same"),
    ],
)
def test_another_subject(one: str, other: str, differs: bool) -> None:
    assert has_another_subject(one, other, (FORM,)) is differs
    assert has_another_subject(other, one, (FORM,)) is differs
