"""Judges the rows of a table of decisions, one after the other, against what was looked up before.

A row is taken or refused with a sentence; nothing is written and nothing looked up here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.faults import noop
from passerelle.faults.router import NoForwardMailbox
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.models.choices import CredentialRetrieval
from passerelle.router.files.format import Who
from passerelle.router.files.merged import RecipientKind
from passerelle.router.migrating.proposals import ACCOUNT
from passerelle.router.models import MigrationProfile, ReviewRow
from passerelle.router.reviewing.decisions import (
    BECOMES,
    NAME,
    PROFILE,
    Decision,
    person_fields,
    person_now,
    profile_fields,
    profile_now,
    told,
)
from passerelle.router.reviewing.forwarding import guid_of
from passerelle.router.reviewing.mapped import check_values, mapped_values
from passerelle.tables import (
    REASONS,
    DateOrder,
    UnreadableError,
    fold,
    read_choice,
    read_guid,
    read_moment,
)

NAME_CHARS, USERNAME_CHARS, LOCATION_CHARS = 100, 250, 2_000  # as the forms have it
SHOWN_CHARS = 100
LEAVE = frozenset({"leave", "laisser"})
FORWARD = frozenset(
    {"forward", "forwardmailbox", "transfert", "boiteauxlettresdetransfert"}
)  # folded
PEOPLE = frozenset({*(kind.value for kind in RecipientKind), ACCOUNT})
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd]")  # U+FFFD: bytes that were no text
_ISO = re.compile(r"\d{4}-")  # any other order of day and month could be misread

KIND_UNKNOWN = noop("“{value}” is none of the kinds in the table that the command writes.")
FIELD_UNKNOWN = noop("“{value}” is nothing that can be decided of it.")
NOT_THERE = noop("The routers' files have nothing of this kind with the identifier “{value}”.")
CHANGED = noop("It is “{now}” now, no longer “{value}”. Have the table written anew.")
REPEATED = noop("An earlier row decides the same.")
NOBODY = noop("No user or queue has the address or the identifier “{value}”.")
SEVERAL = noop("Several users or queues have the address “{value}”; give the identifier.")
TAKEN = noop("“{value}” is in the routers' files already, or matched with another row.")
UNUSABLE = noop("“{value}” is too long, or holds control characters.")
NO_DATE = noop("“{value}” is not a date and time as in 2026-03-01 08:30.")

Key = tuple[str, str]  # kind and identifier, as the review has them


class RefusedError(Exception):
    """A row that is not taken, and why; it stays inside this area."""

    def __init__(self, text: str, value: str = "", /, **facts: str) -> None:
        super().__init__(text)
        self.text = text
        self.facts = {"value": value[:SHOWN_CHARS], **facts}

    def told(self) -> str:
        """In the language that is active."""
        text = gettext(self.text)
        for name, value in self.facts.items():
            text = text.replace(f"{{{name}}}", value)
        return text


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up for all rows together."""

    rows: Mapping[Key, ReviewRow]  # those that rows of the table are about
    named: frozenset[UUID]  # by the files, as far as they are users, queues, forward mailboxes
    settled: Mapping[Key, UUID | None]  # before this table; None: left
    matched: Mapping[UUID, Key]  # the recipients of these that have somebody
    profiles: Mapping[str, MigrationProfile]
    by_guid: Mapping[UUID, Who]
    by_address: Mapping[str, Who | None]  # None: several have it
    forwarding: frozenset[str]  # accounts that can become forward mailboxes


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a row changes: what it was, what it becomes."""

    kind: str
    name: str
    field: str
    before: str
    after: str


@dataclass(slots=True)
class Verdicts:
    """What the rows decide together. `recipients` and `accounts` are whom theirs are matched to."""

    matches: dict[Key, Who] = field(default_factory=dict)
    leaving: list[Key] = field(default_factory=list)
    personal: dict[Key, dict[str, Any]] = field(default_factory=dict)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    recipients: set[UUID] = field(default_factory=set)
    accounts: set[UUID] = field(default_factory=set)
    seen: set[tuple[Key, str]] = field(default_factory=set)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)  # of profiles, by field


def key_of(decision: Decision) -> Key:
    """What a row is about, as the review has it. Raises `RefusedError` and `UnreadableError`."""
    kind, text = decision.kind, decision.identifier
    if kind == PROFILE:
        return kind, text
    if kind not in PEOPLE:
        raise RefusedError(KIND_UNKNOWN, kind)
    return kind, text.casefold() if kind == ACCOUNT else str(read_guid(text))


def judge(decision: Decision, known: Known, verdicts: Verdicts) -> Change:
    """Take one row into the verdicts.

    Raises `RefusedError`, `UnreadableError` and `ValidationError`.
    """
    key = key_of(decision)
    if (key, decision.field) in verdicts.seen:
        raise RefusedError(REPEATED)
    if decision.kind == PROFILE:
        change = _of_profile(decision, known, verdicts)
    else:
        change = _of_person(key, decision, known, verdicts)
    verdicts.seen.add((key, decision.field))
    return change


def reason_of(error: RefusedError | UnreadableError | ValidationError) -> str:
    """Why a row was refused, in the language that is active."""
    if isinstance(error, RefusedError):
        return error.told()
    if isinstance(error, UnreadableError):
        return gettext(REASONS[error.reason]).replace("{value}", error.value)
    return " ".join(error.messages)


def check_profiles(known: Known, verdicts: Verdicts) -> list[tuple[int, str]]:
    """The rows of profiles whose values do not go together, and why; once all rows are judged."""
    refused = []
    for key, values in verdicts.profiles.items():
        row, numbers = known.profiles[key], verdicts.numbers[key]
        try:
            check_values(row, {**mapped_values(row), **values})
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                number = numbers.get(name, min(numbers.values()))
                refused.append((number, f"{name}: {' '.join(texts)}"))
    return refused


def _of_profile(decision: Decision, known: Known, verdicts: Verdicts) -> Change:
    row = known.profiles.get(decision.identifier)
    if row is None:
        raise RefusedError(NOT_THERE, decision.identifier)
    _allow(decision, profile_fields(row))
    now = profile_now(row, decision.field)
    value = _profile_value(decision.field, decision.value)
    if now != told(decision.field, value):
        _compare(decision, now)
    verdicts.profiles.setdefault(row.key, {})[decision.field] = value
    verdicts.numbers.setdefault(row.key, {})[decision.field] = decision.number
    return Change(PROFILE, row.name, decision.field, now, told(decision.field, value))


def _of_person(key: Key, decision: Decision, known: Known, verdicts: Verdicts) -> Change:
    row = known.rows.get(key)
    if row is None:
        raise RefusedError(NOT_THERE, decision.identifier)
    _allow(decision, person_fields(row.kind))
    now = person_now(row, decision.field)
    if decision.field == BECOMES:
        who = _becoming(key, decision.value, known)
        if key not in known.settled or known.settled[key] != (who and who.guid):
            _compare(decision, now)
        _take(key, who, decision.value, known, verdicts)
        after = decision.value
    else:
        value = _personal_value(decision.field, decision.value)
        after = told(decision.field, value)
        if now != after:
            _compare(decision, now)
        verdicts.personal.setdefault(key, {})[decision.field] = value
    return Change(row.kind, row.name, decision.field, now, after)


def _allow(decision: Decision, fields: Sequence[str]) -> None:
    if decision.field not in fields:
        raise RefusedError(FIELD_UNKNOWN, decision.field)


def _compare(decision: Decision, now: str) -> None:
    """A table that was written before something changed must not decide on what it never saw.

    What is decided so already is not compared, so that the same table can be given again.
    """
    if decision.before and decision.before != now:
        raise RefusedError(CHANGED, decision.before, now=now[:SHOWN_CHARS])


def _becoming(key: Key, text: str, known: Known) -> Who | None:
    """Whom one is matched with; None for one who is left."""
    word = fold(text)
    if word in LEAVE:
        return None
    if word in FORWARD:
        account = key[1]
        if key[0] != ACCOUNT or account not in known.forwarding:
            raise RefusedError(NoForwardMailbox.cause, text=account[:SHOWN_CHARS])
        return Who(RecipientKind.FORWARD, guid_of(account))
    who = _person(text, known)
    if who.kind is RecipientKind.FORWARD and key[0] not in {ACCOUNT, RecipientKind.FORWARD.value}:
        raise RefusedError(NOBODY, text)
    return who


def _person(text: str, known: Known) -> Who:
    """Whom an address or an identifier means."""
    if "@" not in text:
        try:
            who = known.by_guid.get(read_guid(text))
        except UnreadableError:
            who = None
    else:
        folded = text.casefold()
        who = known.by_address.get(folded)
        if who is None and folded in known.by_address:
            raise RefusedError(SEVERAL, text)
    if who is None:
        raise RefusedError(NOBODY, text)
    return who


def _take(key: Key, who: Who | None, text: str, known: Known, verdicts: Verdicts) -> None:
    """Nobody is matched twice; only accounts share one, who may read and send with two."""
    if who is None:
        verdicts.leaving.append(key)
        return
    taken = who.guid in verdicts.recipients or known.matched.get(who.guid, key) != key
    if key[0] != ACCOUNT:
        taken = taken or who.guid in verdicts.accounts or who.guid in known.named
    if taken:
        raise RefusedError(TAKEN, text)
    (verdicts.accounts if key[0] == ACCOUNT else verdicts.recipients).add(who.guid)
    verdicts.matches[key] = who


def _profile_value(name: str, text: str) -> Any:
    """As the columns of profiles hold it."""
    if name == NAME:
        return _text(text, NAME_CHARS)
    if name.endswith("_username"):
        return _text(text, USERNAME_CHARS)
    if choices := _choices(name):
        return read_choice(text, choices)
    column: Field[Any, Any] = EmailServerProfile._meta.get_field(name)  # type: ignore[assignment]
    return column.clean(_text(text, LOCATION_CHARS), None)


def _choices(name: str) -> dict[str, Any]:
    """The values of a choice by how the table or a page says them, folded."""
    column: Field[Any, Any] = EmailServerProfile._meta.get_field(name)  # type: ignore[assignment]
    pairs = column.flatchoices
    found = {fold(str(label)): value for value, label in pairs}
    if name.endswith("_credential_retrieval"):
        return found | {fold(one.name): int(one) for one in CredentialRetrieval}
    return found | {fold(str(value)): value for value, _label in pairs}


def _personal_value(name: str, text: str) -> Any:
    if name != "start":
        return _text(text, USERNAME_CHARS)
    try:
        if not _ISO.match(text):
            raise RefusedError(NO_DATE, text)
        return read_moment(text, DateOrder.DAY_FIRST, timezone.get_current_timezone())
    except UnreadableError as error:
        raise RefusedError(NO_DATE, text) from error


def _text(text: str, limit: int) -> str:
    if len(text) > limit or _CONTROL.search(text):
        raise RefusedError(UNUSABLE, text)
    return text
