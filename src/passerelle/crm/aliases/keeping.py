"""Aliases one by one: added by an administrator, or asked by a person and approved then.

A person's word alone never counts, whatever the settings say of addresses: whoever wrote down the
address of a colleague would see that colleague's email.
"""

from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from passerelle.crm.aliases.many import name_by_aliases
from passerelle.crm.models import EmailAlias, EmailSearch, Queue, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services.addresses import address_key, row_of_alias
from passerelle.crm.services.audit_notes import Subject, note

log = structlog.get_logger(__name__)

Holder = SystemUser | Queue

MOST = 50  # of one user or queue; ours


def aliases_of(holder: Holder) -> QuerySet[EmailAlias]:
    """Those of a user or a queue, in no order."""
    return EmailAlias.objects.filter(**{_kind(holder): holder})


def waiting_aliases() -> QuerySet[EmailAlias]:
    """Those that people asked for and nobody approved yet, in no order."""
    return EmailAlias.objects.filter(is_approved=False)


def add_alias(holder: Holder, address: str, by: str) -> EmailAlias:
    """Give a user or queue an alias that counts at once. Raises `ValidationError`, by field."""
    alias = _new(holder, address, by)
    alias.is_approved = True
    with transaction.atomic():
        _store(alias)
        name_by_aliases([alias])
        _tell("alias_added", alias, by)
    return alias


def ask_alias(holder: Holder, address: str, by: str) -> EmailAlias:
    """Ask for one, which an administrator approves. Raises `ValidationError`, by field."""
    alias = _new(holder, address, by)
    with transaction.atomic():
        _store(alias)
        _tell("alias_asked", alias, by)
    return alias


def approve_alias(key: UUID, by: str) -> bool:
    """Have an alias that was asked for count; False where none of that key waits."""
    with transaction.atomic():
        alias = waiting_aliases().select_for_update().filter(pk=key).first()
        if alias is None:
            return False
        alias.is_approved = True
        alias.save(update_fields=["is_approved"])
        name_by_aliases([alias])
        _tell("alias_approved", alias, by)
    return True


def remove_alias(alias: EmailAlias, by: str) -> None:
    """Take an alias, or the wish for one, back. Email that is here already stays as it is."""
    with transaction.atomic():
        _tell("alias_removed", alias, by)
        alias.delete()


def _new(holder: Holder, address: str, by: str) -> EmailAlias:
    """A checked alias, not stored. Raises `ValidationError`."""
    written = address.strip()
    alias = EmailAlias(address=written, key=address_key(written), created_by=by)
    setattr(alias, _kind(holder), holder)
    alias.full_clean(exclude=["key"])
    if aliases_of(holder).count() >= MOST:
        text = gettext("A user or a queue has {limit} aliases at most.").format(limit=MOST)
        raise ValidationError({"address": text})
    held = EmailSearch.objects.filter(email_address=alias.key)
    if held.exclude(systemuser=None, queue=None).exists():
        raise _taken()
    return alias


def _store(alias: EmailAlias) -> None:
    try:
        with transaction.atomic():
            alias.save(force_insert=True)
    except IntegrityError as error:  # somebody was faster
        raise _taken() from error
    row_of_alias(alias).save(force_insert=True)


def _taken() -> ValidationError:
    """Without saying whose it is: a person who asks may not know."""
    return ValidationError({"address": gettext("A user or a queue has this address already.")})


def _tell(what: str, alias: EmailAlias, by: str) -> None:
    kind = "systemuser" if alias.queue_id is None else "queue"
    note(AuditAction.PEOPLE_CHANGED, Subject(kind, alias.owner_id), by, {what: alias.address})
    log.info("alias.changed", by=by, kind=kind, change=what)


def _kind(holder: Holder) -> str:
    return "queue" if isinstance(holder, Queue) else "systemuser"
