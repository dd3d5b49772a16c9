"""Raw messages in packs: made before a transaction, saved in it, read one message at a time.

Each message is a zstd frame of its own, so reading one neither loads nor unpacks its neighbours.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

import zstandard
from django.db.models import BinaryField, F, IntegerField, Value
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from passerelle.crm.models import RawMessage, RawPack
from passerelle.crm.services.inserting import load_rows, new_row

LEVEL = 3  # zstd: 240 MB of mail in 0.6 s; higher levels cost more than the disk they save


@dataclass(frozen=True, slots=True)
class Octets:
    """The bytes of one message; `whole` is False when only its headers were fetched."""

    data: bytes
    whole: bool = True
    frame: bytes | None = None  # by `compressor`, where that was done beside


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack that is not saved yet, and where each message lies in it."""

    pack: RawPack
    messages: tuple[RawMessage, ...]


def compressor() -> Callable[[bytes], bytes]:
    """What makes a frame of a message; for one thread. Others run while it works."""
    return zstandard.ZstdCompressor(level=LEVEL).compress


def pack(messages: Iterable[Octets]) -> Packed:
    """Compress messages into one pack; nothing is written."""
    compress = compressor()
    made = RawPack(created_on=timezone.now())
    frames: list[bytes] = []
    rows: list[RawMessage] = []
    offset = 0
    for message in messages:
        frame = message.frame or compress(message.data)
        rows.append(
            new_row(
                RawMessage,
                pack_id=made.pack_id,
                offset=offset,
                length=len(frame),
                size=len(message.data),
                whole=message.whole,
            )
        )
        frames.append(frame)
        offset += len(frame)
    made.content = b"".join(frames)
    return Packed(made, tuple(rows))


def save_pack(packed: Packed) -> None:
    """Write a pack and its rows; an empty one leaves nothing."""
    if packed.messages:
        load_rows([packed.pack])
        load_rows(packed.messages)


def store_pack(messages: Iterable[Octets]) -> tuple[RawMessage, ...]:
    """Pack and save at once, for single messages."""
    packed = pack(messages)
    save_pack(packed)
    return packed.messages


def raw_bytes(raw: RawMessage) -> bytes:
    """The bytes of one message. Only its frame is read from the pack."""
    part = Substr("content", raw.offset + 1, Value(raw.length), output_field=BinaryField())
    frame = RawPack.objects.filter(pk=raw.pack_id).values_list(part, flat=True).get()
    return _unpacked(raw, frame)


def many_raw_bytes(raws: Iterable[RawMessage], *, most: int) -> dict[UUID, bytes]:
    """By key, in one query: of the first ones, as far as they are no more octets together."""
    wanted: list[RawMessage] = []
    for raw in raws:
        most -= raw.size
        if most < 0:
            break
        wanted.append(raw)
    # PostgreSQL cuts octets by numbers of four octets alone.
    first, length = (Cast(one, IntegerField()) for one in (F("offset") + 1, F("length")))
    part = Substr("pack__content", first, length, output_field=BinaryField())
    frames = RawMessage.objects.filter(pk__in=[raw.pk for raw in wanted]).values_list("pk", part)
    found = dict(frames) if wanted else {}
    return {raw.pk: _unpacked(raw, found[raw.pk]) for raw in wanted if raw.pk in found}


def _unpacked(raw: RawMessage, frame: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(bytes(frame), max_output_size=raw.size)


def remove_raw(raw: RawMessage) -> None:
    """Remove bytes that nothing points to any more, and their pack with the last of them."""
    pack_id = raw.pack_id
    RawMessage.objects.filter(pk=raw.pk).delete()
    if not RawMessage.objects.filter(pack=pack_id).exists():
        RawPack.objects.filter(pk=pack_id).delete()
