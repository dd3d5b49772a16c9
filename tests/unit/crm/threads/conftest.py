"""The company of the pages' tests, whose conversations are told here."""

from tests.unit.web.conftest import made_before, world

__all__ = ["made_before", "world"]
