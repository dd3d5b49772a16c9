"""Lines and literals become values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.protocols.imap.syntax.lexer import values
from passerelle.protocols.imap.syntax.responses import Value


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([b""], [], id="nothing"),
        pytest.param([b"a b"], [b"a", b"b"], id="atoms"),
        pytest.param([b"(a (b) ())"], [[b"a", [b"b"], []]], id="lists"),
        pytest.param([b"NIL nil NILS"], [None, None, b"NILS"], id="NIL"),
        pytest.param([rb'"a \"b\" \\" ""'], [rb'a "b" \\'[:-1], b""], id="quoted"),
        pytest.param(
            [b"(BODY[HEADER.FIELDS (A B)] ", b"x) (", b" UID 1)"],
            [[b"BODY[HEADER.FIELDS (A B)]", b"x) (", b"UID", b"1"]],
            id="a literal amid a list",
        ),
        pytest.param([rb"(\Seen $A ])"], [[rb"\Seen", b"$A", b"]"]], id="flags"),
    ],
)
def test_values(parts: list[bytes], expected: list[Value]) -> None:
    assert values(parts) == expected


@pytest.mark.parametrize("line", [b"(", b")", b'"open', b"(" * 40 + b")" * 40, b"a[b"])
def test_broken_structure_is_said(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"not|deep|twice"):
        values([line])


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5))
def test_anything_else_is_values_or_a_value_error(parts: list[bytes]) -> None:
    try:
        values(parts)
    except ValueError:
        return
