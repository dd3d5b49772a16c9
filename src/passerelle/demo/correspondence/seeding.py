"""Some 600 letters that lie in the mailboxes when the demonstration begins, dated back from now.

They are the same ones in each world. More than half fell within the last 24 hours, so that a
migrated mailbox has something to bring.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from passerelle.demo.company import LEADS, Desk, Person, contacts
from passerelle.demo.correspondence.letters import (
    File,
    Letter,
    body,
    compose,
    new_id,
    pdf,
    png,
    quoted,
)
from passerelle.demo.correspondence.oddities import Case, oddities
from passerelle.demo.correspondence.phrases import FORWARD_MARK, GIVEN_ON, TOPICS, Topic
from passerelle.demo.correspondence.scenes import stage
from passerelle.demo.mail_world.post import Post
from passerelle.demo.staff import EVERYBODY, QUEUES, USERS

THREADS = 110
SINGLES = 240
FORWARDED = 20  # of so many threads one is forwarded by its customer
_ROLL = 20260301  # the same company letters at each start from nothing
_RECENT = 0.65


def seed(post: Post, now: datetime) -> int:
    """Put the letters into the Maildirs; how many files that made for the company."""
    dice = random.Random(_ROLL)  # noqa: S311 - letters, not keys
    count = 0
    for letter in sorted(_letters(dice, now), key=lambda letter: letter.at):
        post.deliver(letter.sender.address, letter.recipients, compose(letter), letter.at)
        count += len(letter.recipients)
    for write in oddities():
        customer, to, at = dice.choice(contacts()), dice.choice(EVERYBODY), _moment(dice, now)
        case = Case(customer, to, at, _token(dice))
        post.deliver(case.sender.address, [case.to.address], write(case), case.at)
        count += 1
    return count + stage(post, now)


def _letters(dice: random.Random, now: datetime) -> Iterator[Letter]:
    threads = [list(_thread(dice, now, number)) for number in range(THREADS)]
    for number in range(SINGLES):
        yield _single(dice, now, number)
    for number, (asked, answered, reaction) in enumerate(threads):
        yield from (asked, answered, reaction)
        if number % FORWARDED == 0:
            yield _given_on(asked, reaction, now)


def _thread(dice: random.Random, now: datetime, number: int) -> Iterator[Letter]:
    """A customer's question, our answer (in the customer's Maildir), and the reaction."""
    customer = dice.choice(contacts())
    ours = replace(USERS[number % len(USERS)], language=customer.language)
    topic, start = _topic(dice, customer), _moment(dice, now)
    step = (now - start) / 3
    first, second, third = (new_id(one, _token(dice)) for one in (customer, ours, customer))
    asked = body(customer, ours, topic.text)
    answered = body(ours, customer, topic.answer)
    subject = f"Re: {topic.subject}"
    yield Letter(customer, [ours], topic.subject, asked, start, first)
    reply = f"{answered}\n{quoted(asked)}"
    yield Letter(ours, [customer], subject, reply, start + step, second, answers=[first])
    reaction = f"{body(customer, ours, topic.reaction)}\n{quoted(answered)}"
    at = start + step * 2
    yield Letter(customer, [ours], subject, reaction, at, third, answers=[first, second])


def _given_on(asked: Letter, reaction: Letter, now: datetime) -> Letter:
    """The customer takes the old thread up for a matter of its own: a forward, and no answer."""
    customer, ours = reaction.sender, reaction.to[0]
    text = f"{body(customer, ours, GIVEN_ON[customer.language])}\n{quoted(reaction.text)}"
    return Letter(
        customer,
        [ours],
        f"{FORWARD_MARK[customer.language]}{asked.subject}",
        text,
        reaction.at + (now - reaction.at) / 2,
        new_id(customer, f"{reaction.message_id.partition('@')[0].strip('<')}.on"),
        answers=[*reaction.answers, reaction.message_id],
    )


def _single(dice: random.Random, now: datetime, number: int) -> Letter:
    """One letter to a queue or a user, now and then with a copy or a file, or of a lead."""
    customer = dice.choice(LEADS if number % 7 == 0 else contacts())
    ours: Sequence[Person | Desk] = QUEUES if number % 2 else USERS
    to = ours[number // 2 % len(ours)]
    topic = _topic(dice, customer)
    return Letter(
        customer,
        [to],
        topic.subject,
        body(customer, to, topic.text),
        _moment(dice, now),
        new_id(customer, _token(dice)),
        cc=[dice.choice(USERS)] if number % 12 == 0 else (),
        files=[_file(number, topic)] if number % 5 == 0 else (),
    )


def _file(number: int, topic: Topic) -> File:
    kinds = (
        File(f"{topic.subject}.pdf", "application/pdf", pdf(topic.subject)),
        File("photo-hall.png", "image/png", png(96, number, 120, 180)),
        File("références.csv", "text/csv", "référence;quantité\nB-7;16\n".encode()),
    )
    return kinds[number // 5 % len(kinds)]


def _token(dice: random.Random) -> str:
    return f"{dice.getrandbits(128):032x}"


def _topic(dice: random.Random, customer: Person) -> Topic:
    return dice.choice(TOPICS[customer.language])


def _moment(dice: random.Random, now: datetime) -> datetime:
    hours = dice.uniform(0.2, 23.5) if dice.random() < _RECENT else dice.uniform(24.5, 24.0 * 9)
    return (now - timedelta(hours=hours)).replace(microsecond=0)
