"""Why an email is not sent yet: one sentence for every state, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from tests.unit.sync.conftest import Company
from tests.unit.sync.outgoing.test_sending import draft

from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.engine.services import WorkState
from passerelle.faults.mailboxes import NotApproved, PasswordMissing, ProcessedByRouter
from passerelle.mailboxes.models import Mailbox, SystemSettings
from passerelle.sync.models.outgoing import SubmissionState
from passerelle.sync.outgoing.why import IDLE, Held, Standing, explain
from passerelle.sync.services import submit, why_not_sent

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
PENDING = Standing(EmailStatus.PENDING_SEND, NOW, SubmissionState.WAITING)


def work(**values: Any) -> WorkState:
    return replace(IDLE, **values)


CASES = [
    pytest.param(
        Standing(EmailStatus.DRAFT, NOW), "nobody has sent it", "personne ne l’a", None,
        id="a-draft-was-not-sent-by-anybody",
    ),
    pytest.param(
        Standing(EmailStatus.FAILED, NOW, SubmissionState.FAILED, answer="550 no"),
        "(550 no)", "(550 no)", None, id="a-refusal-is-told-as-the-server-said-it",
    ),
    pytest.param(
        Standing(EmailStatus.SENDING, NOW, SubmissionState.UNKNOWN),
        "a person says", "une personne indique", None, id="a-lost-answer-waits-for-a-person",
    ),
    pytest.param(
        Standing(EmailStatus.SENDING, NOW, SubmissionState.MARKED),
        "handed over", "remis", None, id="the-last-answer-is-awaited",
    ),
    pytest.param(
        replace(PENDING, hindrance=ProcessedByRouter(mailbox="Anna")),
        "waits for a person", "attend une décision", None, id="before-the-switch",
    ),
    pytest.param(
        replace(PENDING, hindrance=NotApproved(mailbox="Anna"), send_after=LATER),
        "approved", "approuvée", None, id="an-approval-comes-before-any-time",
    ),
    pytest.param(
        replace(PENDING, hindrance=PasswordMissing(owner="Anna")),
        "password", "mot de passe", None, id="a-password-is-missing",
    ),
    pytest.param(
        replace(PENDING, send_after=LATER, not_before=LATER),
        "time that was chosen", "heure choisie", LATER, id="sent-later",
    ),
    pytest.param(
        replace(PENDING, credentials_rest_until=LATER),
        "refused the mailbox", "refusé le mot de passe", LATER, id="refused-credentials-rest",
    ),
    pytest.param(
        replace(PENDING, held=Held(LATER, answer="550 quota"), not_before=NOW, answer="550 quota"),
        "from this mailbox for now: 550 quota", "de cette boîte aux lettres pour l’instant",
        LATER, id="the-server-takes-no-more-of-it",
    ),
    pytest.param(
        replace(PENDING, held=Held(LATER, "gmail.com", "421 slow"), work=work(running=True)),
        "to gmail.com for now: 421 slow", "vers gmail.com pour l’instant", LATER,
        id="a-domain-takes-no-more",
    ),
    pytest.param(
        replace(PENDING, held=Held(LATER)), "limits of the server profile",
        "limites du profil de serveur", LATER, id="a-limit-of-ours",
    ),
    pytest.param(
        replace(PENDING, held=Held(LATER, "gmail.com")), "to gmail.com as", "vers gmail.com",
        LATER, id="a-limit-of-ours-for-a-domain",
    ),
    pytest.param(
        replace(PENDING, held=Held(NOW, answer="550 quota"), work=work(running=True)),
        "turn is now", "son tour", None, id="a-rest-that-is-over-is-not-told",
    ),
    pytest.param(
        replace(PENDING, not_before=LATER, answer="451 rate"),
        "451 rate", "451 rate", LATER, id="the-server-asked-to-wait",
    ),
    pytest.param(
        replace(PENDING, a_worker_runs=False), "No worker", "Aucun processus", None,
        id="nobody-works",
    ),
    pytest.param(
        replace(PENDING, work=work(running=True), ahead=3), "3 emails", "3 e-mails", None,
        id="others-are-before-it",
    ),
    pytest.param(
        replace(PENDING, work=work(running=True)), "turn is now", "son tour", None,
        id="it-is-its-turn",
    ),
    pytest.param(
        replace(PENDING, work=work(due_on=LATER, attempts=2, last_code="PSR-NET-002")),
        "PSR-NET-002", "PSR-NET-002", LATER, id="an-outage-with-its-next-attempt",
    ),
    pytest.param(
        replace(PENDING, work=work(due_on=LATER)), "in a moment", "dans un instant", LATER,
        id="a-moment",
    ),
    pytest.param(
        replace(PENDING, work=work(due_on=NOW)), "connection", "connexion", None,
        id="the-lane-is-full",
    ),
    pytest.param(
        replace(PENDING, work=work(last_code="PSR-SRV-001")), "PSR-SRV-001", "PSR-SRV-001", None,
        id="a-failure-that-nobody-retries",
    ),
    pytest.param(PENDING, "rests", "au repos", None, id="nothing-is-asked-for"),
]  # fmt: skip


@pytest.mark.parametrize(("standing", "english", "french", "following"), CASES)
def test_explain(standing: Standing, english: str, french: str, following: datetime | None) -> None:
    for language, words in (("en", english), ("fr", french)):
        with translation.override(language):
            why = explain(standing)
        assert why is not None
        assert words in why.text
        assert why.next_attempt == following


@pytest.mark.parametrize("status", [EmailStatus.SENT, EmailStatus.RECEIVED, EmailStatus.CANCELED])
def test_what_is_done_is_not_explained(status: EmailStatus) -> None:
    assert explain(Standing(status, NOW, SubmissionState.SENT)) is None


@pytest.mark.django_db
@pytest.mark.database
def test_it_is_told_of_an_email_as_it_stands(company: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)
    submission = submit(draft(company), "anna", company.anna)

    def told() -> str:
        why = why_not_sent(Email.objects.get(pk=submission.pk))
        return why.text if why else ""

    assert "No worker" in told()
    Mailbox.objects.update(enabled_for_outgoing=False)
    assert "not enabled" in told()
    Mailbox.objects.update(enabled_for_outgoing=True)
    company.send()
    assert told() == ""
