"""Mailboxes: made with their user or queue, changed, switched off.

The address belongs to the user or queue: changed here it is changed there, and the mailbox follows
(`follow_address`). `enabledfor…` is a person's decision: a test that passed sets it, `switch_off`
takes it back, and nothing else ever does.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from passerelle.crm import services as crm
from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import AddressChange, Subject
from passerelle.faults import Secret
from passerelle.guids import new_guid
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import ActDeliveryMethod, DeliveryMethod, Direction
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.services.approval import approval_of_new_address
from passerelle.mailboxes.services.processing import current_settings, schedule
from passerelle.mailboxes.signing_in.credentials import drop_unused, set_password, versions_of

log = structlog.get_logger()

CHANGEABLE = frozenset(
    {
        "email_address",
        "profile",
        "incoming_method",
        "outgoing_method",
        "act_method",
        "allow_credentials",
        "name",
        "process_and_delete",
        "joining",
        "process_email_received_after",
        "statecode",
    }
)


def create_user_with_mailbox(
    fullname: str, address: str = "", *, by: str = "", **fields: Any
) -> SystemUser:
    """Make a user (`crm.create_user`) and the mailbox. Raises `ValidationError`."""
    with transaction.atomic():
        user = crm.create_user(fullname, address, **fields)
        mailbox = _make_mailbox(user)
    log.info("mailbox.created", mailbox=str(mailbox.pk), by=by)
    return user


def create_queue_with_mailbox(
    name: str, address: str = "", *, by: str = "", **fields: Any
) -> Queue:
    """Make a queue (`crm.create_queue`) and its mailbox. Raises `ValidationError`."""
    with transaction.atomic():
        queue = crm.create_queue(name, address, **fields)
        mailbox = _make_mailbox(queue)
    log.info("mailbox.created", mailbox=str(mailbox.pk), by=by)
    return queue


def create_forward_mailbox(
    name: str, address: str, profile: EmailServerProfile | None = None, *, by: str = ""
) -> Mailbox:
    """Make a forward mailbox, which is nobody's own. Raises `ValidationError`, by field."""
    settings = current_settings()
    with transaction.atomic():
        mailbox = new_forward_mailbox(name.strip(), address.strip(), settings)
        mailbox.profile = profile or settings.default_profile
        _check(mailbox)
        mailbox.full_clean()
        mailbox.save(force_insert=True)
        detail = {"name": [None, mailbox.name]}
        crm.note(AuditAction.MAILBOX_CHANGED, Subject("mailbox", mailbox.pk), by, detail)
    log.info("mailbox.created", mailbox=str(mailbox.pk), by=by)
    return mailbox


def update_mailbox(mailbox: Mailbox, *, by: str = "", **fields: Any) -> Mailbox:
    """Change what is named. Raises `ValidationError`, by field, and then nothing is changed."""
    unknown = fields.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"a mailbox has no {', '.join(sorted(unknown))} to change")
    with transaction.atomic():
        before = crm.plain_values(Mailbox.objects.get(pk=mailbox.pk), fields.keys())
        if "email_address" in fields:
            _change_address(mailbox, fields["email_address"])
        stored = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        for name, value in fields.items():
            if name != "email_address":
                setattr(stored, name, value)
        _check(stored)
        stored.full_clean()
        stored.save()
        crm.note_changes(
            AuditAction.MAILBOX_CHANGED, Subject("mailbox", stored.pk), by, before, stored
        )
        schedule(Mailbox.objects.filter(pk=stored.pk))
    log.info("mailbox.changed", mailbox=str(stored.pk), by=by, names=sorted(fields))
    return stored


