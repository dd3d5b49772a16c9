"""Whether an identity token is the provider's, for us, for this sign-in, and still good.

OpenID Connect Core 1.0, 3.1.3.7. Only signatures with a public key are taken: neither `none` nor
one with a shared secret, which a mixed-up key would make anybody's.
"""

from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from passerelle.access.openid.fetching import host_of
from passerelle.faults.access import IdentityNotProven, ProviderNotUnderstood

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
LEEWAY_SECONDS = 120
TOKEN_CHARS = 100_000
SUBJECT_CHARS = 255


def claims_of(
    token: object, keys: dict[str, Any], *, issuer: str, client_id: str, nonce: str, now: int
) -> dict[str, Any]:
    """The proven claims, at `now` (seconds since 1970).

    Raises `IdentityNotProven` or `ProviderNotUnderstood`.
    """
    host = host_of(issuer)
    if not isinstance(token, str) or len(token) > TOKEN_CHARS:
        raise ProviderNotUnderstood(host=host, answer="id_token")
    decoded = _decoded(token, _key_set(keys, host), host)
    claims = decoded.claims
    checks = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
    }
    params = {"nonce": nonce, "client_id": client_id}
    try:
        proven = CodeIDToken(claims, decoded.header, checks, params)
        proven.validate(now=now, leeway=LEEWAY_SECONDS)
    except (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError) as error:
        raise IdentityNotProven(host=host, answer=str(error)[:200]) from error
    return _checked(claims, client_id, host)


def _decoded(token: str, keys: KeySet, host: str) -> jwt.Token:
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise IdentityNotProven(host=host, answer=type(error).__name__) from error


def _key_set(keys: dict[str, Any], host: str) -> KeySet:
    """The keys that can be read; a provider may publish kinds that we do not know."""
    listed = keys.get("keys")
    if not isinstance(listed, list):
        raise ProviderNotUnderstood(host=host, answer="keys")
    try:
        return KeySet.import_key_set({"keys": [one for one in listed if _is_public(one)]})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderNotUnderstood(host=host, answer="keys") from error


def _is_public(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in {"RSA", "EC"} and key.get("use") != "enc"


def _checked(claims: dict[str, Any], client_id: str, host: str) -> dict[str, Any]:
    """What the library leaves open: several audiences, and a subject that is a text."""
    subject, audience = claims.get("sub"), claims.get("aud")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_CHARS or "\0" in subject:
        raise IdentityNotProven(host=host, answer="sub")
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
        raise IdentityNotProven(host=host, answer="azp")
    return claims
