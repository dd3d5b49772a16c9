"""From what a person types or pastes to addresses, each named that is none."""

from email.utils import formataddr

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from passerelle.crm.writing.parties import typed_addresses

ANNA, BOB = "anna@client.example", "bob@firm.example"
names = st.text(st.sampled_from('aé,;" \\\\.'), min_size=1, max_size=8).map(str.strip).filter(bool)


def addresses(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.address) for one in typed_addresses("to", text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(ANNA, [("", ANNA)], id="one"),
        pytest.param(f"{ANNA}, {BOB}", [("", ANNA), ("", BOB)], id="by-a-comma"),
        pytest.param(f"{ANNA}; {BOB};", [("", ANNA), ("", BOB)], id="by-semicolons"),
        pytest.param(f"{ANNA}\r\n{BOB}\n", [("", ANNA), ("", BOB)], id="by-lines"),
        pytest.param(f"{ANNA},, ;{BOB}", [("", ANNA), ("", BOB)], id="with-gaps"),
        pytest.param(f"{ANNA}, {ANNA.title()}", [("", "Anna@client.example")], id="each-once"),
        pytest.param(f"Anna <{ANNA}>, Bob <{BOB}>", [("Anna", ANNA), ("Bob", BOB)], id="names"),
        pytest.param(f'"Lee, Anna" <{ANNA}>', [("Lee, Anna", ANNA)], id="a-comma-in-a-name"),
        pytest.param(f'"Lee; Anna" <{ANNA}>', [("Lee; Anna", ANNA)], id="a-semicolon-in-a-name"),
        pytest.param(
            f'{BOB}, "Lee, Anna" <{ANNA}>',
            [("", BOB), ("Lee, Anna", ANNA)],
            id="a-quoted-name-behind-another-address",
        ),
        pytest.param(
            f'"Lee, Anna" <{ANNA}>, "Roy, Bob" <{BOB}>',
            [("Lee, Anna", ANNA), ("Roy, Bob", BOB)],
            id="two-quoted-names",
        ),
        pytest.param(
            f'"A \\"B\\", C" <{ANNA}>, {BOB}',
            [('A "B", C', ANNA), ("", BOB)],
            id="a-quote-in-a-quoted-name",
        ),
    ],
)
def test_addresses_that_were_typed(text: str, found: list[tuple[str, str]]) -> None:
    assert addresses(text) == found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param(f"{BOB}, nobody", "nobody", id="no-address"),
        pytest.param(f"Lee, Anna <{ANNA}>", "Lee", id="a-comma-in-a-name-without-quotes"),
        pytest.param(f'{BOB}, "Lee, {ANNA}', '"Lee', id="a-quote-that-does-not-end"),
        pytest.param(f'"Lee,\n{ANNA}"', '"Lee,', id="a-quote-that-its-line-does-not-end"),
    ],
)
def test_what_is_no_address_is_named(text: str, named: str) -> None:
    with pytest.raises(ValidationError) as caught:
        typed_addresses("to", text)
    assert caught.value.message_dict == {"to": [f"“{named}” is not an email address."]}


@given(st.lists(names, max_size=5), st.sampled_from([", ", ",", "; ", "\n"]))
def test_what_programs_copy_is_understood(copied: list[str], between: str) -> None:
    wanted = [(name, f"a{number}@client.example") for number, name in enumerate(copied)]
    text = between.join(formataddr(one) for one in wanted)
    assert [address for _, address in addresses(text)] == [address for _, address in wanted]


def test_a_megabyte_of_commas_is_as_little_as_it_looks() -> None:
    assert addresses(f"{ANNA}," + "," * 1_000_000) == [("", ANNA)]
