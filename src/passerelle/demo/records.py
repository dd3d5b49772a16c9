"""The company in Passerelle's own database: users, queues, customers, and the visitor's account.

Everything goes through the services of `crm` and `mailboxes`, with the GUIDs that the router's
files name. Nothing is approved or enabled here, and no mailbox has a password: that is the tour.
"""

from dataclasses import dataclass

from django.core.management import call_command
from django.db import connections, transaction
from django.urls import reverse

from passerelle.configuration import ensure_keys, load_config
from passerelle.crm import services as crm
from passerelle.crm.models import Account, Queue, SystemUser
from passerelle.crm.models.people import FilteringMethod, Role, SharedLevel, SignInAccount
from passerelle.crm.sharing import share_of_queue, share_usually
from passerelle.demo.company import COMPANY, DUBOIS, FIRMS, GONE, LEADS, TWIN, contacts
from passerelle.demo.correspondence.oddities import PERSONAL_MARK
from passerelle.demo.staff import (
    ADMINISTRATOR,
    ALIAS,
    COLLEAGUE,
    GUIDE,
    PASSERELLE,
    QUEUES,
    USERS,
    WAITING_ALIAS,
)
from passerelle.demo.world import HOST, Ports
from passerelle.faults import Secret
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.models.choices import Security
from passerelle.mailboxes.services import SendingLimit
from passerelle.monitoring import services as monitoring
from passerelle.tracking import Creates, NeverKind, NeverRule

ACCOUNT = "camille"
BY = "demonstration"
# A visitor looks on: what a company would gather for two minutes is told at once.
GATHER_SECONDS = 5
NOTICES_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Counts:
    """What was made, for the console."""

    users: int = len(USERS)
    queues: int = len(QUEUES)
    contacts: int = len((*contacts(), GONE, TWIN))
    accounts: int = len(FIRMS)
    leads: int = len(LEADS)


def bring_up_to_date() -> None:
    """Make the key file, and the database or its newest shape."""
    ensure_keys(load_config().key_file)
    call_command("migrate", interactive=False, verbosity=0)


def create_records(language: str) -> Counts:
    """Make all people and customers, in one transaction."""
    with transaction.atomic():
        crm.organization()
        crm.rename_organization(COMPANY)
        users = _create_users()
        for desk in QUEUES:
            members = [users[address] for address in desk.members]
            mailboxes.create_queue_with_mailbox(
                desk.name, desk.address, guid=desk.guid, owner=members[0], members=members, by=BY
            )
        _create_customers(list(users.values()))
        _set_up_scenes(users)
        crm.create_sign_in(
            ACCOUNT, Role.ADMINISTRATOR, systemuser=users[GUIDE.address], language=language
        )
    return Counts()


def _create_users() -> dict[str, SystemUser]:
    return {
        user.address: mailboxes.create_user_with_mailbox(
            user.fullname,
            user.address,
            guid=user.guid,
            filtering=FilteringMethod.CUSTOMERS,
            by=BY,
        )
        for user in USERS
    }


def _set_up_scenes(users: dict[str, SystemUser]) -> None:
    """What the company has said of tracking, addresses, sight and limits."""
    mailboxes.add_never_rule(None, NeverRule(NeverKind.LIST), BY)
    mailboxes.add_never_rule(None, NeverRule(NeverKind.SUBJECT, PERSONAL_MARK), BY)
    rules = {
        "smart_matching": True,
        "plus_addresses": True,
        "create_automatically": Creates.CONTACT,
    }
    mailboxes.save_tracking_rules(rules, BY)
    sales = Queue.objects.get(pk=QUEUES[1].guid)
    share_usually(SharedLevel.METADATA, BY)
    share_of_queue(sales, SharedLevel.SUBJECT, BY)
    crm.add_alias(sales, ALIAS, BY)
    crm.ask_alias(users[COLLEAGUE.address], WAITING_ALIAS, BY)
    one_a_minute = SendingLimit(emails_a_minute=1, recipients_a_day=None)
    mailboxes.add_sending_rate(DUBOIS.domain, one_a_minute, BY)


def set_up_notices(ports: Ports, language: str, password: Secret) -> None:
    """Give the product a way out of its own, and somebody to tell."""
    way = {"host": HOST, "port": ports.relay, "security": Security.NONE}
    mailboxes.save_relay(
        {**way, "sender_address": PASSERELLE}, username=PASSERELLE, password=password, by=BY
    )
    values = {
        "mail_to": ADMINISTRATOR,
        "gather_seconds": GATHER_SECONDS,
        "most_per_hour": NOTICES_AN_HOUR,
        "language": language,
    }
    monitoring.save_notice_settings(values, secret=None, by=BY)


def _create_customers(owners: list[SystemUser]) -> None:
    accounts: dict[str, Account] = {}
    for number, firm in enumerate(FIRMS):
        accounts[firm.name] = crm.create_account(
            firm.name,
            guid=firm.guid,
            email_address1=firm.address,
            telephone1=firm.telephone,
            owner=owners[number % len(owners)],
        )
    for person in (*contacts(), GONE, TWIN):
        crm.create_contact(
            person.first_name,
            person.last_name,
            guid=person.guid,
            email_address1=person.address,
            job_title=person.job,
            parent_customer=accounts[person.company],
        )
    for person in LEADS:
        crm.create_lead(
            person.first_name,
            person.last_name,
            guid=person.guid,
            email_address1=person.address,
            company_name=person.company,
        )


def follow_ports(before: Ports, now: Ports) -> None:
    """Point the relay, and the profiles that were migrated, at the ports of this start."""
    mailboxes.save_relay({"port": now.relay}, username=PASSERELLE, password=None, by=BY)
    moved = {
        ("incoming", before.imap): now.imap,
        ("incoming", before.pop3): now.pop3,
        ("outgoing", before.smtp): now.smtp,
    }
    for profile in EmailServerProfile.objects.all():
        changes = {}
        for (direction, old), new in moved.items():
            here = getattr(profile, f"{direction}_location") == HOST
            if here and old != new and getattr(profile, f"{direction}_port") == old:
                changes[f"{direction}_port"] = new
        if changes:
            mailboxes.update_profile(profile, by=BY, **changes)


def sign_in_address(ports: Ports) -> str:
    """A new one-time link for the visitor."""
    token = crm.sign_in_link(SignInAccount.objects.get(username=ACCOUNT))
    return f"http://{HOST}:{ports.web}{reverse('web:sign-in-link', args=[token])}"


def close_database() -> None:
    """Leave the database to the product."""
    connections.close_all()
