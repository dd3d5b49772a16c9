"""Invitations by a real server: one link, once, to the user's own mailbox; nothing left behind."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.system.servers.smtp_server import SmtpServer, smtp_server

from passerelle.access import services as access
from passerelle.crm.models import AuditEntry, SignInAccount, SignInLink
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in
from passerelle.mailboxes.services import create_user_with_mailbox, save_relay

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PASSWORD = "une phrase assez longue"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        stored = {"host": "localhost", "port": running.port, "security": "none",
                  "sender_address": "passerelle@example.com"}  # fmt: skip
        save_relay(stored, username="", password=None, by="admin")
        yield running


@pytest.fixture
def account() -> SignInAccount:
    user = create_user_with_mailbox("Anna Example", "anna@example.com")
    return access.create_account("anna", Role.USER, systemuser=user, by="admin")


@pytest.fixture
def administrator() -> Client:
    client = Client()
    admin = create_sign_in("admin", Role.ADMINISTRATOR)
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    return client


def invite(administrator: Client, account: SignInAccount) -> Any:
    return administrator.post(f"/sign-in-accounts/{account.pk}/invite/", follow=True)


def link_in(server: SmtpServer) -> str:
    """The path of the link in the last message."""
    content = server.taken[-1].content
    assert isinstance(content, bytes)
    message: Any = message_from_bytes(content, policy=default)
    assert message["Auto-Submitted"] == "auto-generated"
    found = re.search(r"http://testserver(/sign-in/\S+)", message.get_content())
    assert found
    return found.group(1)


def test_from_the_mail_to_ones_own_mailbox(
    server: SmtpServer, account: SignInAccount, administrator: Client
) -> None:
    invite(administrator, account)
    assert server.taken[0].rcpt_tos == ["anna@example.com"]
    browser, link = Client(), link_in(server)
    assert browser.get(link).status_code == 200
    assert browser.post(link)["Location"] == "/password/"
    form = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert browser.post("/password/", form)["Location"] == "/my-mailbox/"
    assert browser.get("/my-mailbox/").status_code == 200
    assert Client().post(link).status_code == 410
    token = link.split("/")[2]
    assert token not in str(list(SignInLink.objects.values()))
    assert token not in str(list(AuditEntry.objects.values()))


def test_a_second_invitation_ends_the_first(
    server: SmtpServer, account: SignInAccount, administrator: Client
) -> None:
    invite(administrator, account)
    first = link_in(server)
    invite(administrator, account)
    assert Client().post(first).status_code == 410
    assert Client().post(link_in(server)).status_code == 302


def test_a_revoked_link_lets_nobody_in(
    server: SmtpServer, account: SignInAccount, administrator: Client
) -> None:
    invite(administrator, account)
    administrator.post(f"/sign-in-accounts/{account.pk}/revoke/")
    assert Client().post(link_in(server)).status_code == 410
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"account.invited", "invitation.revoked"} <= actions


def test_an_old_link_lets_nobody_in(
    server: SmtpServer, account: SignInAccount, administrator: Client
) -> None:
    invite(administrator, account)
    assert SignInLink.objects.get().expires_on > timezone.now() + timedelta(days=6)
    SignInLink.objects.update(expires_on=timezone.now() - timedelta(seconds=1))
    assert Client().post(link_in(server)).status_code == 410


def test_what_was_not_sent_leaves_no_link(
    server: SmtpServer, account: SignInAccount, administrator: Client
) -> None:
    server.answers.recipients = {"anna@example.com": "550 5.1.1 no such user"}
    page = invite(administrator, account).content.decode()
    assert "no such user" in page
    assert not SignInLink.objects.exists()
    assert not AuditEntry.objects.filter(action="account.invited").exists()


def test_an_account_that_is_no_user_is_not_invited(
    server: SmtpServer, administrator: Client
) -> None:
    plain = create_sign_in("plain", Role.USER)
    page = invite(administrator, plain).content.decode()
    assert "no user with an email address" in page
    assert server.taken == []
