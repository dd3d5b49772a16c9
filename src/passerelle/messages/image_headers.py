"""What an image says of itself in its first octets: its type, and how large it is decoded.

Never by its name or by the type that somebody declared. Nothing is decoded, so an image that would
fill a reader's memory is known before anybody opens it. PNG (ISO/IEC 15948, 11.2.2), JPEG (ITU-T
T.81, B.2.2), GIF (GIF89a, 18 and 20), WebP (RFC 9649, 2.5 to 2.7).
"""

from dataclasses import dataclass
from struct import unpack_from

SIDE_PIXELS = 16_383  # the largest that WebP knows
PIXELS = 50_000_000  # decoded 200 MB; cameras of telephones make 48 million

_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_STEPS = 2_000  # segments or blocks before the size of an image is known
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_JPEG_SCAN, _JPEG_END, _JPEG_FILL = 0xDA, 0xD9, 0xFF
_WEBP_LOSSLESS = 0x2F


@dataclass(frozen=True, slots=True)
class Image:
    """The type and the size of an image, in pixels."""

    mimetype: str
    width: int
    height: int

    @property
    def is_too_large(self) -> bool:
        """Whether it would take more memory to show than a letter may ask for."""
        return max(self.width, self.height) > SIDE_PIXELS or self.width * self.height > PIXELS


def image_of(octets: bytes) -> Image | None:
    """The image that these octets begin; None for anything else, and for one without a size."""
    for begin, mimetype, size_of in (
        (_PNG, "image/png", _png),
        (b"\xff\xd8\xff", "image/jpeg", _jpeg),
        (b"GIF87a", "image/gif", _gif),
        (b"GIF89a", "image/gif", _gif),
        (b"RIFF", "image/webp", _webp),
    ):
        if octets.startswith(begin):
            # Zeros behind a cut header give it no size, and spare each reader a look at its end.
            size = size_of(octets if len(octets) > _STEPS else octets + bytes(32))
            return Image(mimetype, *size) if size is not None and all(size) else None
    return None


def _png(octets: bytes) -> tuple[int, int] | None:
    width, height = unpack_from(">II", octets, len(_PNG))
    return width, height


def _jpeg(octets: bytes) -> tuple[int, int] | None:
    at = 2
    for _ in range(_STEPS):
        if at + 9 > len(octets) or octets[at] != _JPEG_FILL:
            return None
        marker = octets[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = unpack_from(">HH", octets, at + 5)
            return width, height
        if marker in {_JPEG_SCAN, _JPEG_END}:
            return None
        if marker == _JPEG_FILL:
            at += 1
        elif marker in _JPEG_ALONE:
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(octets[at + 2 : at + 4]))
    return None


def _gif(octets: bytes) -> tuple[int, int] | None:
    """The screen, or the first frame where that is larger: browsers make room for that one."""
    width, height, packed = unpack_from("<HHB", octets, 6)
    at = 13 + _colours(packed)
    for _ in range(_STEPS):
        if octets[at : at + 1] == b"\x2c":
            if at + 9 > len(octets):
                return None
            left, top, wide, high = unpack_from("<HHHH", octets, at + 1)
            return max(width, left + wide), max(height, top + high)
        if octets[at : at + 1] != b"\x21":
            return None
        at = _after_blocks(octets, at + 2)
    return None


def _colours(packed: int) -> int:
    """Octets of the table of colours."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _after_blocks(octets: bytes, at: int) -> int:
    for _ in range(_STEPS):
        length = octets[at] if at < len(octets) else 0
        at += 1 + length
        if not length:
            break
    return at


def _webp(octets: bytes) -> tuple[int, int] | None:
    match octets[8:16]:
        case b"WEBPVP8X":
            return (
                int.from_bytes(octets[24:27], "little") + 1,
                int.from_bytes(octets[27:30], "little") + 1,
            )
        case b"WEBPVP8L" if octets[20] == _WEBP_LOSSLESS:
            bits = int.from_bytes(octets[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"WEBPVP8 " if octets[23:26] == b"\x9d\x01\x2a":
            width, height = unpack_from("<HH", octets, 26)
            return width & 0x3FFF, height & 0x3FFF
        case _:
            return None
