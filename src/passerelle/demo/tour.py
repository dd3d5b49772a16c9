"""What the demonstration says on the console: where it is, how to sign in, and what to try."""

from django.utils.translation import gettext
from rich.console import Console

from passerelle.demo.company import ENGLISH, FRENCH
from passerelle.demo.correspondence.phrases import FORWARD_MARK
from passerelle.demo.correspondence.scenes import DESK
from passerelle.demo.making import Made, Start
from passerelle.demo.records import ACCOUNT
from passerelle.demo.sights import sights
from passerelle.demo.staff import (
    ADMINISTRATOR,
    COLLEAGUE,
    FITTERS,
    FORWARD_MAILBOX,
    GUIDE,
    MISSPELT,
    RELAY,
)
from passerelle.demo.world import HOST, Ports


def tell(console: Console, text: str = "") -> None:
    """One line as it is: no markup, and no break inside an address."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def tell_made(console: Console, made: Made) -> None:
    """What the first start made."""
    counts = made.counts
    tell(
        console,
        gettext(
            "A company was made: {users} users, {queues} queues, {contacts} contacts, "
            "{accounts} accounts, {leads} leads, {letters} letters."
        ).format(
            users=counts.users,
            queues=counts.queues,
            contacts=counts.contacts,
            accounts=counts.accounts,
            leads=counts.leads,
            letters=made.letters,
        ),
    )


def tell_tour(console: Console, start: Start, link: str) -> None:
    """The address, the accounts, and what to do there."""
    tell(console)
    tell(console, gettext("Passerelle runs at {address}").format(address=_address(start.ports)))
    tell(console, gettext("Sign in, once, with this link: {link}").format(link=link))
    tell(console)
    for line in _accounts(start):
        tell(console, line)
    tell(console)
    for number, step in enumerate((*_migrating(start), *_using(start)), start=1):
        tell(console, f"  {number}. {step}")
    tell(console)
    for sight in sights():
        tell(console, f"  • {sight.text} {_address(start.ports).rstrip('/')}{sight.path}")
    tell(console)
    for line in _notes(start):
        tell(console, line)


def _address(ports: Ports) -> str:
    return f"http://{HOST}:{ports.web}/"


def _accounts(start: Start) -> list[str]:
    return [
        gettext("Account {account} ({name}), administrator: you choose its password.").format(
            account=ACCOUNT, name=GUIDE.fullname
        ),
        gettext(
            "Password of each mailbox (its user name is its address) and of {relay}: {password}"
        ).format(relay=RELAY, password=start.password),
    ]


def _migrating(start: Start) -> list[str]:
    return [
        gettext(
            "Migrate both E-mail Routers: Email Configuration, Migrate Email Router Data. The "
            "files are in {folder}, paris and london. What is asked: Exchange 2010, Exchange 2007 "
            "(WebDAV), and a custom one."
        ).format(folder=start.world.router),
        gettext(
            "In the review match {address} by hand, who is misspelt; make {account}, an account of "
            "nobody, a forward mailbox; make the Exchange profile IMAP on {host}, port {port}, "
            "without encryption; bring the passwords: {file}."
        ).format(
            address=MISSPELT.address,
            account=FORWARD_MAILBOX.address,
            host=HOST,
            port=start.ports.imap,
            file=start.world.passwords,
        ),
        gettext(
            "Under Mailboxes, Change delivery methods, say Forward mailbox as the incoming email "
            "of {names}: their mail is forwarded, and unpacked."
        ).format(names=", ".join(one.fullname for one in FITTERS)),
        gettext(
            "Approve everybody under Mailboxes, then let waves test and enable them: 10 in a "
            "wave, 0 minutes apart. Test the forward mailbox by itself."
        ),
    ]


def _using(start: Start) -> list[str]:
    return [
        gettext(
            "In System Settings switch Process email using to Server-side synchronization, and "
            "see mail come in under Emails."
        ),
        gettext(
            "Answer an email of the queue {queue}. A copy lies in its Sent folder; the customer "
            "reads it and, a little later, writes back."
        ).format(queue=DESK.name),
        gettext(
            "Look for {mark} under Emails: a customer forwarded an old thread. Its page proposes "
            "what it may answer; accept it, or not."
        ).format(mark=FORWARD_MARK[ENGLISH if start.language == "en" else FRENCH].strip()),
        gettext(
            "Make a sign-in account for {name} and invite them by mail. The letter with the link "
            "lies in the mailbox {address}."
        ).format(name=COLLEAGUE.fullname, address=COLLEAGUE.address),
        gettext(
            "Stop the mail servers: touch {file}. One alert tells of it, a notice comes to "
            "{address}; remove the file, and it heals."
        ).format(file=start.world.mail_off, address=ADMINISTRATOR),
    ]


def _notes(start: Start) -> list[str]:
    world, ports = start.world, start.ports
    return [
        gettext("Every mailbox is a Maildir in {folder}, the customers' too.").format(
            folder=world.mail
        ),
        gettext(
            "Mail servers on {host}: IMAP {imap}, POP3 {pop3}, SMTP {smtp}, without encryption."
        ).format(host=HOST, imap=ports.imap, pop3=ports.pop3, smtp=ports.smtp),
        gettext("Logs: {log}. Ctrl-C stops; make demo-reset starts over.").format(
            log=world.folder / "passerelle.log"
        ),
    ]
