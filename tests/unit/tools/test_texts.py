"""The catalogue's own checks, on messages made here."""

import pytest
from babel.messages.catalog import Message
from tools.texts import collect, complaints_of

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(Message("{n} sent", "{n} envoyés"), [], id="good"),
        pytest.param(Message("100 %", "100 %"), [], id="a-percent-sign-is-no-placeholder"),
        pytest.param(Message("Sent", ""), ["not translated: 'Sent'"], id="empty"),
        pytest.param(
            Message("{n} sent", "{m} envoyés"),
            ["other placeholders than '{n} sent': '{m} envoyés'"],
            id="another-name",
        ),
        pytest.param(
            Message("%(n)s sent", "envoyés"),
            ["other placeholders than '%(n)s sent': 'envoyés'"],
            id="forgotten",
        ),
        pytest.param(
            Message(("one {n}", "many {n}"), ("un {n}", "")),
            ["not translated: 'many {n}'"],
            id="half-a-plural",
        ),
        pytest.param(
            Message("Sent", "Envoyé", flags=["fuzzy"]), ["fuzzy: 'Sent'"], id="only-guessed"
        ),
    ],
)
def test_complaints(message: Message, expected: list[str]) -> None:
    assert list(complaints_of(message)) == expected


def test_texts_of_faults_templates_and_pages_are_collected() -> None:
    places = {place for message in collect() for place, _ in message.locations}
    assert any(place.endswith("faults/settings.py") for place in places)
    assert any(place.endswith(".html") for place in places)
    assert any(place.endswith("demo/tour.py") for place in places)
