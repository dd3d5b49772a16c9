"""Small images, made octet by octet: whole ones, and headers that say what a test wants."""

import struct
import zlib


def png(width: int = 2, height: int = 2, shade: int = 0) -> bytes:
    """A whole PNG in one shade of grey; of a huge one the header and nothing of its pixels."""
    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([shade]) * width) * height if width * height < 10_000 else b""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in ((b"IHDR", size), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def gif(
    width: int, height: int, *, frame: tuple[int, int] | None = None, colours: int = 2
) -> bytes:
    """A GIF with a comment before its only frame; of 2, 4, 8… colours."""
    across, down = frame or (width, height)
    table = 0x80 | colours.bit_length() - 2
    return (
        b"GIF89a" + struct.pack("<HHBBB", width, height, table, 0, 0) + bytes(3 * colours)
        + b"\x21\xfe\x02hi\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, across, down, 0)
        + b"\x02\x02\x44\x01\x00\x3b"
    )  # fmt: skip


def jpeg(width: int, height: int, *, marker: int = 0xC0) -> bytes:
    """The segments of a JPEG up to its frame."""
    comment = b"\xff\xfe\x00\x06abcd"
    frame = struct.pack(">BBHBHHB", 0xFF, marker, 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + comment + b"\xff" + frame


def webp(kind: bytes, width: int, height: int) -> bytes:
    """The header of a WebP: lossy, lossless or extended."""
    match kind:
        case b"VP8 ":
            content = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
        case b"VP8L":
            content = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little")
        case _:
            content = bytes(4) + (width - 1).to_bytes(3, "little")
            content += (height - 1).to_bytes(3, "little")
    chunk = kind + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk
