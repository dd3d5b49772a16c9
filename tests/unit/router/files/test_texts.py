"""Each value that a page may show has its sentence."""

from collections.abc import Mapping
from enum import Enum

import pytest

from passerelle.router.files import texts
from passerelle.router.files.format import QuestionKind
from passerelle.router.files.merged import Obstacle, Outcome, ProfileNotice
from passerelle.router.files.values import Notice


@pytest.mark.parametrize(
    ("sentences", "kind"),
    [
        (texts.OUTCOMES, Outcome),
        (texts.OBSTACLES, Obstacle),
        (texts.PROFILE_NOTICES, ProfileNotice),
        (texts.NOTICES, Notice),
        (texts.QUESTIONS, QuestionKind),
    ],
)
def test_none_is_without_a_sentence(sentences: Mapping[Enum, str], kind: type[Enum]) -> None:
    assert sentences.keys() == set(kind)
    assert all(text.endswith((".", "?")) for text in sentences.values())
