"""Credentials: entered, used, encrypted anew. Never shown: pages and API only write them.

A new user name or password is a new version: what a server refused of the old one no longer
counts, and the work that waited for it is asked for at once.
"""

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from passerelle.engine.services import crash_point
from passerelle.faults import Secret
from passerelle.faults.mailboxes import CredentialsUnreadable
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox, Refusal
from passerelle.mailboxes.services.processing import schedule
from passerelle.mailboxes.signing_in import vault

log = structlog.get_logger()

PASSWORD_CHARS = 1_000
FIRST_PRINTABLE, DELETE = 32, 127
BATCH = 500


def set_password(
    credential: Credential | None, username: str, password: Secret | None
) -> Credential:
    """Store a user name and its password, as a new credential or a new version of one.

    Without a password the stored one is kept, or has still to be entered. Raises `ValidationError`.
    """
    username = username.strip()
    _check(username, password)
    with transaction.atomic():
        if credential is None:
            stored = Credential(credential_id=new_guid(), username=username)
        else:
            stored = Credential.objects.select_for_update().get(pk=credential.pk)
            if not password and stored.username == username:
                return stored
            stored.username = username
            stored.version += 1
        if password:
            stored.key_id, stored.ciphertext = vault.encrypt(
                password, stored.pk, vault.process_keys()
            )
        stored.full_clean()
        stored.save()
        Refusal.objects.filter(credential=stored).delete()
        schedule(mailboxes_of(stored))
    log.info("credential.changed", credential=str(stored.pk), version=stored.version)
    return stored


def new_credential(username: str, password: Secret) -> Credential:
    """A credential with its password encrypted, to be stored by the caller, many in one go.

    Raises `ValidationError`.
    """
    username = username.strip()
    _check(username, password)
    made = Credential(credential_id=new_guid(), username=username)
    made.key_id, made.ciphertext = vault.encrypt(password, made.pk, vault.process_keys())
    made.clean_fields()
    return made


def reveal(credential: Credential, *, owner: str = "?") -> Secret | None:
    """The password; None when it has still to be entered. Raises `CredentialsUnreadable`."""
    if credential.ciphertext is None:
        return None
    return vault.decrypt(
        bytes(credential.ciphertext),
        credential.pk,
        credential.key_id,
        vault.process_keys(),
        owner=owner,
    )


def reencrypt_all(told: Callable[[int], None] | None = None) -> int:
    """Encrypt with the newest key whatever an older one encrypted; says how many.

    Run it after a key was put on top of the key file; then the old line may go. A password that
    is changed meanwhile is left as it is: it has the newest key already.
    """
    newest, _ = vault.process_keys().current
    done = 0
    last: UUID | None = None
    while True:
        rows = Credential.objects.filter(ciphertext__isnull=False).exclude(key_id=newest)
        batch = list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:BATCH])
        if not batch:
            break
        last = batch[-1].pk
        done += _reencrypt_batch(batch)
        crash_point("keys.step")
        if told is not None:
            told(done)
    log.info("credentials.reencrypted", count=done, key=newest)
    return done


def password_counts() -> dict[str, int]:
    """How many passwords each key of the key file encrypts, by the key's id."""
    rows = Credential.objects.filter(ciphertext__isnull=False).values_list("key_id")
    return dict(rows.annotate(count=Count("pk")).order_by("key_id"))


def unreadable_passwords(*, every: bool) -> Iterator[CredentialsUnreadable]:
    """Those that the key file does not open; one of each key is tried, or `every` one."""
    stored = Credential.objects.filter(ciphertext__isnull=False)
    tried = stored.iterator() if every else _one_of_each_key(stored)
    for credential in tried:
        try:
            reveal(credential)
        except CredentialsUnreadable as fault:
            yield fault


def mailboxes_of(credential: Credential) -> QuerySet[Mailbox]:
    """The mailboxes that sign in with it, themselves or through their profile."""
    return Mailbox.objects.filter(
        Q(incoming_credential=credential)
        | Q(outgoing_credential=credential)
        | Q(profile__incoming_credential=credential)
        | Q(profile__outgoing_credential=credential)
    )


def versions_of(record: Mailbox | EmailServerProfile) -> list[tuple[UUID, int] | None]:
    """What it signs in with, so that a change can be told without telling the values."""
    both = (record.incoming_credential, record.outgoing_credential)
    return [(one.pk, one.version) if one else None for one in both]


def drop_unused(credential: Credential | None) -> None:
    """Delete a credential that was replaced, unless somebody else signs in with it."""
    if credential is None or mailboxes_of(credential).exists():
        return
    profiles = EmailServerProfile.objects.filter(
        Q(incoming_credential=credential) | Q(outgoing_credential=credential)
    )
    if not profiles.exists():
        credential.delete()


def _one_of_each_key(stored: QuerySet[Credential]) -> Iterator[Credential]:
    for key_id in password_counts():
        if found := stored.filter(key_id=key_id).first():
            yield found


def _reencrypt_batch(batch: Iterable[Credential]) -> int:
    with transaction.atomic():
        return sum(_reencrypt(credential) for credential in batch)


def _reencrypt(credential: Credential) -> int:
    secret = reveal(credential)
    if secret is None:
        return 0
    key_id, sealed = vault.encrypt(secret, credential.pk, vault.process_keys())
    return Credential.objects.filter(
        pk=credential.pk, version=credential.version, key_id=credential.key_id
    ).update(key_id=key_id, ciphertext=sealed)


def _check(username: str, password: Secret | None) -> None:
    """Neither may hold what would end a command of a mail protocol."""
    errors: dict[str, list[str]] = {}
    if not username:
        errors["username"] = [gettext("Enter the user name.")]
    elif not username.isprintable():
        errors["username"] = [gettext("A user name holds no line breaks or control characters.")]
    if password:
        text = password.reveal()
        if len(text) > PASSWORD_CHARS:
            errors["password"] = [gettext("This password is too long.")]
        elif any(
            ord(character) < FIRST_PRINTABLE or ord(character) == DELETE for character in text
        ):
            errors["password"] = [gettext("A password holds no line breaks or control characters.")]
    if errors:
        raise ValidationError(errors)
