"""Every reason and everything looked at has a sentence, and decisions bring its facts."""

import pytest
from hypothesis import given
from tests.unit.tracking.any_mail import incomings, mailboxes, some_answers

from passerelle.tracking import (
    FILTERS,
    KINDS,
    LOOKS,
    METHODS,
    REASONS,
    Answers,
    CorrelationMethod,
    Filter,
    Incoming,
    Look,
    Looked,
    NeverKind,
    NeverRule,
    PartyKind,
    ReadingMailbox,
    Reason,
    TrackingSettings,
    decide,
    explain,
    explain_look,
    explain_rule,
)


def test_nothing_is_without_a_sentence() -> None:
    assert REASONS.keys() == set(Reason)
    assert LOOKS.keys() == set(Look)


@given(incomings(), some_answers, mailboxes)
def test_a_decision_brings_the_facts_of_its_sentences(
    incoming: Incoming, known: Answers, box: ReadingMailbox
) -> None:
    (decision,) = decide([incoming], known, TrackingSettings(two_activities=False), box)
    assert "…" not in explain(decision.reason, decision.facts)
    assert not any("…" in explain_look(looked) for looked in decision.looked_at)


def test_sentences_are_translated_before_they_are_filled() -> None:
    facts = (("owner", "Anna"), ("sender", "x@example.com"))
    french = {REASONS[Reason.ACCEPT_ALL]: "Suivi : {owner} prend tout."}
    assert explain(Reason.ACCEPT_ALL, facts, french.__getitem__) == "Suivi : Anna prend tout."


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name.lower())
def test_a_fact_that_is_missing_shows_as_missing(reason: Reason) -> None:
    assert explain(reason, ())
    assert "{" not in explain(reason, ())


def test_codes_are_said_in_words() -> None:
    facts = (("name", "Anna"), ("kind", "systemuser"), ("filter", 1))
    assert explain_look(Looked(Look.TAKER_WANTS, facts)) == (
        "Anna (user) wants it; option: replies to tracked email."
    )
    assert FILTERS.keys() == set(Filter)
    assert KINDS.keys() == set(PartyKind)
    assert METHODS.keys() == set(CorrelationMethod)


def test_a_code_of_another_version_is_shown_as_it_is() -> None:
    looked = Looked(Look.CORRELATED, (("method", 9),))
    assert explain_look(looked) == "It answers a tracked email, found by 9."


def test_a_fact_is_never_read_as_a_sentence() -> None:
    looked = Looked(Look.SENDER_UNKNOWN, (("address", "{x}@b"),))
    assert explain_look(looked) == "The sender {x}@b is no known record."


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        pytest.param(
            NeverRule(NeverKind.SENSITIVITY, "private"),
            "its sender marked it private",
            id="one-value",
        ),
        pytest.param(
            NeverRule(NeverKind.SENSITIVITY, ""),
            "its sender marked it personal, private or confidential",
            id="any-value",
        ),
        pytest.param(
            NeverRule(NeverKind.LIST, "ideas.news.example"),
            "it comes from the mailing list ideas.news.example",
            id="one-list",
        ),
        pytest.param(NeverRule(NeverKind.LIST, ""), "it comes from a mailing list", id="any-list"),
        pytest.param(
            NeverRule(NeverKind.DOMAIN, "news.example"),
            "its sender is at news.example",
            id="a-value-that-each-has",
        ),
    ],
)
def test_what_a_rule_says_of_a_message(rule: NeverRule, words: str) -> None:
    assert explain_rule(rule) == words
