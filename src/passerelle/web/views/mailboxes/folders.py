"""Folders that are read beside the inbox: of any mailbox for administrators, of one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from passerelle.alerts.services import render_fault, render_raised
from passerelle.faults.mail.tracking import FolderFault
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.services import RELATED, step_label, tracking_rules
from passerelle.sync.models import FolderLook, TrackingFolder
from passerelle.sync.services import (
    folders_of,
    has_folders,
    leave_folder,
    look_of,
    read_folder,
    read_sent,
    request_folders,
)
from passerelle.web.forms.mailboxes.folders import FolderForm
from passerelle.web.forms.pressing import pressed
from passerelle.web.lists.finding import find_people
from passerelle.web.mail.records import chosen_record
from passerelle.web.rights import (
    AccountRequest,
    AdministratorRequest,
    administrator,
    with_own_mailbox,
)


@dataclass(frozen=True, slots=True)
class _Of:
    """Whose folders, and the addresses of their pages."""

    mailbox: Mailbox
    above: str
    above_address: str
    address: str
    choice_address: str

    def choice(self, folder: str) -> str:
        """Where is said what a folder means."""
        return f"{self.choice_address}?{urlencode({'folder': folder})}"


@dataclass(frozen=True, slots=True)
class _Listed:
    """A folder as the server listed it."""

    parents: str  # with the delimiter
    name: str
    is_open: bool
    choice: str
    row: TrackingFolder | None  # where it is read


@administrator
def of_mailbox(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """The folders of a mailbox."""
    return _page(request, _any(key))


@administrator
def choose(request: AdministratorRequest, key: UUID) -> HttpResponseBase:
    """What a folder of a mailbox shall mean."""
    return _choice(request, _any(key))


@with_own_mailbox
def own(request: AccountRequest, mailbox: Mailbox) -> HttpResponseBase:
    """The folders of one's own mailbox."""
    return _page(request, _own(mailbox))


@with_own_mailbox
def choose_own(request: AccountRequest, mailbox: Mailbox) -> HttpResponseBase:
    """What a folder of one's own shall mean."""
    return _choice(request, _own(mailbox))


def _any(key: UUID) -> _Of:
    mailbox = get_object_or_404(Mailbox.objects.select_related(*RELATED), pk=key)
    return _Of(
        mailbox,
        mailbox.name,
        reverse("web:mailbox", args=[key]),
        reverse("web:mailbox-folders", args=[key]),
        reverse("web:mailbox-folder", args=[key]),
    )


def _own(mailbox: Mailbox) -> _Of:
    return _Of(
        mailbox,
        gettext("My mailbox"),
        reverse("web:my-mailbox"),
        reverse("web:my-folders"),
        reverse("web:my-folder"),
    )


def _page(request: AccountRequest, of: _Of) -> HttpResponseBase:
    """What is read, and what there is; have it listed, or stop reading a folder."""
    by = request.user.username
    if "list" in request.POST:
        _told(request, lambda: request_folders(of.mailbox, by))
        return redirect(of.address)
    if "sent" in request.POST:
        if _told(request, lambda: read_sent(of.mailbox, by)):
            messages.success(request, gettext("What is sent from now on is read."))
        return redirect(of.address)
    if "leave" in request.POST:
        _leave(request, of.mailbox, by)
        return redirect(of.address)
    rows, rules = list(folders_of(of.mailbox)), tracking_rules()
    context = {
        "of": of,
        "rows": rows,
        "most": rules.folders_most,
        "may_read_sent": rules.track_sent,
        "reads_sent": any(row.is_sent for row in rows),
        "has_folders": has_folders(of.mailbox),
        **_listed(of, rows),
    }
    part = "web/mailboxes/_folders.html" if request.htmx else "web/mailboxes/folders.html"
    return render(request, part, context)


def _listed(of: _Of, rows: list[TrackingFolder]) -> dict[str, object]:
    """The last list of the server, and how far the next one is."""
    look = look_of(of.mailbox)
    if look is None:
        return {"look": None}
    read = {row.folder: row for row in rows}
    fault = render_fault(look.code, look.facts) if look.code else None
    return {
        "look": look,
        "fault": fault,
        "step": _step(look),
        "listed": [_one(of, entry, read) for entry in look.folders],
    }


def _one(of: _Of, entry: list[object], read: dict[str, TrackingFolder]) -> _Listed:
    name, delimiter, is_open = str(entry[0]), str(entry[1]), bool(entry[2])
    parents, sign, last = name.rpartition(delimiter) if delimiter else ("", "", name)
    return _Listed(parents + sign, last, is_open, of.choice(name), read.get(name))


def _step(look: FolderLook) -> str:
    return step_label(look.step) if look.step else gettext("It waits for its turn.")


def _leave(request: AccountRequest, mailbox: Mailbox, by: str) -> None:
    key = pressed(request, "leave")
    if key is not None and leave_folder(mailbox, key, by):
        messages.success(request, gettext("It is read no more. What it brought stays."))


def _choice(request: AccountRequest, of: _Of) -> HttpResponseBase:
    if request.method == "POST":
        form = FolderForm(request.POST)
        if form.is_valid():
            return _chosen(request, of, form)
    else:
        form = FolderForm(initial={"folder": request.GET.get("folder", "")})
    text = request.GET.get("q", "")
    context = {"of": of, "form": form, "q": text, "people": find_people(text)}
    status = 422 if form.errors else 200
    return render(request, "web/mailboxes/folder.html", context, status=status)


def _chosen(request: AccountRequest, of: _Of, form: FolderForm) -> HttpResponse:
    kind, _, key = request.POST.get("choice", "").partition(" ")
    wish = form.wish(chosen_record(kind, key))
    if _told(request, lambda: read_folder(of.mailbox, wish, request.user.username)):
        messages.success(request, gettext("It is read from now on."))
    return redirect(of.address)


def _told(request: AccountRequest, change: Callable[[], object]) -> bool:
    """Whether it was done; where it was not, why is said."""
    try:
        change()
    except FolderFault as fault:
        told = render_raised(fault)
        messages.warning(request, f"{told.cause} {told.remedy}")
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        return True
    return False
