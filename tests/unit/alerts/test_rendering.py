"""Texts of alerts, from code and facts."""

import pytest
from django.utils import translation

from passerelle.alerts.models import Alert
from passerelle.alerts.rendering import render, render_raised
from passerelle.faults import Facts
from passerelle.faults.mail.protocols import ConnectionLost

LOST: Facts = {"host": "mail.example", "step": "listing"}


def test_facts_stand_in_the_text() -> None:
    rendered = render(Alert(code="PSR-NET-004", facts=LOST))
    assert rendered.cause == "mail.example closed the connection during listing."
    assert rendered == render_raised(ConnectionLost(**LOST))


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        pytest.param("PSR-NEW-999", {"host": "mail.example"}, id="code-of-a-newer-version"),
        pytest.param("PSR-NET-004", {"host": "mail.example"}, id="a-fact-is-missing"),
    ],
)
def test_what_is_not_known_is_told_plainly(code: str, facts: Facts) -> None:
    rendered = render(Alert(code=code, facts=facts))
    assert code in rendered.cause
    assert "mail.example" in rendered.cause
    assert rendered.remedy


def test_braces_in_facts_are_only_text() -> None:
    rendered = render(Alert(code="PSR-NET-004", facts={"host": "{step.x}", "step": "{0}"}))
    assert rendered.cause == "{step.x} closed the connection during {0}."


def test_every_language_gives_a_text() -> None:
    with translation.override("fr"):
        assert "mail.example" in render(Alert(code="PSR-NET-004", facts=LOST)).cause


def test_words_of_ours_among_the_facts_are_translated_and_names_are_not() -> None:
    facts: Facts = {"host": "Failed", "step": "the greeting"}
    with translation.override("fr"):
        cause = render(Alert(code="PSR-NET-004", facts=facts)).cause
    assert cause.startswith("Failed a fermé")
    assert "accueil" in cause
