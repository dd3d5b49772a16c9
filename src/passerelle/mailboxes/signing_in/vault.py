"""Passwords at rest: AES-256-GCM (NIST SP 800-38D) with a key of the key file.

The credential's GUID is authenticated with the text, so that a ciphertext copied to another row
does not open there. What is stored is the nonce and the ciphertext; which key made it stands
beside it. Nothing here opens the database.
"""

import functools
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from passerelle.configuration import Keys, ensure_keys
from passerelle.faults import Secret
from passerelle.faults.mailboxes import CredentialsUnreadable

NONCE_BYTES = 12


def process_keys() -> Keys:
    """The keys of the key file, read again when it has changed: a rotation is seen at once."""
    file: Path = settings.PASSERELLE.key_file
    if not file.exists():
        ensure_keys(file)
    state = file.stat()
    return _keys(file, (state.st_mtime_ns, state.st_ino, state.st_size, state.st_mode))


@functools.lru_cache(maxsize=2)
def _keys(file: Path, _stamp: tuple[int, ...]) -> Keys:
    return ensure_keys(file)


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
