"""Names of people from display names and addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.tracking.creating.names import COMPANY_CHARS, PART_CHARS, PersonName, person_name

ADDRESS = "marie.dupont@customer.example"


@pytest.mark.parametrize(
    ("display", "expected"),
    [
        pytest.param("Marie Dupont", ("Marie", "Dupont"), id="first-name-comes-first"),
        pytest.param("Dupont, Marie", ("Marie", "Dupont"), id="a-comma-turns-them-round"),
        pytest.param("DUPONT Marie", ("Marie", "DUPONT"), id="so-does-a-family-name-in-capitals"),
        pytest.param("LE GOFF Anne-Marie", ("Anne-Marie", "LE GOFF"), id="of-two-words-too"),
        pytest.param("MARIE DUPONT", ("MARIE", "DUPONT"), id="all-in-capitals-says-nothing"),
        pytest.param("J. Dupont", ("J.", "Dupont"), id="an-initial-is-no-family-name"),
        pytest.param("Marie Claire Dupont", ("Marie Claire", "Dupont"), id="two-first-names"),
        pytest.param("Jean de La Tour", ("Jean", "de La Tour"), id="particles-begin-a-family-name"),
        pytest.param("'Marie Dupont'", ("Marie", "Dupont"), id="quotes-are-no-part-of-it"),
        pytest.param(
            "Marie Dupont via Forum", ("Marie", "Dupont"), id="who-passed-it-on-is-nobody"
        ),
        pytest.param("Madonna", ("", "Madonna"), id="one-word-is-a-family-name"),
        pytest.param("Dupont,", ("", "Dupont"), id="a-comma-without-a-first-name"),
        pytest.param("王小明", ("", "王小明"), id="any-script"),
        pytest.param("Marie\u202eDupont", ("Marie", "Dupont"), id="no-marks-of-direction"),
        pytest.param(
            "boss@company.example", ("Marie", "Dupont"), id="another-address-is-distrusted"
        ),
        pytest.param("Boss <boss@company.example>", ("Marie", "Dupont"), id="in-brackets-too"),
        pytest.param("https://win.example", ("Marie", "Dupont"), id="so-is-a-link"),
        pytest.param("", ("Marie", "Dupont"), id="without-one-the-address-is-read"),
        pytest.param("***", ("Marie", "Dupont"), id="as-where-no-letter-is-in-it"),
    ],
)
def test_display_names(display: str, expected: tuple[str, str]) -> None:
    found = person_name(display, ADDRESS)
    assert (found.first, found.last) == expected


@pytest.mark.parametrize(
    "display", ["Marie Dupont (ACME)", "Dupont, Marie [ACME]", "(ACME) Marie Dupont"]
)
def test_the_company_behind_a_name(display: str) -> None:
    assert person_name(display, ADDRESS) == PersonName("Marie", "Dupont", "ACME")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("marie.dupont@a.example", PersonName("Marie", "Dupont"), id="dots"),
        pytest.param("m_dupont+shop@a.example", PersonName("M", "Dupont"), id="without-the-tag"),
        pytest.param("marie.dupont75@a.example", PersonName("Marie", "Dupont"), id="no-numbers"),
        pytest.param("info@a.example", PersonName("", "Info"), id="one-word"),
        pytest.param("McCoy@a.example", PersonName("", "McCoy"), id="capitals-stay"),
        pytest.param("1234@a.example", PersonName("", "1234@a.example"), id="nothing-to-read"),
    ],
)
def test_addresses(address: str, expected: PersonName) -> None:
    assert person_name("", address) == expected


@given(
    st.text(max_size=400), st.from_regex(r"[a-z0-9._+-]{1,20}@[a-z]{1,9}\.example", fullmatch=True)
)
def test_any_name_fits_a_record(display: str, address: str) -> None:
    found = person_name(display, address)
    assert found.last
    assert found.last.strip() == found.last
    assert max(len(found.first), len(found.last)) <= PART_CHARS
    assert len(found.company) <= COMPANY_CHARS
    shown = found.first + found.last + found.company
    assert not any(one in shown for one in "\0\n\r\u202e\u2066")


@given(st.sampled_from(["Marie", "Zoé", "Ann"]), st.sampled_from(["Dupont", "O’Neil", "Roux"]))
def test_both_orders_say_the_same(first: str, last: str) -> None:
    expected = PersonName(first, last)
    assert person_name(f"{first} {last}", ADDRESS) == expected
    assert person_name(f"{last}, {first}", ADDRESS) == expected
