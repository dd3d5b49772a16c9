"""`make test` runs several steps; its last line, pytest's, must not be better than all of them."""

import os

import pytest


@pytest.mark.database
@pytest.mark.soak
def test_steps_before_a_soak_passed() -> None:
    assert_earlier_steps_passed()


@pytest.mark.database
def test_steps_before_this_run_passed() -> None:
    assert_earlier_steps_passed()


def assert_earlier_steps_passed() -> None:
    failed = os.environ.get("PASSERELLE_FAILED_STEPS", "")
    assert not failed, f"these steps of make test failed before, see above: {failed}"
