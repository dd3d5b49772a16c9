"""The lists of what is never tracked: read for the cycles, changed under audit.

They hold from the next cycle of each mailbox on. A list is the organization's (None), a user's or a
queue's; nobody's list changes what another takes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from passerelle.crm import services as crm
from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.mailboxes.models import NeverTrackRule
from passerelle.mailboxes.models.never_track import KINDS, VALUE_CHARS
from passerelle.mailboxes.tracking.storing import SUBJECT
from passerelle.messages import (
    Sensitivity,
    clean_line,
    fold,
    list_id_of,
    parse_address,
    parse_domain,
)
from passerelle.tracking import PRECEDENCES, NeverKind, NeverList, NeverRule, never_list

log = structlog.get_logger()

Whose = SystemUser | Queue | None

MOST_OF_ORGANIZATION = 2_000
MOST_OF_ONE = 200
LEAST_OF_SUBJECT = 3  # a mark of fewer letters begins the subjects of others
_SENSITIVITIES = [one.value for one in Sensitivity]


def never_rules(whose: Whose) -> QuerySet[NeverTrackRule]:
    """The rules of one list, in no order."""
    match whose:
        case SystemUser():
            return _known().filter(systemuser=whose)
        case Queue():
            return _known().filter(queue=whose)
        case _:
            return _known().filter(systemuser=None, queue=None)


def add_never_rule(whose: Whose, rule: NeverRule, by: str) -> NeverTrackRule:
    """Put a rule on a list. Raises `ValidationError`, by field."""
    row = NeverTrackRule(
        systemuser=whose if isinstance(whose, SystemUser) else None,
        queue=whose if isinstance(whose, Queue) else None,
        kind=rule.kind.value,
        value=_value(rule.kind, rule.value),
        spares_answers=rule.spares_answers,
        created_by=by,
    )
    _refuse_too_many(whose)
    row.full_clean()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _audit(whose, by, "never_added", row)
    except IntegrityError as error:  # somebody was faster
        raise ValidationError(_("This is on the list already.")) from error
    log.info("tracking.never-added", by=by, kind=row.kind)
    return row


def remove_never_rule(whose: Whose, key: UUID, by: str) -> bool:
    """Take a rule off its list; False where it is not on it."""
    with transaction.atomic():
        row = never_rules(whose).select_for_update().filter(pk=key).first()
        if row is None:
            return False
        _audit(whose, by, "never_removed", row)
        row.delete()
    log.info("tracking.never-removed", by=by, kind=row.kind)
    return True


def organization_never_list() -> NeverList:
    """What the organization never tracks. One query."""
    columns = never_rules(None).values_list("kind", "value", "spares_answers")
    return never_list(_rule(*row) for row in columns)


_THEIRS: crm.Prepared[UUID] = crm.Prepared(
    lambda records: (
        _known()
        .filter(Q(systemuser__in=records) | Q(queue__in=records))
        .values_list("systemuser", "queue", "kind", "value", "spares_answers")
    )
)


def never_lists(records: Collection[UUID]) -> Mapping[UUID, NeverList]:
    """The lists of these users and queues, of those who have one. One query a chunk."""
    found: dict[UUID, list[NeverRule]] = defaultdict(list)
    for chunk in crm.chunks(records):
        for user, queue, kind, value, spares in _THEIRS.rows(chunk):
            found[user or queue].append(_rule(kind, value, spares))
    return {record: never_list(rules) for record, rules in found.items()}


def _known() -> QuerySet[NeverTrackRule]:
    """Rules of kinds that this version knows; those of a later one keep nothing out."""
    return NeverTrackRule.objects.filter(kind__in=KINDS)


def _rule(kind: str, value: str, spares_answers: bool) -> NeverRule:  # noqa: FBT001 - a row
    return NeverRule(NeverKind(kind), value, spares_answers)


def _refuse_too_many(whose: Whose) -> None:
    most = MOST_OF_ORGANIZATION if whose is None else MOST_OF_ONE
    if never_rules(whose).count() >= most:
        raise ValidationError(_("A list holds {most} rules at most.").format(most=most))


def _audit(whose: Whose, by: str, name: str, row: NeverTrackRule) -> None:
    action = AuditAction.SETTINGS_CHANGED if whose is None else AuditAction.PEOPLE_CHANGED
    subject = SUBJECT if whose is None else Subject(whose._meta.db_table, whose.pk)
    crm.note(action, subject, by, {name: str(row)})


def _value(kind: NeverKind, text: str) -> str:
    """A value as rules compare it. Raises `ValidationError` for `value`."""
    line = clean_line(text, VALUE_CHARS).strip()
    value, refusal = _READERS[kind](line)
    if refusal:
        raise ValidationError({"value": refusal})
    return value


def _address(text: str) -> tuple[str, str]:
    found = parse_address(text)
    return (found.key, "") if found else ("", _("This is no email address."))


def _domain(text: str) -> tuple[str, str]:
    domain = parse_domain(text.removeprefix("*."))
    return domain, "" if domain else _("This is no domain. Write it as example.com.")


def _list(text: str) -> tuple[str, str]:
    """As List-Id has it, or its identifier alone; "" for any list."""
    return list_id_of(text), ""


def _subject(text: str) -> tuple[str, str]:
    if len(fold(text)) < LEAST_OF_SUBJECT:
        return "", _("Write at least {least} characters.").format(least=LEAST_OF_SUBJECT)
    return text, ""


def _nothing(text: str) -> tuple[str, str]:
    return "", _("This kind takes no value.") if text else ""


def _one_of(known: Collection[str]) -> Callable[[str], tuple[str, str]]:
    def read(text: str) -> tuple[str, str]:
        value = text.lower()
        return (value, "") if value in {"", *known} else ("", _("This value is not known."))

    return read


_READERS: Mapping[NeverKind, Callable[[str], tuple[str, str]]] = {
    NeverKind.ADDRESS: _address,
    NeverKind.DOMAIN: _domain,
    NeverKind.OWN_DOMAIN: _domain,
    NeverKind.LIST: _list,
    NeverKind.AUTOMATIC: _nothing,
    NeverKind.PRECEDENCE: _one_of(PRECEDENCES),
    NeverKind.SENSITIVITY: _one_of(_SENSITIVITIES),
    NeverKind.SUBJECT: _subject,
}
