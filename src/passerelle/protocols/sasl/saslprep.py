"""SASLprep (RFC 4013): one spelling of a name or password, so that both sides hash the same."""

import stringprep
import unicodedata

_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
    stringprep.in_table_a1,
)


def saslprep(text: str) -> str:
    """The prepared text. Raises `ValueError` on what no name or password may hold."""
    if text.isascii():
        mapped = text
    else:
        kept = (character for character in text if not stringprep.in_table_b1(character))
        spaced = (" " if stringprep.in_table_c12(one) else one for one in kept)
        mapped = unicodedata.ucd_3_2_0.normalize("NFKC", "".join(spaced))
    for character in mapped:
        if any(prohibited(character) for prohibited in _PROHIBITED):
            raise ValueError("a character that SASLprep prohibits")
    _check_direction(mapped)
    return mapped


def _check_direction(text: str) -> None:
    """RFC 3454, 6: right-to-left text holds nothing else, and begins and ends as such."""
    if not any(stringprep.in_table_d1(character) for character in text):
        return
    mixed = any(stringprep.in_table_d2(character) for character in text)
    if mixed or not (stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])):
        raise ValueError("text of both directions")
