"""Which declarations of a style stay: a table of them."""

import pytest

from passerelle.messages.showing.styles import harmless


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        pytest.param("color:red", "color:red", id="colour"),
        pytest.param(" Color : #ABC ; ", "color:#ABC", id="spaces-and-capitals"),
        pytest.param("color:rgb(1, 2, 3)", "color:rgb(1, 2, 3)", id="a-colour-by-function"),
        pytest.param("width:calc(100% - 2px)", "width:calc(100% - 2px)", id="calc"),
        pytest.param(
            "color:rgb(1, 2, 3) rgba(0) hsl(1) hsla(1) calc(1)",
            "color:rgb(1, 2, 3) rgba(0) hsl(1) hsla(1) calc(1)",
            id="each-function-that-may-stay",
        ),
        pytest.param("font:12px 'Segoe UI', serif", "font:12px 'Segoe UI', serif", id="font"),
        pytest.param("background:url(x)", "", id="address"),
        pytest.param("background:URL (x)", "", id="address-spelled-otherwise"),
        pytest.param("background:u\\72l(x)", "", id="escape"),
        pytest.param("background:/**/red", "", id="comment"),
        pytest.param("background:image-set('x' 1x)", "", id="image-set"),
        pytest.param("background:-webkit-cross-fade(a,b)", "", id="a-function-of-one-maker"),
        pytest.param("width:expression(alert(1))", "", id="expression"),
        pytest.param("background:var(--x)", "", id="variable"),
        pytest.param("--x:1", "", id="custom-property"),
        pytest.param("behavior:x", "", id="behaviour"),
        pytest.param("position:fixed", "", id="position"),
        pytest.param("color:red;position:fixed;margin:0", "color:red;margin:0", id="rest-stays"),
        pytest.param("color:red}body{color:blue", "", id="brace"),
        pytest.param("@import 'x'", "", id="at-rule"),
        pytest.param("color", "", id="no-value"),
        pytest.param("color:", "", id="an-empty-value"),
        pytest.param("color: ", "", id="a-value-of-spaces"),
        pytest.param(f"color:{'x' * 500}", f"color:{'x' * 500}", id="a-value-as-long-as-may-be"),
        pytest.param(f"color:{'x' * 501}", "", id="a-longer-value"),
        pytest.param(f"color:{' ' * 3_900}red", "color:red", id="spaces-before-a-value"),
        pytest.param(f"color:{' ' * 3_900}}}", "", id="spaces-before-what-no-value-holds"),
        pytest.param(f"color{' ' * 3_900}}}", "", id="spaces-behind-a-name"),
        pytest.param(f"color:{'x' * 490}(", "", id="a-function-with-a-long-name"),
        pytest.param("font-family:'a;b'", "font-family:'a", id="a-quote-cut-in-two"),
        pytest.param("", "", id="nothing"),
    ],
)  # fmt: skip
def test_harmless(style: str, kept: str) -> None:
    assert harmless(style) == kept
