"""What the demonstration says on the console: where it is, how to sign in, and the five steps."""

from django.utils.translation import gettext
from rich.console import Console

from passerelle.demo.company import QUEUES, RELAY, USERS
from passerelle.demo.records import Counts
from passerelle.demo.world import HOST, Ports, World

_GUIDE_QUEUE, _GUIDE_USER = QUEUES[0], USERS[1]


def tell(console: Console, text: str = "") -> None:
    """One line as it is: no markup, and no break inside an address."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def tell_made(console: Console, counts: Counts, letters: int) -> None:
    """What the first start made."""
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
            letters=letters,
        ),
    )


def tell_tour(console: Console, world: World, ports: Ports, link: str, password: str) -> None:
    """The address, the link, and what to do there."""
    tell(console)
    tell(console, gettext("Passerelle runs at {address}").format(address=_address(ports)))
    tell(console, gettext("Sign in, once, with this link: {link}").format(link=link))
    tell(console)
    for number, step in enumerate(_steps(world, password), start=1):
        tell(console, f"  {number}. {step}")
    tell(console)
    for line in _notes(world, ports):
        tell(console, line)


def _address(ports: Ports) -> str:
    return f"http://{HOST}:{ports.web}/"


def _steps(world: World, password: str) -> list[str]:
    return [
        gettext(
            "Migrate the Email Router: Email Configuration, Migrate Email Router Data. Its three "
            "files are in {folder}. Asked what the unknown provider is, answer Exchange 2010."
        ).format(folder=world.router),
        gettext(
            "Enter the password, as none can be taken over: it is {password} for the SMTP account "
            "{relay} of the profiles, and for each mailbox."
        ).format(password=password, relay=RELAY),
        gettext(
            "Open Mailboxes: approve the queue {queue} and the user {user}, then test and enable "
            "them."
        ).format(queue=_GUIDE_QUEUE.name, user=_GUIDE_USER.fullname),
        gettext(
            "In System Settings switch Process email using to Server-side synchronization, and "
            "see mail come in under Emails."
        ),
        gettext(
            "Open an email of the queue {queue} and answer it. The customer reads it and, a "
            "little later, writes back."
        ).format(queue=_GUIDE_QUEUE.name),
    ]


def _notes(world: World, ports: Ports) -> list[str]:
    return [
        gettext("Every mailbox is a Maildir in {folder}, the customers' too.").format(
            folder=world.mail
        ),
        gettext(
            "Mail servers on {host}: IMAP {imap}, POP3 {pop3}, SMTP {smtp}, without encryption."
        ).format(host=HOST, imap=ports.imap, pop3=ports.pop3, smtp=ports.smtp),
        gettext("To see an outage: touch {file}; remove the file, and it heals.").format(
            file=world.mail_off
        ),
        gettext("Logs: {log}. Ctrl-C stops; make demo-reset starts over.").format(
            log=world.folder / "passerelle.log"
        ),
    ]
