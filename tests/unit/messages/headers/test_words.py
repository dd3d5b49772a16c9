"""Encoded words of headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.messages.headers.words import decode_words, from_base64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", "plain", id="none"),
        pytest.param("=?utf-8?q?caf=C3=A9_noir?=", "café noir", id="quoted"),
        pytest.param("=?UTF-8?B?w6k=?=", "é", id="base64"),
        pytest.param("=?utf-8?q?a?= =?utf-8?q?b?=", "ab", id="spaces-between-words-go"),
        pytest.param("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c", id="spaces-beside-text-stay"),
        pytest.param("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é", id="a-character-over-two-words"),
        pytest.param("=?utf-8?b?w6k=?=x", "éx", id="glued-to-text"),
        pytest.param("=?utf-8?x?a?=", "=?utf-8?x?a?=", id="unknown-encoding"),
        pytest.param("=?utf-8?q??=", "", id="empty"),
    ],
)
def test_decode_words(text: str, expected: str) -> None:
    assert decode_words(text) == expected


@given(st.text(st.sampled_from("=?utf-8qb \udc80éA1"), max_size=60))
def test_it_never_raises(text: str) -> None:
    decode_words(text)


@given(st.binary(max_size=60))
def test_base64_never_raises(octets: bytes) -> None:
    from_base64(octets)