def set_mailbox_password(
    mailbox: Mailbox,
    direction: Direction | None,
    username: str,
    password: Secret | None,
    *,
    by: str = "",
) -> Mailbox:
    """Store the credentials of one direction, or one for both (None). Raises `ValidationError`."""
    with transaction.atomic():
        stored = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        incoming, outgoing = stored.incoming_credential, stored.outgoing_credential
        before = versions_of(stored)
        shared = incoming is not None and incoming == outgoing
        if direction is None:
            both = set_password(incoming, username, password)
            stored.incoming_credential = stored.outgoing_credential = both
        elif direction == Direction.INCOMING:
            stored.incoming_credential = set_password(
                None if shared else incoming, username, password
            )
        else:
            stored.outgoing_credential = set_password(
                None if shared else outgoing, username, password
            )
        stored.save()
        drop_unused(outgoing)
        if before != versions_of(stored):
            detail = {"direction": direction.value if direction else "both"}
            crm.note(AuditAction.CREDENTIALS_CHANGED, Subject("mailbox", stored.pk), by, detail)
        schedule(Mailbox.objects.filter(pk=stored.pk))
    log.info("mailbox.credentials-changed", mailbox=str(stored.pk), by=by)
    return stored


def switch_off(mailbox_ids: Iterable[UUID], directions: Iterable[Direction], by: str) -> int:
    """Take the decision to process these directions back; says how many mailboxes are left."""
    columns: Mapping[Direction, str] = {
        Direction.INCOMING: "enabled_for_incoming",
        Direction.OUTGOING: "enabled_for_outgoing",
    }
    changes = {columns[direction]: False for direction in directions}
    with transaction.atomic():
        changed = Mailbox.objects.filter(pk__in=list(mailbox_ids)).update(**changes)
        _note_many(by, changed, sorted(changes))
    log.info("mailboxes.switched-off", by=by, count=changed, names=sorted(changes))
    return changed


def apply_default_settings(mailbox_ids: Iterable[UUID], by: str) -> int:
    """Give these mailboxes the profile and the methods of the system settings."""
    settings = current_settings()
    with transaction.atomic():
        mailboxes = list(Mailbox.objects.select_for_update().filter(pk__in=list(mailbox_ids)))
        for mailbox in mailboxes:
            _put_defaults(mailbox, settings)
            _check(mailbox)
        Mailbox.objects.bulk_update(
            mailboxes, ["profile", "incoming_method", "outgoing_method"], batch_size=500
        )
        _note_many(by, len(mailboxes), ["incoming_method", "outgoing_method", "profile"])
        schedule(Mailbox.objects.filter(pk__in=[mailbox.pk for mailbox in mailboxes]))
    log.info("mailboxes.defaults-applied", by=by, count=len(mailboxes))
    return len(mailboxes)


def _note_many(by: str, count: int, names: list[str]) -> None:
    if count:
        detail = {"count": count, "fields": names}
        crm.note(AuditAction.MAILBOX_CHANGED, Subject("mailbox"), by, detail)


def follow_address(change: AddressChange) -> None:
    """A user or queue changed: the mailbox follows, and a new address was approved by nobody."""
    mailbox = Mailbox.objects.select_for_update().filter(**{change.kind: change.id}).first()
    if mailbox is None:
        return
    mailbox.name = change.name
    if mailbox.email_address != change.address:
        mailbox.email_address = change.address
        mailbox.approval = approval_of_new_address(
            change.address, current_settings(), of_queue=change.kind == "queue"
        )
    mailbox.save()
    schedule(Mailbox.objects.filter(pk=mailbox.pk))  # active again, its work goes on


def new_mailbox(of: SystemUser | Queue, settings: SystemSettings) -> Mailbox:
    """The mailbox of a new user or queue, not stored yet."""
    is_queue = isinstance(of, Queue)
    address = of.email_address if isinstance(of, Queue) else of.internal_email_address
    mailbox = Mailbox(
        mailbox_id=new_guid(),
        name=str(of),
        email_address=address,
        systemuser=None if isinstance(of, Queue) else of,
        queue=of if isinstance(of, Queue) else None,
        approval=approval_of_new_address(address, settings, of_queue=is_queue),
    )
    _put_defaults(mailbox, settings)
    return mailbox


def new_forward_mailbox(name: str, address: str, settings: SystemSettings) -> Mailbox:
    """A new forward mailbox without a profile, not stored yet."""
    return Mailbox(
        mailbox_id=new_guid(),
        name=name,
        email_address=address,
        is_forward_mailbox=True,
        incoming_method=DeliveryMethod.SERVER_SIDE,
        approval=approval_of_new_address(address, settings, of_queue=False),
    )


