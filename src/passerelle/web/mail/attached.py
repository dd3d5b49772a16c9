"""The attachments of an email as its page shows them: what each is, and what is not read here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passerelle.alerts.services import told_in_line
from passerelle.crm.models import ActivityMimeAttachment, Email
from passerelle.crm.services import is_unused, withheld_files
from passerelle.faults.mail.messages import MessageFault
from passerelle.mailboxes.services import received_file_rules, system_settings
from passerelle.messages import CLOSED, Kind, images_in, is_pgp_text, kind_of

_KINDS = {kind.value: kind for kind in Kind}
_LABELS: dict[Kind, Promise | str] = {
    Kind.SMIME_SIGNATURE: _("signature (S/MIME), not checked"),
    Kind.SMIME_SIGNED: _("signed text (S/MIME)"),
    Kind.SMIME_ENCRYPTED: _("encrypted (S/MIME)"),
    Kind.SMIME: _("signed or encrypted (S/MIME)"),
    Kind.PGP_SIGNATURE: _("signature (PGP), not checked"),
    Kind.PGP_ENCRYPTED: _("encrypted (PGP)"),
    Kind.PGP_KEY: _("public key (PGP)"),
    Kind.MEETING_REQUEST: _("meeting request"),
    Kind.MEETING_REPLY: _("answer to a meeting request"),
    Kind.MEETING_CANCELLED: _("cancelled meeting"),
    Kind.MEETING_COUNTER: _("new time proposed for a meeting"),
    Kind.CALENDAR: _("calendar entry"),
    Kind.CARD: _("business card"),
    Kind.MESSAGE: _("attached email"),
    Kind.TNEF: _("packed by Outlook"),
}
_ENCRYPTED = _("This email is encrypted: only its reader can open it, with the key that they hold.")
_CLOSED: dict[Kind, Promise | str] = {
    Kind.SMIME_ENCRYPTED: _ENCRYPTED,
    Kind.PGP_ENCRYPTED: _ENCRYPTED,
    Kind.SMIME_SIGNED: _(
        "This email is signed as one piece: a mail program that knows S/MIME shows its text."
    ),
    Kind.SMIME: _(
        "This email is signed or encrypted as one piece: a mail program that knows S/MIME may "
        "show its text."
    ),
}


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """One attachment, and in words what it is; "" for a file like any other."""

    row: ActivityMimeAttachment
    label: Promise | str
    withheld: str  # why it is not handed out; "" for one that is


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a draft, or an image of its text, which goes along while the text shows it."""

    row: ActivityMimeAttachment
    is_unused: bool


def file_views(email: Email) -> Sequence[FileView]:
    """What a draft has beside its text."""
    shown = images_in(email.html)
    return [FileView(row, is_unused(row, shown)) for row in email.attachments.all()]


def attachment_views(
    email: Email, rows: Sequence[ActivityMimeAttachment]
) -> Sequence[AttachmentView]:
    """Each attachment with its label."""
    withheld = {number: told_in_line(why) for number, why in withheld_from(email, rows).items()}
    return [
        AttachmentView(row, _LABELS.get(_kind(row), ""), withheld.get(row.number, ""))
        for row in rows
    ]


def withheld_from(
    email: Email, rows: Sequence[ActivityMimeAttachment]
) -> Mapping[int, MessageFault]:
    """The files of a received email that are not handed out, by their numbers."""
    if email.direction_code or not rows:
        return {}
    return withheld_files(rows, received_file_rules(system_settings()))


def closed_sentence(email: Email, rows: Iterable[ActivityMimeAttachment]) -> Promise | str:
    """Why the text of an email is not to be read here; "" for one that is.

    A text beside what is encrypted is shown, and then says enough by itself.
    """
    if is_pgp_text(email.description):
        return _ENCRYPTED
    if email.description.strip():
        return ""
    return next((_CLOSED[kind] for row in rows if (kind := _kind(row)) in CLOSED), "")


def _kind(row: ActivityMimeAttachment) -> Kind:
    """As it was recorded, else by type and name: it was not kept at first."""
    return _KINDS.get(row.kind) or kind_of(row.mimetype, row.filename)
