"""The audit as a page tells it: whom an entry is about by name, what changed by its labels.

An entry keeps a kind, a GUID and plain values, as what it is about may be gone. What is still there
is named, or by its kind where it has no name; what is not keeps its GUID, and a field that is no
longer known keeps its column's name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey, Model
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passerelle.access.services import Way
from passerelle.crm.models import AuditEntry
from passerelle.guids import guid_of
from passerelle.mailboxes.models.bulk import BulkKind
from passerelle.mailboxes.models.choices import DeliveryMethod, Direction
from passerelle.sync.models.folders import FolderMeaning

KINDS = {
    "account": _("Account"),
    "automaticrecord": _("Record made automatically"),
    "contact": _("Contact"),
    "email": _("Email"),
    "emailserverprofile": _("Email Server Profile"),
    "emailsignature": _("Signature"),
    "import": _("Import"),
    "installation": _("Installation"),
    "keys": _("Keys of the passwords"),
    "lead": _("Lead"),
    "mailbox": _("Mailbox"),
    "mailplace": _("Message in a mailbox"),
    "noticesettings": _("Notices"),
    "openidprovider": _("Single sign-on"),
    "organization": _("Organization"),
    "queue": _("Queue"),
    "routermigration": _("Migration"),
    "sendingrate": _("Limits of what is sent"),
    "signinaccount": _("Sign-in account"),
    "signinsettings": _("Sign-in"),
    "systemrelay": _("Mail of Passerelle’s own"),
    "systemsettings": _("System Settings"),
    "systemuser": _("User"),
    "template": _("Template"),
    "trackingsettings": _("Tracking"),
    "upkeepsettings": _("Retention and backups"),
    "waveplan": _("Plan of waves"),
}
TABLES = {"waveplan": "mailboxwaveplan"}  # of kinds that are no name of a table
PAGES = {
    "account": "account",
    "contact": "contact",
    "email": "email",
    "emailserverprofile": "profile",
    "import": "import",
    "lead": "lead",
    "mailbox": "mailbox",
    "queue": "queue",
    "routermigration": "migration",
    "systemuser": "user",
    "waveplan": "wave-plan",
}
NAMED = frozenset(
    {
        *("account", "automaticrecord", "contact", "emailserverprofile", "lead"),
        *("emailsignature", "mailbox", "queue", "signinaccount", "systemuser"),
        *("template", "waveplan"),
    }
)
LABELS = {  # of what is no field
    "account": _("Sign-in account"),
    "added": _("limit, set"),
    "alias_added": _("alias added"),
    "alias_approved": _("alias approved"),
    "alias_asked": _("alias asked for"),
    "alias_removed": _("alias removed"),
    "address_dropped": _("address that came by a merge, removed"),
    "bulk": _("bulk action"),
    "count": _("count"),
    "credentials": _("credentials"),
    "direction": _("Direction"),
    "emails": _("Emails"),
    "enable": _("enabled once the test has passed"),
    "fields": _("fields"),
    "folder_left": _("folder, read no more"),
    "folder_read": _("folder, read"),
    "groups": _("groups of the provider"),
    "held": _("emails held back"),
    "identity": _("identity at the provider"),
    "images": _("images"),
    "incoming": _("Incoming"),
    "key": _("key of the passwords"),
    "languages": _("languages"),
    "meaning": _("meaning"),
    "members_added": _("members added"),
    "members_removed": _("members removed"),
    "merged_record": _("merged record"),
    "never_added": _("never tracked, added"),
    "never_removed": _("never tracked, removed"),
    "outgoing": _("Outgoing"),
    "plan": _("Plan of waves"),
    "recovery_codes": _("Recovery codes"),
    "removed": _("limit, removed"),
    "secret": _("secret"),
    "shared": _("for everybody"),
    "start": _("start"),
    "step": _("step"),
    "test": _("test"),
    "undone": _("undone"),
    "until": _("valid until"),
    "way": _("way of signing in"),
}
STEPS = {  # of a plan of waves
    "start": _("Start"),
    "pause": _("Pause"),
    "continue": _("Go on"),
    "next": _("Start the next wave now"),
    "stop": _("Stop"),
}
VALUES: Mapping[str, Mapping[Any, Any]] = {  # of what is no field; a field has its own choices
    "bulk": dict(BulkKind.choices),
    "direction": {**dict(Direction.choices), "both": _("Incoming and outgoing email")},
    "incoming": dict(DeliveryMethod.choices),
    "languages": dict(settings.LANGUAGES),
    "meaning": dict(FolderMeaning.choices),
    "outgoing": dict(DeliveryMethod.choices),
    "step": STEPS,
    "way": dict(Way.choices),
}
LISTS = frozenset({"fields", "languages"})  # of two they are no value before and after
NOTHING = "—"
PAIR = 2  # before and after
LINES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One entry in words; `address` is "" where there is no page."""

    entry: AuditEntry
    kind: str
    subject: str
    address: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field by its label; `before` is None where only one value was kept."""

    label: str
    before: str | None
    after: str


def told(entries: Sequence[AuditEntry]) -> list[Told]:
    """These entries in words; one query a kind, whatever their number."""
    names = _names(entries)
    return [
        Told(
            entry=entry,
            kind=str(KINDS.get(entry.subject_kind, entry.subject_kind)),
            subject=_subject(entry, names),
            address=_address(entry, names),
        )
        for entry in entries
    ]


def changes_of(entries: Sequence[AuditEntry]) -> list[list[Change]]:
    """What changed in each, field by field, with the labels and the names that a person knows.

    One query a kind of what they name, whatever their number.
    """
    models = {kind: _model(kind) for kind in {entry.subject_kind for entry in entries}}
    records = _records(entries, models)
    return [
        [
            _change(models[entry.subject_kind], name, value, records)
            for name, value in entry.detail.items()
        ]
        for entry in entries
    ]


def _names(entries: Iterable[AuditEntry]) -> Mapping[tuple[str, UUID], str]:
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        if entry.subject_id is not None:
            wanted[entry.subject_kind].add(entry.subject_id)
    found: dict[tuple[str, UUID], str] = {}
    for kind, keys in wanted.items():
        model = _model(kind)
        if model is None:
            continue
        for record in model._default_manager.filter(pk__in=keys):
            name = str(record) if kind in NAMED else str(getattr(record, "subject", ""))
            found[kind, record.pk] = name or str(KINDS.get(kind, record.pk))
    return found


def _subject(entry: AuditEntry, names: Mapping[tuple[str, UUID], str]) -> str:
    if entry.subject_id is None:
        return ""
    return names.get((entry.subject_kind, entry.subject_id)) or str(entry.subject_id)


def _address(entry: AuditEntry, names: Mapping[tuple[str, UUID], str]) -> str:
    page = PAGES.get(entry.subject_kind)
    if page is None or entry.subject_id is None:
        return ""
    there = (entry.subject_kind, entry.subject_id) in names
    return reverse(f"web:{page}", args=[entry.subject_id]) if there else ""


def _model(kind: str) -> type[Model] | None:
    """Kinds are the names of tables, but for few."""
    table = TABLES.get(kind, kind)
    return next((one for one in apps.get_models() if one._meta.db_table == table), None)


def _records(
    entries: Iterable[AuditEntry], models: Mapping[str, type[Model] | None]
) -> Mapping[UUID, Model]:
    """What their values name and is still there."""
    wanted: dict[type[Model], set[UUID]] = defaultdict(set)
    for entry in entries:
        for name, value in entry.detail.items():
            column = _column(models[entry.subject_kind], name)
            if isinstance(column, ForeignKey):
                values = value if _is_change(name, value) else [value]
                wanted[column.related_model] |= {
                    guid for one in values if (guid := guid_of(str(one)))
                }
    return {
        record.pk: record
        for model, keys in wanted.items()
        for record in model._default_manager.filter(pk__in=keys)
    }


def _change(
    model: type[Model] | None, name: str, value: Any, records: Mapping[UUID, Model]
) -> Change:
    column = _column(model, name)
    label = _label(model, name)
    words = dict(column.flatchoices) if column else VALUES.get(name, {})
    if name == "fields":
        words = {one: _label(model, one) for one in value}
    known = records if isinstance(column, ForeignKey) else {}
    if _is_change(name, value):
        return Change(label, _shown(words, value[0], known), _shown(words, value[1], known))
    return Change(label, None, _shown(words, value, known))


def _label(model: type[Model] | None, name: str) -> str:
    column = _column(model, name)
    words = column.verbose_name if column else LABELS.get(name, name.replace("_", " "))
    return capfirst(str(words))


def _is_change(name: str, value: Any) -> bool:
    return isinstance(value, list) and len(value) == PAIR and name not in LISTS


def _column(model: type[Model] | None, name: str) -> "Field[Any, Any] | None":
    try:
        found = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


def _shown(words: Mapping[Any, Any], value: Any, records: Mapping[UUID, Model]) -> str:
    """A stored value as a page shows it: a choice by its words, a record by its name."""
    if isinstance(value, list | tuple):
        return ", ".join(str(words.get(one, one)) for one in value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value in words:
        return str(words[value])
    if value is None or value == "":
        return NOTHING
    guid = guid_of(str(value)) if records else None
    return str(value if guid is None else records.get(guid, value))


def lines(entries: Iterable[AuditEntry]) -> Iterator[list[str]]:
    """The rows of a table for a spreadsheet, the headings first.

    What changed stands there twice: as the page of the entry tells it, and as it is stored, which
    is the same in each language.
    """
    yield [
        gettext("When"), gettext("Who"), gettext("What"), gettext("Code"), gettext("Subject"),
        gettext("GUID"), gettext("Reason"), gettext("Changes"), gettext("As stored"),
    ]  # fmt: skip
    left = iter(entries)
    while batch := list(islice(left, LINES_AT_ONCE)):
        for entry, changes in zip(batch, changes_of(batch), strict=True):
            yield [
                entry.done_on.isoformat(),
                entry.username,
                str(entry.get_action_display()),
                entry.action,
                str(KINDS.get(entry.subject_kind, entry.subject_kind)),
                str(entry.subject_id or ""),
                entry.reason,
                "; ".join(_told(one) for one in changes),
                "; ".join(_stored(name, value) for name, value in entry.detail.items()),
            ]


def _told(change: Change) -> str:
    before = "" if change.before is None else f"{change.before} → "
    return gettext("%(label)s: %(value)s") % {
        "label": change.label,
        "value": f"{before}{change.after}",
    }


def _stored(name: str, value: Any) -> str:
    if _is_change(name, value):
        return f"{name}: {value[0]} → {value[1]}"
    return f"{name}: {value}"
