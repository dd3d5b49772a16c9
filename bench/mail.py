"""Made-up mail for measurements: the same messages for everybody, from one seed.

A business mailbox in sizes: most messages are short, some carry HTML, some an attachment, so that
10,000 of them are about 240 MB. Nothing here is anybody's mail.
"""

import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.system.servers.dovecot import Dovecot
from tests.system.servers.processes import hand_over

TEXT = (
    "the order of last week arrived in two parts and the invoice shows three of them "
    "could you please look at it before monday and tell us which one is right we would like "
    "to close the quarter with the figures that you have in the system thank you and best regards "
    "la commande de la semaine dernière est arrivée en deux colis et la facture en compte trois"
)
WORDS = TEXT.split()
CUSTOMERS = 60
ATTACHMENT_SHARE = 0.22
HTML_SHARE = 0.45
ATTACHMENT_BYTES = 68_000  # on average, before Base64


def messages(count: int, *, address: str, now: datetime, seed: int = 7) -> Iterator[bytes]:
    """`count` messages to `address`, oldest first, all within the last twenty hours."""
    chance = random.Random(seed)
    ids: list[str] = []
    start = now - timedelta(hours=20)
    for number in range(count):
        sent = start + timedelta(seconds=number * 20 * 3600 / count)
        yield _message(chance, number, address, sent, ids)


def fill_mailbox(server: Dovecot, user: str, count: int, *, seed: int = 7) -> int:
    """Put the messages into the mailbox of a user; gives back how many bytes they are."""
    folder = server.maildir(user)
    size = write_maildir(folder, count, address=f"{user}@bench.example", seed=seed)
    for file in folder.rglob("*"):
        hand_over(file, server.owner)
    return size


def write_maildir(folder: Path, count: int, *, address: str, seed: int = 7) -> int:
    """Write the messages as a Maildir; gives back how many bytes they are."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    total = 0
    now = datetime.now(UTC)
    for number, raw in enumerate(messages(count, address=address, now=now, seed=seed)):
        stamp = int((now - timedelta(hours=20)).timestamp() + number * 20 * 3600 / count)
        file = folder / "cur" / f"{stamp}.M{number}P1.bench,S={len(raw)}:2,S"
        file.write_bytes(raw)
        total += len(raw)
    return total


def _message(
    chance: random.Random, number: int, address: str, sent: datetime, ids: list[str]
) -> bytes:
    customer = chance.randrange(CUSTOMERS)
    message_id = f"<{number}.{chance.getrandbits(64):x}@customers.example>"
    headers = [
        f"Received: from mx.customers.example by mail.bench.example; {format_datetime(sent)}",
        f"From: Customer {customer} <customer{customer}@customers.example>",
        f"To: {address}",
        f"Date: {format_datetime(sent)}",
        f"Message-ID: {message_id}",
        f"Subject: {'Re: ' if number % 3 else ''}Order {number // 3} {_text(chance, 4)}",
        "MIME-Version: 1.0",
    ]
    if number % 3 and ids:
        headers.append(f"In-Reply-To: {ids[-1]}")
        headers.append(f"References: {' '.join(ids[-3:])}")
    ids.append(message_id)
    del ids[:-8]
    return ("\r\n".join(headers) + "\r\n" + _body(chance, number)).encode()


def _body(chance: random.Random, number: int) -> str:
    text = "\r\n".join(_text(chance, 12) for _ in range(chance.randint(5, 60)))
    plain = (
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
    share = chance.random()
    if share < ATTACHMENT_SHARE:
        content = chance.randbytes(chance.randint(ATTACHMENT_BYTES // 10, ATTACHMENT_BYTES * 2))
        encoded = base64.encodebytes(content).decode().replace("\n", "\r\n")
        file = (
            f'Content-Type: application/pdf; name="invoice-{number}.pdf"\r\n'
            "Content-Transfer-Encoding: base64\r\n"
            f'Content-Disposition: attachment; filename="invoice-{number}.pdf"\r\n\r\n{encoded}'
        )
        return _multipart("mixed", f"b{number}", plain, file)
    if share < ATTACHMENT_SHARE + HTML_SHARE:
        paragraphs = "".join(f"<p>{_text(chance, 14)}</p>" for _ in range(chance.randint(5, 40)))
        html = (
            "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            f"<html><body>{paragraphs}</body></html>\r\n"
        )
        return _multipart("alternative", f"b{number}", plain, html)
    return plain


def _multipart(kind: str, boundary: str, *parts: str) -> str:
    joined = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    return f"{head}{joined}--{boundary}--\r\n"


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))
