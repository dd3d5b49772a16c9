"""What is only looked up or compared, kept as a few octets of its SHA-256."""

from hashlib import sha256

HASH_OCTETS = 8  # what a bigint holds


def short_hash(octets: bytes) -> bytes:
    """The first octets of the digest."""
    return sha256(octets).digest()[:HASH_OCTETS]


def hash_number(octets: bytes) -> int:
    """The same as a number that a column of both databases holds."""
    return int.from_bytes(short_hash(octets), "big", signed=True)
