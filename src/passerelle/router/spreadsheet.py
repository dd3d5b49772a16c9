"""How tables that leave the migration suit the spreadsheet of whoever reads them."""

from django.utils.formats import get_format


def delimiter() -> str:
    """Between the cells, in the active language: a comma is no delimiter where it is a decimal."""
    return ";" if get_format("DECIMAL_SEPARATOR") == "," else ","
