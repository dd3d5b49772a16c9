"""Names of the steps of a test."""

import pytest
from django.utils import translation

from passerelle.mailboxes.services import step_label
from passerelle.mailboxes.testing.arrival import ARRIVED, REMOVED
from passerelle.mailboxes.testing.outgoing import SEND
from passerelle.protocols.interfaces import StepName


@pytest.mark.parametrize("name", [*(step.value for step in StepName), SEND, ARRIVED, REMOVED])
def test_every_step_is_called_by_words_in_both_languages(name: str) -> None:
    english = step_label(name)
    with translation.override("fr"):
        french = step_label(name)
    assert len({name, english, french}) == len([name, english, french])


def test_a_step_of_another_version_is_called_by_its_name() -> None:
    assert step_label("dance") == "dance"