def forward_mailboxes() -> QuerySet[Mailbox]:
    """Those to which others may forward, in no order."""
    return Mailbox.objects.order_by().filter(is_forward_mailbox=True, statecode=State.ACTIVE)


def some_forward_mailbox() -> bool:
    """Whether there is one to which others could forward."""
    return forward_mailboxes().exists()


def _make_mailbox(of: SystemUser | Queue) -> Mailbox:
    mailbox = new_mailbox(of, current_settings())
    mailbox.full_clean()
    mailbox.save(force_insert=True)
    return mailbox


def _put_defaults(mailbox: Mailbox, settings: SystemSettings) -> None:
    mailbox.profile = settings.default_profile
    mailbox.incoming_method = _allowed(mailbox, settings.default_incoming)
    mailbox.outgoing_method = _allowed(mailbox, settings.default_outgoing)


def _allowed(mailbox: Mailbox, method: int) -> DeliveryMethod:
    """The default method; queues have no Outlook, so theirs is none at all then."""
    if mailbox.queue_id is not None and method == DeliveryMethod.OUTLOOK:
        return DeliveryMethod.NONE
    return DeliveryMethod(method)


def _change_address(mailbox: Mailbox, address: str) -> None:
    try:
        if mailbox.is_forward_mailbox:
            _change_own_address(mailbox, address)
        elif mailbox.systemuser is not None:
            crm.update_user(mailbox.systemuser, address=address)
        elif mailbox.queue is not None:
            crm.update_queue(mailbox.queue, address=address)
    except ValidationError as error:
        # The box on this form is the mailbox's, whatever the other record calls the field.
        raise ValidationError({"email_address": error.messages}) from error


def _change_own_address(mailbox: Mailbox, address: str) -> None:
    """A forward mailbox has its address from nobody; a new one was approved by nobody."""
    if mailbox.email_address != address:
        approval = approval_of_new_address(address, current_settings(), of_queue=False)
        Mailbox.objects.filter(pk=mailbox.pk).update(email_address=address, approval=approval)


def _check(mailbox: Mailbox) -> None:
    errors: dict[str, list[str]] = {}
    if mailbox.is_forward_mailbox:
        errors |= _forward_errors(mailbox)
    if mailbox.queue_id is not None:
        no_outlook = gettext("A queue has no Outlook that could synchronize its email.")
        for name in ("incoming_method", "outgoing_method"):
            if getattr(mailbox, name) == DeliveryMethod.OUTLOOK:
                errors[name] = [no_outlook]
    forwards = mailbox.incoming_method == DeliveryMethod.FORWARD
    if forwards and not mailbox.is_forward_mailbox and not some_forward_mailbox():
        errors["incoming_method"] = [gettext("Make a forward mailbox first.")]
    if mailbox.process_and_delete and mailbox.systemuser_id is not None:
        errors["process_and_delete"] = [gettext("Email of a user stays at the server.")]
    enabled = mailbox.enabled_for_incoming or mailbox.enabled_for_outgoing
    if enabled and mailbox.profile_id is None:
        errors["profile"] = [gettext("An enabled mailbox needs a profile; switch it off first.")]
    if errors:
        raise ValidationError(errors)


def _forward_errors(mailbox: Mailbox) -> dict[str, list[str]]:
    """What a forward mailbox may not be: somebody's working address, or a way out."""
    errors: dict[str, list[str]] = {}
    only = gettext("A forward mailbox only receives, and unpacks what is forwarded to it.")
    if mailbox.incoming_method not in {DeliveryMethod.NONE, DeliveryMethod.SERVER_SIDE}:
        errors["incoming_method"] = [only]
    if mailbox.outgoing_method != DeliveryMethod.NONE:
        errors["outgoing_method"] = [only]
    if mailbox.act_method != ActDeliveryMethod.NONE:
        errors["act_method"] = [only]
    address = mailbox.email_address
    crm.refuse_alias(address, "email_address")
    taken = Mailbox.objects.filter(email_address__iexact=address).exclude(pk=mailbox.pk)
    if address and taken.exists():
        errors["email_address"] = [gettext("This is the address of another mailbox.")]
    return errors
