"""The company of the pages' tests, whose conversations are told here."""

from tests.unit.web.conftest import world

__all__ = ["world"]
