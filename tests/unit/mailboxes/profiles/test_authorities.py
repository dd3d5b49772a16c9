"""Authorities of a profile: certificates alone, bounded, and never a private key."""

from pathlib import Path

import pytest
from tests.system.servers.certificates import Certificates, make_certificates

from passerelle.mailboxes.profiles.authorities import (
    MOST_CERTIFICATES,
    NotAuthorities,
    authorities_in,
    normal_form,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("made"))


def test_only_the_certificates_are_kept(made: Certificates) -> None:
    pem = made.authority.read_text()
    assert normal_form(f"Our authority, ask Anna\r\n{pem}\n\n{pem}") == pem + pem
    assert normal_form(normal_form(pem)) == pem
    assert normal_form("  \n") == ""


def test_their_names_and_ends_are_shown(made: Certificates) -> None:
    (shown,) = authorities_in(made.authority.read_text())
    assert shown.name == "CN=Tests of Passerelle"
    assert shown.ends.tzinfo is not None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("hello", "no certificates", id="no-pem"),
        pytest.param("-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----", "no certif",
                     id="broken-pem"),
        pytest.param("é", "no certificates", id="no-ascii"),
        pytest.param("x" * 70_000, "too long", id="too-long"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_authorities(text: str, reason: str) -> None:
    with pytest.raises(NotAuthorities, match=reason):
        normal_form(text)
    assert authorities_in(text) == []


def test_what_was_pasted_along_is_refused(made: Certificates, tmp_path: Path) -> None:
    authority = made.authority.read_text()
    with pytest.raises(NotAuthorities, match="private key"):
        normal_form(authority + made.key.read_text())
    with pytest.raises(NotAuthorities, match="not that of an authority"):
        normal_form(made.certificate.read_text())
    with pytest.raises(NotAuthorities, match="More than"):
        normal_form(authority * (MOST_CERTIFICATES + 1))
