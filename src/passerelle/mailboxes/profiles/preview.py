"""The user names that a profile makes for its first few mailboxes. It signs in to nothing."""

from dataclasses import dataclass

from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import CredentialRetrieval, Direction
from passerelle.mailboxes.profiles.usernames import Names, alias_in, filled, is_template, unknown_in

SHOWN = 5
TEMPLATE_CHARS = 250
EXAMPLE = "anna.smith@example.com"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the two boxes."""

    username: str
    authorization: str

    @property
    def is_for_many(self) -> bool:
        """Whether it differs from mailbox to mailbox."""
        return is_template(self.username) or bool(self.authorization)

    @property
    def unknown(self) -> str:
        """What means nothing in one of them."""
        return unknown_in(self.username) or unknown_in(self.authorization)


@dataclass(frozen=True, slots=True)
class Named:
    """One mailbox; without a user name none can be made for it."""

    address: str
    username: str = ""
    authorization: str = ""


def typed_in(profile: EmailServerProfile, direction: Direction) -> Typed | None:
    """What is stored for a direction; None where the profile holds no credentials for it."""
    credential = getattr(profile, f"{direction}_credential")
    retrieval = getattr(profile, f"{direction}_credential_retrieval")
    if credential is None or retrieval != CredentialRetrieval.PROFILE:
        return None
    return Typed(credential.username, getattr(profile, f"{direction}_authorization"))


def names_preview(profile: EmailServerProfile | None, typed: Typed) -> list[Named]:
    """The names for some mailboxes of the profile, or for an example where it has none."""
    if not typed.is_for_many or typed.unknown:
        return []
    if max(len(typed.username), len(typed.authorization)) > TEMPLATE_CHARS:
        return []
    mailboxes = _some(profile) if profile else []
    if not mailboxes:
        return [_named(typed, Names(EXAMPLE))]
    return [_named(typed, names_for(mailbox)) for mailbox in mailboxes]


def _some(profile: EmailServerProfile) -> list[Mailbox]:
    rows = profile.mailboxes.exclude(email_address="").order_by("name", "mailbox_id")
    return list(rows.select_related("incoming_credential", "outgoing_credential")[:SHOWN])


def names_for(mailbox: Mailbox) -> Names:
    """What a template may name of that mailbox."""
    held = mailbox.incoming_credential or mailbox.outgoing_credential
    return Names(mailbox.email_address, alias_in(held.username) if held else "")


def _named(typed: Typed, names: Names) -> Named:
    try:
        return Named(
            names.address, filled(typed.username, names), filled(typed.authorization, names)
        )
    except ValueError:
        return Named(names.address)
