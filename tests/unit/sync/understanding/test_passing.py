"""What one process read arrives at the other as it was."""

import io
import pickle
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest
from tests.unit.sync.memory import Letter

from passerelle.messages import (
    Address,
    Attachment,
    Automatic,
    Confirmed,
    HeaderFacts,
    Identity,
    Kind,
    MailReport,
    Message,
    PartPath,
    Receipt,
    Sensitivity,
    Undelivered,
)
from passerelle.sync.understanding.content import Understood
from passerelle.sync.understanding.passing import VALUES, pass_on
from passerelle.sync.understanding.reader_process import read_or_leave

FULL = Understood(
    Message(
        message_id="<1@example.com>",
        in_reply_to="<0@example.com>",
        references=("<0@example.com>",),
        subject="Zoë",
        sender=Address("Zoë", "zoe@example.com"),
        reply_to=(Address("", "desk@example.com"),),
        to=(Address("", "anna@example.com"),),
        cc=(Address("", "zoe@example.com"),),
        date=datetime(2026, 11, 27, tzinfo=UTC),
        text="Bonjour\n",
        html="<p>Bonjour</p>",
        attachments=(
            Attachment(
                part=PartPath("2"),
                filename="card.vcf",
                mimetype="text/vcard",
                size=7,
                digest="0" * 64,
                inline=False,
                content_id="",
                kind=Kind.CARD,
            ),
        ),
        automatic=Automatic.BOUNCE,
        test_id="",
        received=None,
        whole=True,
        header_facts=HeaderFacts(list_id="list", sensitivity=Sensitivity.PRIVATE),
    ),
    Identity(b"1" * 32, b"2" * 32),
    MailReport(
        ("<0@example.com>",),
        (Undelivered(("bob@example.com",), for_good=True, status="5.1.1", reason="nobody"),),
        (Confirmed(("anna@example.com",), Receipt.READ),),
    ),
)


def passed(contents: list[Understood | None]) -> list[Understood | None]:
    stream = io.BytesIO()
    pass_on(contents, stream)
    found: list[Understood | None] = pickle.loads(stream.getvalue())
    return found


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param([], id="nothing"),
        pytest.param([None], id="what-could-not-be-read"),
        pytest.param([FULL], id="every-value"),
        pytest.param([FULL, None, read_or_leave(bytes(Letter(1))), FULL], id="several"),
    ],
)
def test_it_arrives_as_it_was(contents: list[Understood | None]) -> None:
    assert passed(contents) == contents


def values_in(value: Any) -> set[type[Any]]:
    """The classes of ours in a value."""
    if isinstance(value, tuple):
        return set().union(*map(values_in, value))
    if not is_dataclass(value) or isinstance(value, Enum):
        return set()
    within = (values_in(getattr(value, field.name)) for field in fields(value))
    return {type(value)}.union(*within)


def test_no_value_goes_the_slow_way() -> None:
    assert values_in(FULL) == set(VALUES)
