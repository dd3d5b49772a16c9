"""Writing: a new email, a draft that is changed, saved by itself, sent or thrown away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.alerts.services import render_raised, told_in_line
from passerelle.crm.models import Email
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.services import (
    EDITABLE,
    Worded,
    attach,
    create_draft,
    detach,
    discard_draft,
    insert_images,
    insert_wording,
    require_sender,
    signature_html,
    update_draft,
    visible_signatures,
    visible_templates,
    writers_of,
)
from passerelle.faults.mail.cycles import DraftChangedElsewhere, SubmissionRefused
from passerelle.faults.mail.messages import DraftRefused
from passerelle.guids import guid_of, new_guid
from passerelle.mailboxes.services import file_rules, system_settings
from passerelle.messages import written_text
from passerelle.sync.services import submit
from passerelle.web.forms.mail.emails import LetterForm, NewLetterForm, letter_of
from passerelle.web.forms.mail.writing import offered_wordings
from passerelle.web.forms.saving import put_errors
from passerelle.web.mail.attached import file_views
from passerelle.web.mail.opening import draft_of, written_email
from passerelle.web.mail.writing import sending_mailbox
from passerelle.web.rights import AccountRequest, signed_in

SEND, ATTACH, INSERT, IMAGES = "send", "attach", "insert", "images"
OFFERED = 100  # signatures and templates in the list


@signed_in
def new(request: AccountRequest) -> HttpResponseBase:
    """Write an email."""
    writers = writers_of(request.user)
    if not writers:
        return render(request, "web/emails/nobody.html", status=403)
    signature = signature_html(writers[0], request.user.systemuser)
    initial = {
        "to": request.GET.get("to", "")[:1000],
        "guid": new_guid(),
        "html": f"<p><br></p>{signature}" if signature else "",
        "text": written_text(signature),
    }
    form = NewLetterForm(writers, request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid():
        email = _stored(request, form, None)
        if email is not None:
            return _after(request, form, email)
    return _form(request, form, None)


@signed_in
def edit(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """Change a draft: its text, its files; and send it if that button was pressed."""
    email = draft_of(request, key)
    form = LetterForm(request.POST or None, request.FILES or None, initial=letter_of(email))
    if form.is_valid():
        stored = _stored(request, form, email)
        if stored is not None:
            return _after(request, form, stored)
    return _form(request, form, email)


@require_POST
@signed_in
def save(request: AccountRequest, key: UUID) -> HttpResponse:
    """Keep a draft while it is written; what is not right yet is said and loses nothing."""
    email = Email.objects.filter(pk=key).first()
    if email is None:
        form: LetterForm = NewLetterForm(writers_of(request.user), request.POST)
    else:
        email = written_email(request, key)
        form = LetterForm(request.POST)
        if email.statuscode not in EDITABLE:  # *Send* was pressed, and overtook what was typed
            return render(request, "web/emails/_saved.html", {"has_left": True})
    stored = _stored(request, form, email) if form.is_valid() else None
    errors = [one for found in form.errors.values() for one in found]
    context = {
        "draft": stored,
        "now": timezone.now(),
        "conflict": form.conflict,
        "error": errors[0] if errors else "",
        "key": key,
    }
    return render(request, "web/emails/_saved.html", context)


@require_POST
@signed_in
def discard(request: AccountRequest, key: UUID) -> HttpResponse:
    """Throw a draft away."""
    draft = get_object_or_404(Email, pk=draft_of(request, key).pk, statuscode=EmailStatus.DRAFT)
    discard_draft(draft)
    messages.success(request, gettext("The draft is gone."))
    return redirect("web:emails")


def _stored(request: AccountRequest, form: LetterForm, email: Email | None) -> Email | None:
    """The draft with what was typed; None when something is not right, and the form says what."""
    seen = None if "keep-mine" in request.POST else form.cleaned_data["revision"]
    try:
        if email is None and isinstance(form, NewLetterForm):
            email = create_draft(
                form.written(),
                sender=form.sender(),
                owner=request.user.systemuser,
                guid=form.cleaned_data["guid"],
            )
            if email.statuscode not in EDITABLE:  # the button was pressed twice
                return email
        if email is None:
            raise Http404
        return update_draft(email, form.written(), seen=seen)
    except DraftChangedElsewhere as fault:
        form.conflict = True
        form.add_error(None, render_raised(fault).cause)
    except ValidationError as error:
        put_errors(form, error)
    return None


def _after(request: AccountRequest, form: LetterForm, email: Email) -> HttpResponseBase:
    """The draft is kept; then what the button asks for."""
    if email.statuscode not in EDITABLE:
        return redirect("web:email", email.pk)
    try:
        email = _files_changed(request, form, email)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return redirect("web:email-edit", email.pk)
    action = request.POST.get("action", "")
    if action == INSERT:
        _insert(request, email)
    if action in {ATTACH, INSERT, IMAGES} or "remove" in request.POST:
        return redirect("web:email-edit", email.pk)
    if action != SEND:
        messages.success(request, gettext("The draft is kept."))
        return redirect("web:email", email.pk)
    return _sent(request, email)


def _files_changed(request: AccountRequest, form: LetterForm, email: Email) -> Email:
    removed = request.POST.get("remove", "")
    if removed.isdecimal():
        email = detach(email, int(removed[:9]))
    if uploads := form.uploads("new_files"):
        email = attach(email, uploads, file_rules(system_settings()))
    if images := form.uploads("new_images"):
        email = insert_images(email, images, file_rules(system_settings()))
    return email


def _insert(request: AccountRequest, email: Email) -> None:
    """Put the chosen signature or template into the draft; one that is gone is left out."""
    kind, _, rest = request.POST.get("wording", "").partition(":")
    key, _, language = rest.partition(":")
    guid = guid_of(key)
    if guid is None:
        return
    record: Worded | None = None
    if kind == "signature":
        record = visible_signatures(request.user).filter(pk=guid).first()
    elif kind == "template":
        record = visible_templates(request.user).filter(pk=guid).first()
    if record is not None:
        insert_wording(email, record, language, request.user.systemuser)


def _sent(request: AccountRequest, email: Email) -> HttpResponse:
    try:
        require_sender(request.user, email)
        submit(email, request.user.username, sending_mailbox(email))
    except (SubmissionRefused, DraftRefused) as fault:
        messages.error(request, told_in_line(fault))
        return redirect("web:email-edit", email.pk)
    if email.send_after:
        messages.success(request, gettext("The email is sent at the time that you chose."))
    else:
        messages.success(request, gettext("The email is on its way."))
    return redirect("web:email", email.pk)


def _form(request: AccountRequest, form: LetterForm, email: Email | None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "email": email,
        "key": email.pk if email else _key_of(form),
        "attachments": file_views(email) if email else [],
        "rules": file_rules(system_settings()),
        "conflict": form.conflict,
        "wordings": offered_wordings(
            visible_signatures(request.user).prefetch_related("wordings")[:OFFERED],
            visible_templates(request.user).prefetch_related("wordings")[:OFFERED],
        ),
    }
    return render(request, "web/emails/letter.html", context, status=422 if form.errors else 200)


def _key_of(form: LetterForm) -> UUID:
    """The key that a new email will have; a form that lost it gets another one."""
    return guid_of(str(form["guid"].value())) or new_guid()
