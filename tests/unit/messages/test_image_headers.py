"""What is an image and how large: by its octets, without decoding it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.images import gif, jpeg, png, webp

from passerelle.messages import Image, image_of

BEGINNINGS = (png()[:20], jpeg(2, 2)[:12], gif(2, 2)[:12], b"RIFF\0\0\0\0WEBPVP8L", b"\xff\xd8\xff")
sizes = st.integers(1, 16_383)
LONG = b"\xff\xd8\xff\xfe" + (5_002).to_bytes(2) + bytes(5_000)  # a JPEG with a long comment


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        pytest.param(png(3, 5), Image("image/png", 3, 5), id="png"),
        pytest.param(gif(3, 5), Image("image/gif", 3, 5), id="gif"),
        pytest.param(
            gif(1, 1, frame=(9_000, 5)),
            Image("image/gif", 9_000, 5),
            id="a-frame-beyond-its-screen",
        ),
        pytest.param(jpeg(3, 5), Image("image/jpeg", 3, 5), id="jpeg"),
        pytest.param(jpeg(3, 5, marker=0xC2), Image("image/jpeg", 3, 5), id="jpeg-progressive"),
        pytest.param(jpeg(3, 5, marker=0xC4), None, id="a-table-is-no-frame"),
        pytest.param(jpeg(3, 0), None, id="a-jpeg-that-tells-its-height-later"),
        pytest.param(webp(b"VP8 ", 3, 5), Image("image/webp", 3, 5), id="webp-lossy"),
        pytest.param(webp(b"VP8L", 3, 5), Image("image/webp", 3, 5), id="webp-lossless"),
        pytest.param(webp(b"VP8X", 3, 5), Image("image/webp", 3, 5), id="webp-extended"),
        pytest.param(LONG + jpeg(3, 5)[2:], Image("image/jpeg", 3, 5), id="jpeg-behind-a-segment"),
        pytest.param(LONG + b"\xff\xc0", None, id="a-long-jpeg-cut-in-its-frame"),
        pytest.param(LONG + b"\0" + jpeg(3, 5)[3:], None, id="what-begins-no-segment"),
        pytest.param(gif(3, 5, colours=4), Image("image/gif", 3, 5), id="gif-of-four-colours"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", None, id="svg-is-none"),
        pytest.param(b"<html>GIF89a", None, id="nor-what-holds-one"),
        pytest.param(b"RIFF\0\0\0\0WAVE", None, id="nor-another-riff"),
        pytest.param(b"", None, id="nor-nothing"),
        pytest.param(png(0, 5), None, id="nor-one-without-pixels"),
        pytest.param(gif(3, 5)[:19] + b"\x3b", None, id="nor-one-without-a-frame"),
    ],
)
def test_what_it_is(octets: bytes, found: Image | None) -> None:
    assert image_of(octets) == found


@given(sizes, sizes)
def test_each_kind_tells_its_size(width: int, height: int) -> None:
    kinds = [png(width, height), jpeg(width, height), gif(width, height)]
    kinds += [webp(kind, width, height) for kind in (b"VP8 ", b"VP8L", b"VP8X")]
    found = [image_of(octets) for octets in kinds]
    assert [(one.width, one.height) for one in found if one] == [(width, height)] * len(kinds)


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=3_000))
def test_whatever_follows_it_never_fails(beginning: bytes, octets: bytes) -> None:
    found = image_of(beginning + octets)
    assert found is None or (found.width > 0 and found.height > 0)


@pytest.mark.parametrize(
    ("width", "height", "too_large"),
    [
        pytest.param(8_160, 6_120, False, id="of-a-telephone"),
        pytest.param(50_000, 2, True, id="too-wide"),
        pytest.param(2, 50_000, True, id="too-high"),
        pytest.param(10_000, 5_000, False, id="as-many-pixels-as-may-be"),
        pytest.param(10_000, 5_001, True, id="more-pixels"),
        pytest.param(16_383, 2, False, id="as-wide-as-may-be"),
        pytest.param(16_000, 16_000, True, id="a-bomb"),
    ],
)
def test_what_a_letter_may_show(width: int, height: int, *, too_large: bool) -> None:
    assert Image("image/png", width, height).is_too_large == too_large
