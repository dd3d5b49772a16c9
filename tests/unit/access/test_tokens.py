"""Identity tokens: what is proven, and every way in which one is not."""

import base64
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from passerelle.access.openid.tokens import claims_of
from passerelle.faults.access import AccessFault, IdentityNotProven, ProviderNotUnderstood

ISSUER, CLIENT, NONCE = "https://login.example.com", "passerelle", "a-nonce"
OURS = RSAKey.generate_key(2048, parameters={"kid": "1"})
OTHER = RSAKey.generate_key(2048, parameters={"kid": "1"})
NOW = 1_795_000_000
GOOD: dict[str, Any] = {
    "iss": ISSUER, "sub": "1", "aud": CLIENT, "exp": NOW + 300, "iat": NOW, "nonce": NONCE,
}  # fmt: skip
KEYS: dict[str, Any] = {"keys": [OURS.as_dict(private=False)]}


def signed(claims: dict[str, Any], key: Any = OURS, algorithm: str = "RS256") -> str:
    header = {"alg": algorithm, "kid": "1"}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def prove(token: object, keys: Any = None) -> dict[str, Any]:
    return claims_of(token, keys or KEYS, issuer=ISSUER, client_id=CLIENT, nonce=NONCE, now=NOW)


def test_a_good_token_is_taken() -> None:
    assert prove(signed(GOOD))["sub"] == "1"


def test_keys_that_we_do_not_know_are_passed_over() -> None:
    odd = [{"kty": "OKP", "crv": "X448", "x": "AA"}, {"kty": "new"}, "no key", None]
    assert prove(signed(GOOD), {"keys": [*odd, *KEYS["keys"]]})["sub"] == "1"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"iss": "https://evil.example.com"}, id="another-issuer"),
        pytest.param({"iss": ISSUER + "/"}, id="nearly-the-issuer"),
        pytest.param({"aud": "another"}, id="for-another-client"),
        pytest.param({"aud": ["another", "third"]}, id="for-other-clients"),
        pytest.param({"aud": [CLIENT, "another"]}, id="for-two-clients-unsaid-which"),
        pytest.param({"aud": [CLIENT, "another"], "azp": "another"}, id="authorised-another"),
        pytest.param({"exp": NOW - 600}, id="over"),
        pytest.param({"iat": NOW + 600}, id="from-the-future"),
        pytest.param({"nonce": "another"}, id="of-another-sign-in"),
        pytest.param({"nonce": None}, id="of-no-sign-in"),
        pytest.param({"sub": ""}, id="of-nobody"),
        pytest.param({"sub": 7}, id="a-subject-that-is-a-number"),
        pytest.param({"sub": "x" * 256}, id="a-subject-too-long"),
        pytest.param({"sub": "a\0b"}, id="a-subject-with-nul"),
        pytest.param({"exp": "soon"}, id="a-time-that-is-a-word"),
        pytest.param({"exp": None}, id="without-an-end"),
    ],
)
def test_what_is_not_proven(changed: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    with pytest.raises(IdentityNotProven):
        prove(signed(claims))


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_nothing_may_lack(missing: str) -> None:
    with pytest.raises(IdentityNotProven):
        prove(signed({name: value for name, value in GOOD.items() if name != missing}))


def test_a_signature_of_another_key_is_refused() -> None:
    with pytest.raises(IdentityNotProven):
        prove(signed(GOOD, OTHER))


def test_no_signature_is_refused() -> None:
    header, payload, _ = signed(GOOD).split(".")
    unsigned = coded(b'{"alg":"none"}').decode()
    for token in (f"{unsigned}.{payload}.", f"{header}.{payload}.", f"{header}.{payload}"):
        with pytest.raises(IdentityNotProven):
            prove(token)


def test_a_public_key_is_no_shared_secret() -> None:
    """The oldest trick: HS256 with the text of the public key as the secret."""
    parts = [{"alg": "HS256", "kid": "1"}, GOOD]
    text = b".".join(coded(json.dumps(part).encode()) for part in parts)
    signature = hmac.digest(OURS.as_pem(private=False), text, "sha256")
    with pytest.raises(IdentityNotProven):
        prove((text + b"." + coded(signature)).decode())


def coded(octets: bytes) -> bytes:
    return base64.urlsafe_b64encode(octets).rstrip(b"=")


@pytest.mark.parametrize("token", [None, 7, "", "a.b.c", "x" * 200_000, "é.é.é", ".."], ids=repr)
def test_rubbish_is_refused(token: object) -> None:
    with pytest.raises(AccessFault):
        prove(token)


@pytest.mark.parametrize(
    "keys", [{"keys": None}, {"keys": "x"}, {"none": []}, {"keys": [{"kty": "RSA", "n": 7}]}]
)
def test_keys_that_are_none_are_said(keys: dict[str, Any]) -> None:
    with pytest.raises((ProviderNotUnderstood, IdentityNotProven)):
        prove(signed(GOOD), keys)
