"""The key file in a backup: sealed by a passphrase (scrypt, RFC 7914; AES-256-GCM).

Who finds the backup without the passphrase finds mail, but no password of any server.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from passerelle.faults import Secret
from passerelle.faults.upkeep import PassphraseShort, PassphraseWrong

LEAST_CHARS = 12
MAGIC = b"PSRKEYS1"
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
COST, BLOCK_SIZE, PARALLEL = 2**15, 8, 1  # 32 MB and about a tenth of a second


def seal(text: bytes, passphrase: Secret) -> bytes:
    """Raises `PassphraseShort`."""
    if len(passphrase.reveal()) < LEAST_CHARS:
        raise PassphraseShort(least=LEAST_CHARS)
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    return MAGIC + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, text, MAGIC)


def unseal(sealed: bytes, passphrase: Secret, file: str) -> bytes:
    """Raises `PassphraseWrong`, for a changed text, too."""
    start, salt_end = len(MAGIC), len(MAGIC) + SALT_BYTES
    salt, nonce = sealed[start:salt_end], sealed[salt_end : salt_end + NONCE_BYTES]
    if not sealed.startswith(MAGIC):
        raise PassphraseWrong(file=file)
    try:
        key = _key(passphrase, salt)
        return AESGCM(key).decrypt(nonce, sealed[salt_end + NONCE_BYTES :], MAGIC)
    except (InvalidTag, ValueError) as error:
        raise PassphraseWrong(file=file) from error


def _key(passphrase: Secret, salt: bytes) -> bytes:
    scrypt = Scrypt(salt=salt, length=KEY_BYTES, n=COST, r=BLOCK_SIZE, p=PARALLEL)
    return scrypt.derive(passphrase.reveal().encode())
