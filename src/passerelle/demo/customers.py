"""The customers' side while the demonstration runs: they write now and then, and they answer.

A letter of ours that lies unread in a customer's Maildir is answered after a little while, in
its thread and with its tracking token. An automatic letter is never answered (RFC 3834). What is
sent to somebody who left comes back, and tells who else there has it.
"""

import random
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses, parseaddr
from pathlib import Path
from zlib import crc32

from passerelle.demo.company import DUBOIS, ENGLISH, GONE, Desk, Person, customers
from passerelle.demo.correspondence.letters import Letter, body, compose, new_id
from passerelle.demo.correspondence.oddities import Case, returned
from passerelle.demo.correspondence.phrases import REACTIONS, TOPICS
from passerelle.demo.mail_world.maildir import Maildir
from passerelle.demo.mail_world.post import Post
from passerelle.demo.staff import EVERYBODY

TICK_SECONDS = 1.0
WRITES_AFTER = (20.0, 60.0)  # seconds between two new letters
ANSWERS_AFTER = (8.0, 25.0)  # seconds that a letter of ours lies before it is answered
MAILER = Person("Mail Delivery", "System", f"mailer-daemon@{DUBOIS.domain}", ENGLISH)
_IDS = re.compile(r"<[^<>\s]+>")


class Customers:
    """What the customers do next. `step` is told the time and does what is due."""

    def __init__(self, post: Post, dice: random.Random) -> None:
        self._post = post
        self._dice = dice
        self._next_letter: datetime | None = None

    def step(self, now: datetime) -> list[Letter]:
        """Write and answer what is due; returns what was sent."""
        sent = [*self._new_letter(now), *self._answers(now)]
        for letter in sent:
            self._post.deliver(letter.sender.address, letter.recipients, compose(letter), now)
        self._return(now)
        return sent

    def _return(self, now: datetime) -> None:
        """Report on what came for somebody who is not there any more, to who handed it over."""
        gone = self._post.maildir(GONE.address)
        for file in gone.unread() if gone.folder.is_dir() else ():
            letter = message_from_bytes(file.read_bytes(), EmailMessage, policy=SMTP)
            gone.mark_read(file)
            if (to := _ours(str(letter.get("Return-Path", "")))) is not None:
                case = Case(MAILER, to, now)
                subject, message_id = _line(letter, "Subject"), _line(letter, "Message-ID")
                report = returned(case, GONE.address, message_id, subject, _arrived(letter))
                self._post.deliver("", [to.address], report, now)

    def _new_letter(self, now: datetime) -> Iterator[Letter]:
        due = self._next_letter
        if due is None or now >= due:
            self._next_letter = now + timedelta(seconds=self._dice.uniform(*WRITES_AFTER))
        if due is not None and now >= due:
            customer = self._dice.choice(list(customers().values()))
            to = self._dice.choice(EVERYBODY)
            topic = self._dice.choice(TOPICS[customer.language])
            text = body(customer, to, topic.text)
            yield Letter(customer, [to], topic.subject, text, now, new_id(customer))

    def _answers(self, now: datetime) -> Iterator[Letter]:
        for address, customer in customers().items():
            maildir = self._post.maildir(address)
            if not maildir.folder.is_dir():
                continue  # nobody ever wrote to them
            for file in maildir.unread():
                yield from self._answer(customer, maildir, file, now)

    def _answer(
        self, customer: Person, maildir: Maildir, file: Path, now: datetime
    ) -> Iterator[Letter]:
        # The name says how long, so that the same letter waits as long at each step.
        shortest, longest = ANSWERS_AFTER
        waits = shortest + crc32(file.name.encode()) % (longest - shortest)
        if now < datetime.fromtimestamp(file.stat().st_mtime, UTC) + timedelta(seconds=waits):
            return
        received = file.read_bytes()
        maildir.mark_read(file)
        text = self._dice.choice(REACTIONS[customer.language])
        letter = answer_to(received, customer, text, now)
        if letter is not None:
            yield letter


def answer_to(received: bytes, customer: Person, text: str, now: datetime) -> Letter | None:
    """The customer's answer to a letter of ours; None when there is none to be given."""
    message = message_from_bytes(received, EmailMessage, policy=SMTP)
    to = _ours(str(message.get("Reply-To") or message.get("From") or ""))
    automatic = str(message.get("Auto-Submitted", "no")).lower() != "no"
    if to is None or automatic:
        return None
    subject = _line(message, "Subject")
    answered = str(message.get("Message-ID", ""))
    thread = _IDS.findall(f"{message.get('References', '')} {answered}")
    return Letter(
        customer,
        [to],
        subject if subject.lower().startswith("re:") else f"Re: {subject}",
        body(customer, to, text),
        now,
        new_id(customer),
        answers=thread,
    )


def _arrived(letter: EmailMessage) -> list[str]:
    """Who else of the same server has it."""
    fields = [str(one) for name in ("To", "Cc") for one in letter.get_all(name, [])]
    named = {address.lower() for _, address in getaddresses(fields)}
    there = {one for one in named if one.endswith(f"@{DUBOIS.domain}")}
    return sorted(there - {GONE.address})


def _line(message: EmailMessage, field: str) -> str:
    return " ".join(str(message.get(field, "")).split())


def _ours(field: str) -> Person | Desk | None:
    address = parseaddr(field)[1].lower()
    return next((one for one in EVERYBODY if one.address == address), None)


class CustomersAtWork:
    """The customers in a thread of their own: `start`, `stop`."""

    def __init__(self, customers_: Customers) -> None:
        self._customers = customers_
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="customers")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            self._customers.step(datetime.now(UTC))
