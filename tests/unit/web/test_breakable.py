"""Where the pages let an address break."""

import pytest

from passerelle.web.templatetags.pages import breakable


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", ""),
        ("anna", "anna"),
        ("anna@lumen.example", "anna@<wbr>lumen<wbr>.example"),
        ("a.b@lumen.example", "a<wbr>.b@<wbr>lumen<wbr>.example"),
        ('"<b>"@lumen', "&quot;&lt;b&gt;&quot;@<wbr>lumen"),
        ("R&D@x", "R&amp;D@<wbr>x"),
    ],
)
def test_address_breaks_at_its_parts(address: str, shown: str) -> None:
    assert breakable(address) == shown
