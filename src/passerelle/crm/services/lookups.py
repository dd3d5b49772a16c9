"""Answers the questions of tracking for a batch: a fixed number of queries, whatever its size.

Says what the records hold and decides nothing. Who may take mail is known by `mailboxes` and is
filled in above: `Answers.takers` stays empty here.
"""

from base64 import b64decode
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When, Window
from django.db.models.functions import RowNumber

from passerelle.crm.models import ActivityMimeAttachment, ActivityParty, Email, UntrackedEmail
from passerelle.crm.models.mail.emails import EmailState
from passerelle.crm.services.chunks import chunks
from passerelle.crm.services.meaning import meant_by
from passerelle.crm.services.prepared import Prepared
from passerelle.messages import key_of
from passerelle.tracking import (
    PEOPLE_MOST,
    Answers,
    Direction,
    History,
    Known,
    PartyKind,
    Questions,
    RecordRef,
    StoredEmail,
)

ID_CHARS = 320  # of `email.messageid`; the digest holds a longer one whole
VERSIONS_READ = 20  # versions of one email whose text is compared; of others the digest only
UNTRACKED = -1  # stands for the version of what has no record any more
CONVERSATION_MOST = 200  # emails of one Thread-Index that are looked through


def answer(questions: Questions) -> Answers:
    """What the records say: six queries as long as a chunk holds the questions of each kind."""
    meant = meant_by(questions.addresses)
    identities, untracked = _identities(questions.identities)
    return Answers(
        records=meant.records,
        withheld=meant.withheld,
        emails=_emails(questions.message_ids),
        tokens=_tokens(questions.tokens),
        identities=identities,
        untracked=untracked,
        conversations=_conversations(questions.conversations),
    )


STORED = (  # columns of what a message may answer
    "activity_id",
    "direction_code",
    "owner_id",
    "regarding_account_id",
    "regarding_contact_id",
    "regarding_lead_id",
    "is_history",
    "sender",
    "sent_on",
    "subject",
    "thread_choice__email",
    "thread_choice__regarding_account",
    "thread_choice__regarding_contact",
    "thread_choice__regarding_lead",
)
_REGARDED = (PartyKind.ACCOUNT, PartyKind.CONTACT, PartyKind.LEAD)


_BY_MESSAGE_ID: Prepared[str] = Prepared(
    lambda ids: (
        Email.objects.filter(message_id__in=ids)
        .order_by("-created_on", "-activity_id")
        .values_list("message_id", *STORED)
    )
)


def _emails(message_ids: Collection[str]) -> dict[str, tuple[StoredEmail, ...]]:
    """Stored emails by Message-ID, the newest first; a column holds the id's first characters."""
    whole: dict[str, list[str]] = defaultdict(list)
    for message_id in message_ids:
        whole[message_id[:ID_CHARS]].append(message_id)
    found: dict[str, list[StoredEmail]] = defaultdict(list)
    for chunk in chunks(whole):
        for cut, *row in _BY_MESSAGE_ID.rows(chunk):
            for message_id in whole[cut]:
                found[message_id].append(stored_email(*row))
    return {message_id: tuple(emails) for message_id, emails in found.items()}


def _tokens(tokens: Collection[str]) -> dict[str, StoredEmail]:
    """The newest email of each token that left here; a counter wraps, so there may be many."""
    found: dict[str, StoredEmail] = {}
    newest = Window(RowNumber(), partition_by=F("tracking_token"), order_by=F("created_on").desc())
    for chunk in chunks(tokens):
        rows = (
            Email.objects.filter(
                ~Q(tracking_token=""),  # said as the index says it: SQLite finds it by that only
                tracking_token__in=chunk,
                direction_code=True,
                statecode=EmailState.COMPLETED,
            )
            .annotate(rank=newest)
            .filter(rank=1)
            .values_list("tracking_token", *STORED)
        )
        for token, *row in rows:
            found[token] = stored_email(*row)
    return found


