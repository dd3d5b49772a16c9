"""Email server profiles: made and changed, with their credentials.

A connection to Exchange, or a way to sign in that this version cannot use, is kept as it is: the
mailboxes then say why they wait. What can run must name a server that can be one.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from passerelle.crm import services as crm
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.faults import Secret
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Credential, EmailServerProfile
from passerelle.mailboxes.models.choices import CredentialRetrieval, Direction
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.profiles.authorities import NotAuthorities, normal_form
from passerelle.mailboxes.profiles.usernames import PLACEHOLDERS, unknown_in
from passerelle.mailboxes.services.hosts import is_host
from passerelle.mailboxes.services.processing import current_settings, schedule
from passerelle.mailboxes.services.settings import save_settings
from passerelle.mailboxes.signing_in.credentials import drop_unused, set_password, versions_of
from passerelle.protocols.wire import LAST_PORT, is_mail_port

log = structlog.get_logger()

RECORD = "emailserverprofile"

CHANGEABLE = frozenset(
    {
        "name",
        "description",
        "statecode",
        *(
            f"{direction}_{field}"
            for direction in ("incoming", "outgoing")
            for field in (
                "protocol",
                "location",
                "port",
                "security",
                "verify",
                "credential_retrieval",
                "authentication",
                "authorization",
            )
        ),
        "owner",
        "use_same_settings",
        "oldest_tls",
        "authorities",
        "sent_copies",
        "process_emails_received_after",
        "max_concurrent_connections",
        "mailbox_emails_a_minute",
        "mailbox_recipients_a_day",
        "emails_a_minute",
        "recipients_a_day",
        "timeout_is_on",
        "timeout_seconds",
        "polling_seconds",
        "min_polling_minutes",
        "move_undelivered",
        "mark_undelivered",
        "tracked_folder",
        "authserv_id",
        "trusted_delivery",
        "send_email_alert",
    }
)


def create_profile(
    name: str, *, guid: UUID | None = None, by: str = "", **fields: Any
) -> EmailServerProfile:
    """Make a profile. Raises `ValidationError`, by field."""
    profile = EmailServerProfile(profile_id=guid or new_guid())
    _put(profile, {"name": name, **fields})
    with transaction.atomic():
        profile.save(force_insert=True)
        crm.note(AuditAction.PROFILE_CREATED, Subject(RECORD, profile.pk), by)
    log.info("profile.created", profile=str(profile.pk), by=by)
    return profile


def update_profile(
    profile: EmailServerProfile, *, by: str = "", **fields: Any
) -> EmailServerProfile:
    """Change what is named, and ask for the work of the mailboxes that use it."""
    with transaction.atomic():
        stored = EmailServerProfile.objects.select_for_update().get(pk=profile.pk)
        before = crm.plain_values(stored, fields.keys() & CHANGEABLE)
        replaced = stored.outgoing_credential
        _put(stored, fields)
        stored.save()
        if replaced != stored.outgoing_credential:
            drop_unused(replaced)
        crm.note_changes(
            AuditAction.PROFILE_CHANGED, Subject(RECORD, stored.pk), by, before, stored
        )
        schedule(stored.mailboxes.all())
    log.info("profile.changed", profile=str(stored.pk), by=by, names=sorted(fields))
    return stored


def set_profile_password(
    profile: EmailServerProfile,
    direction: Direction | None,
    username: str,
    password: Secret | None,
    *,
    by: str = "",
) -> EmailServerProfile:
    """Store the credentials of one direction, or one for both (None). Raises `ValidationError`."""
    _check_name(username)
    with transaction.atomic():
        stored = EmailServerProfile.objects.select_for_update().get(pk=profile.pk)
        if stored.use_same_settings:
            direction = None
        replaced, before = stored.outgoing_credential, versions_of(stored)
        if direction is None:
            shared = set_password(stored.incoming_credential, username, password)
            stored.incoming_credential = stored.outgoing_credential = shared
        elif direction == Direction.INCOMING:
            stored.incoming_credential = set_password(
                _own(stored.incoming_credential, stored.outgoing_credential), username, password
            )
        else:
            stored.outgoing_credential = set_password(
                _own(stored.outgoing_credential, stored.incoming_credential), username, password
            )
        stored.save()
        drop_unused(replaced)
        if before != versions_of(stored):
            detail = {"direction": direction.value if direction else "both"}
            crm.note(AuditAction.CREDENTIALS_CHANGED, Subject(RECORD, stored.pk), by, detail)
        schedule(stored.mailboxes.all())
    log.info("profile.credentials-changed", profile=str(stored.pk), by=by)
    return stored


def set_default_profile(profile: EmailServerProfile, by: str) -> None:
    """Mailboxes that are made from now on get this profile. Raises `ValidationError`."""
    if profile.statecode != State.ACTIVE:
        raise ValidationError(gettext("An inactive profile cannot be the default."))
    save_settings({"default_profile": profile}, by)


def is_default(profile: EmailServerProfile) -> bool:
    """Whether new mailboxes get this profile."""
    return current_settings().default_profile_id == profile.pk


def _own(credential: Credential | None, other: Credential | None) -> Credential | None:
    """The credential of one direction alone; a shared one is left to the other direction."""
    return None if credential is not None and credential == other else credential


def _put(profile: EmailServerProfile, fields: Mapping[str, Any]) -> None:
    unknown = fields.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"a profile has no {', '.join(sorted(unknown))} to change")
    for name, value in fields.items():
        setattr(profile, name, value.strip() if isinstance(value, str) else value)
    errors = _errors(profile)
    if profile.use_same_settings and not errors:
        errors = _follow_incoming(profile)
    for direction in ("incoming", "outgoing"):
        errors |= _connection_errors(profile, direction)
    if errors:
        raise ValidationError(errors)
    profile.full_clean()


def _errors(profile: EmailServerProfile) -> dict[str, list[str]]:
    """What a form would show beside the boxes of the whole profile."""
    errors: dict[str, list[str]] = {}
    try:
        profile.authorities = normal_form(profile.authorities)
    except NotAuthorities as error:
        errors["authorities"] = [gettext(str(error))]
    inactive = profile.statecode == State.INACTIVE
    if inactive and not profile._state.adding and is_default(profile):
        errors["statecode"] = [
            gettext("New mailboxes get this profile: make another one the default first.")
        ]
    return errors


def _follow_incoming(profile: EmailServerProfile) -> dict[str, list[str]]:
    """Make the outgoing connection that of the incoming one, as far as protocols allow."""
    if not (profile.incoming_can_run and profile.outgoing_can_run):
        return {"use_same_settings": [gettext("Exchange and SMTP have no settings in common.")]}
    for name in ("location", "verify", "credential_retrieval", "authentication", "authorization"):
        setattr(profile, f"outgoing_{name}", getattr(profile, f"incoming_{name}"))
    profile.outgoing_credential = profile.incoming_credential
    return {}


def _check_name(username: str) -> None:
    """A template of user names must be one before anybody signs in by it."""
    if unknown := unknown_in(username):
        raise ValidationError({"username": [_unknown_text(unknown)]})


def _unknown_text(unknown: str) -> str:
    text = gettext("%(unknown)s means nothing here. Known: %(known)s.")
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    return text % {"unknown": unknown, "known": known}


def _connection_errors(profile: EmailServerProfile, direction: str) -> dict[str, list[str]]:
    """What a form would show beside the boxes of one direction."""
    if not getattr(profile, f"{direction}_can_run"):
        return {}  # kept as it is
    errors: dict[str, list[str]] = {}
    location = getattr(profile, f"{direction}_location")
    if location and not is_host(location):
        errors[f"{direction}_location"] = [
            gettext("Enter the name of the server alone, as in mail.example.com.")
        ]
    port = getattr(profile, f"{direction}_port")
    if port and port <= LAST_PORT and not is_mail_port(port):
        errors[f"{direction}_port"] = [
            gettext("Below 1024 only the ports of mail are allowed, as 993 or 587.")
        ]
    if unknown := unknown_in(getattr(profile, f"{direction}_authorization")):
        errors[f"{direction}_authorization"] = [_unknown_text(unknown)]
    anonymous = CredentialRetrieval.ANONYMOUS
    if direction == "incoming" and profile.incoming_credential_retrieval == anonymous:
        errors["incoming_credential_retrieval"] = [
            gettext("Mail is never read without signing in.")
        ]
    return errors
