"""A whole migration each, and its way back."""

import pytest


@pytest.fixture(autouse=True)
def migrates(whole_cycles: None) -> None:
    """Over the files and the servers of a router that was made up."""