def _conversations(hashes: Collection[int]) -> dict[int, tuple[StoredEmail, ...]]:
    """The newest emails of each conversation, the newest first."""
    found: dict[int, list[StoredEmail]] = defaultdict(list)
    newest = Window(
        RowNumber(), partition_by=F("conversation_hash"), order_by=F("created_on").desc()
    )
    for chunk in chunks(hashes):
        rows = (
            Email.objects.filter(conversation_hash__isnull=False, conversation_hash__in=chunk)
            .annotate(rank=newest)
            .filter(rank__lte=CONVERSATION_MOST)
            .order_by("rank")
            .values_list("conversation_hash", "conversation_index", *STORED)
        )
        for conversation, index, *row in rows:
            found[conversation].append(replace(stored_email(*row), thread_index=b64decode(index)))
    return {conversation: tuple(emails) for conversation, emails in found.items()}


_PEOPLE: Prepared[UUID] = Prepared(
    lambda emails: ActivityParty.objects.filter(
        email__in=emails, position__lte=PEOPLE_MOST
    ).values_list("email_id", "address_used", "position")
)


def people_of(emails: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The addresses (lower case) of these emails; one that went to very many is left out."""
    found: dict[UUID, set[str]] = defaultdict(set)
    crowded: set[UUID] = set()
    for chunk in chunks(emails):
        for email, address, position in _PEOPLE.rows(chunk):
            found[email].add(key_of(address))
            if position == PEOPLE_MOST:
                crowded.add(email)
    return {email: frozenset(people) for email, people in found.items() if email not in crowded}


def stored_email(
    activity_id: UUID,
    is_outgoing: bool,  # noqa: FBT001 (a row of the database, in its order)
    owner: UUID | None,
    *rest: Any,
) -> StoredEmail:
    """The values of `STORED`."""
    *regarding, is_history, sender, sent_on, subject = rest[:-4]
    chosen, *instead = rest[-4:]
    keys = regarding if chosen is None else instead
    about = [RecordRef(kind, key) for kind, key in zip(_REGARDED, keys, strict=True) if key]
    return StoredEmail(
        activity_id,
        Direction(int(is_outgoing)),
        owner,
        about[0] if about else None,
        History(key_of(sender), sent_on) if is_history else None,
        subject,
        is_chosen=chosen is not None,
    )


def _identities(
    identities: Collection[bytes],
) -> tuple[dict[bytes, tuple[Known, ...]], dict[bytes, frozenset[bytes]]]:
    """The stored versions of each identity with what tells whether a copy is the same.

    And the digests of the texts that were untracked, which are asked for by the same queries.
    """
    parts = _parts(identities)
    found: dict[bytes, list[Known]] = defaultdict(list)
    untracked: dict[bytes, set[bytes]] = defaultdict(set)
    for chunk in chunks(identities):
        for identity, key, is_outgoing, version, digest, words in _VERSIONS.rows(chunk):
            if version == UNTRACKED:
                untracked[bytes(identity)].add(bytes(digest))
                continue
            known = Known(
                activityid=key,
                direction=Direction(int(is_outgoing)),
                version=version,
                text_digest=bytes(digest),
                text=words,
                parts=frozenset(parts.get(key, ())),
            )
            found[bytes(identity)].append(known)
    return (
        {identity: tuple(versions) for identity, versions in found.items()},
        {identity: frozenset(texts) for identity, texts in untracked.items()},
    )


def _versions(identities: Sequence[bytes]) -> QuerySet[Any, Any]:
    """The rows of `_identities`: what is stored, and what was untracked as version `UNTRACKED`."""
    # Whoever sends one forged id a thousand times shall not make us load a thousand texts.
    text = Case(
        When(version__gt=VERSIONS_READ, then=Value("")),
        default=F("description"),
        output_field=TextField(),
    )
    stored = Email.objects.filter(identity__in=identities).values_list(
        "identity", "activity_id", "direction_code", "version", "text_digest", text
    )
    removed = UntrackedEmail.objects.filter(identity__in=identities).values_list(
        "identity", "activity_id", Value(value=False), Value(UNTRACKED), "text_digest", Value("")
    )
    return stored.union(removed, all=True).order_by("version")


_VERSIONS: Prepared[bytes] = Prepared(_versions)
_PARTS: Prepared[bytes] = Prepared(
    lambda identities: ActivityMimeAttachment.objects.filter(
        email__identity__in=identities
    ).values_list("email_id", "digest")
)


def _parts(identities: Collection[bytes]) -> dict[UUID, list[str]]:
    """The digests of the attachments of the emails of these identities."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for chunk in chunks(identities):
        for email, digest in _PARTS.rows(chunk):
            found[email].append(digest)
    return found
