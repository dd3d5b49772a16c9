"""Passwords at rest: AES-256-GCM (NIST SP 800-38D) with a key of the key file.

The credential's GUID is authenticated with the text, so that a ciphertext copied to another row
does not open there. What is stored is the nonce and the ciphertext; which key made it stands
beside it. Nothing here opens the database.
"""

import functools
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from passerelle.configuration import Keys, ensure_keys
from passerelle.faults import Secret
from passerelle.faults.mailboxes import CredentialsUnreadable

NONCE_BYTES = 12


@functools.cache
def process_keys() -> Keys:
    """The keys of the key file, read once; another key file needs another process."""
    return ensure_keys(settings.PASSERELLE.key_file)


def encrypt(secret: Secret, credential_id: UUID, keys: Keys) -> tuple[str, bytes]:
    """The id of the newest key, and the nonce with the ciphertext."""
    key_id, key = keys.current
    nonce = secrets.token_bytes(NONCE_BYTES)
    text = secret.reveal().encode("utf-8")
    return key_id, nonce + AESGCM(key).encrypt(nonce, text, credential_id.bytes)


def decrypt(
    sealed: bytes, credential_id: UUID, key_id: str, keys: Keys, *, owner: str = "?"
) -> Secret:
    """The secret. Raises `CredentialsUnreadable` when the key is gone or the row was changed."""
    key = keys.by_id.get(key_id)
    if key is None:
        raise CredentialsUnreadable(owner=owner, key=key_id or "?")
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return Secret(AESGCM(key).decrypt(nonce, ciphertext, credential_id.bytes).decode("utf-8"))
    except (InvalidTag, ValueError) as error:
        raise CredentialsUnreadable(owner=owner, key=key_id) from error
