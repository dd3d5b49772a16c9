"""Writing: one's own options, default signatures of queues, signatures and templates."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.crm.models import (
    EmailSignature,
    EmailTemplate,
    Queue,
    SignInAccount,
    SystemUser,
)
from passerelle.crm.services import (
    WORDING_IMAGE_BYTES,
    WORDING_IMAGES,
    Worded,
    Words,
    allow_on_behalf,
    give_right_to_send_as,
    keep_wording_images,
    may_change_wording,
    preview,
    remove_wording,
    save_wording,
    set_default_signature,
    visible_images,
    visible_signatures,
    visible_templates,
    writers_of,
)
from passerelle.mailboxes.services import file_rules, system_settings
from passerelle.messages import PLACEHOLDERS, named_images, with_addresses
from passerelle.web.forms.mail.writing import (
    DefaultSignatureForm,
    OwnOptionsForm,
    WordingForm,
    typed_of,
)
from passerelle.web.forms.saving import accepted
from passerelle.web.rights import AccountRequest, AdministratorRequest, administrator, signed_in

LISTED = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """Signatures and templates are kept by the same pages."""

    name: str
    model: type[EmailSignature] | type[EmailTemplate]


SIGNATURE = Kind("signature", EmailSignature)
TEMPLATE = Kind("template", EmailTemplate)


@signed_in
def options(request: AccountRequest) -> HttpResponseBase:
    """One's own options, and everything that one may use when writing."""
    user = request.user.systemuser
    form = _own_form(request, user) if user is not None else None
    if user is not None and form is not None and form.is_valid():
        set_default_signature(user, form.cleaned_data["signature"])
        allowed = form.cleaned_data["allows_on_behalf"]
        allow_on_behalf(user, allowed=allowed, by=request.user.username)
        messages.success(request, gettext("Saved."))
        return redirect("web:writing")
    context = {
        "form": form,
        "queues": _queues_of(request.user),
        "signatures": visible_signatures(request.user).prefetch_related("wordings")[:LISTED],
        "templates": visible_templates(request.user).prefetch_related("wordings")[:LISTED],
    }
    return render(request, "web/writing/options.html", context)


@require_POST
@signed_in
def queue_signature(request: AccountRequest, key: UUID) -> HttpResponse:
    """The default signature of a queue that one may write for."""
    queue = get_object_or_404(Queue, pk=key)
    if queue not in _queues_of(request.user):
        raise Http404
    form = DefaultSignatureForm(visible_signatures(request.user).filter(owner=None), request.POST)
    if form.is_valid():
        set_default_signature(queue, form.cleaned_data["signature"])
        messages.success(request, gettext("Saved."))
    return redirect("web:writing")


@signed_in
def new_wording(request: AccountRequest, kind: Kind) -> HttpResponseBase:
    """Make a signature or a template."""
    if request.user.systemuser is None and not request.user.is_administrator:
        raise Http404
    return _edited(request, kind, kind.model(), initial={})


@signed_in
def edit_wording(request: AccountRequest, key: UUID, kind: Kind) -> HttpResponseBase:
    """Change one, or look at a shared one."""
    record = _record(request.user, kind, key)
    if request.method == "POST" and not may_change_wording(request.user, record):
        raise Http404
    if request.POST.get("action") == "remove":
        remove_wording(record, by=request.user.username)
        messages.success(request, gettext("Removed."))
        return redirect("web:writing")
    return _edited(request, kind, record, initial=typed_of(record))


@require_POST
@administrator
def send_as(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """Give or take the right to send email as another user."""
    user = get_object_or_404(SystemUser, pk=key)
    account = get_object_or_404(SignInAccount, systemuser=user)
    given = request.POST.get("given") == "yes"
    give_right_to_send_as(account, given=given, by=request.user.username)
    messages.success(request, gettext("Saved."))
    return redirect("web:user", user.pk)


def _record(account: SignInAccount, kind: Kind, key: UUID) -> Worded:
    if kind is SIGNATURE:
        return get_object_or_404(visible_signatures(account), pk=key)
    return get_object_or_404(visible_templates(account), pk=key)


def _edited(
    request: AccountRequest, kind: Kind, record: Worded, *, initial: dict[str, Any]
) -> HttpResponseBase:
    account = request.user
    adding = record._state.adding
    form = _wording_form(request, kind, initial, may_share=account.is_administrator and adding)
    previews = _previews(form, account) if form.is_valid() else []
    if form.is_valid() and request.POST.get("action") not in {"preview", "images"}:
        if adding:
            shared = form.cleaned_data.get("shared") or account.systemuser is None
            record.owner = None if shared else account.systemuser
        saved = accepted(
            form,
            lambda: save_wording(
                record,
                form.cleaned_data["title"],
                form.words(),
                by=account.username,
                account=account,
            ),
        )
        if saved:
            messages.success(request, gettext("Saved."))
            return redirect("web:writing")
    context = {
        "form": form,
        "kind": kind.name,
        "record": None if adding else record,
        "may_change": adding or may_change_wording(account, record),
        "previews": previews or ([] if adding else _stored_previews(record, account)),
        "placeholders": [f"{{{name}}}" for name in PLACEHOLDERS],
        "image_bytes": min(file_rules(system_settings()).file_bytes, WORDING_IMAGE_BYTES),
        "image_count": WORDING_IMAGES,
    }
    status = 422 if form.errors else 200
    return render(request, "web/writing/wording.html", context, status=status)


def _previews(form: WordingForm, account: SignInAccount) -> list[tuple[str, Any]]:
    return [
        (language, _preview(one, account, language))
        for language, one in form.words().items()
        if one.html
    ]


def _stored_previews(record: Worded, account: SignInAccount) -> list[tuple[str, Any]]:
    return [
        (one.language, _preview(Words(one.html, one.subject), account, one.language))
        for one in record.wordings.all()
    ]


def _preview(words: Words, account: SignInAccount, language: str) -> Words:
    """As its reader sees it; an image is shown from its address here."""
    named = named_images(words.html)
    images = visible_images(account).filter(content_id__in=named) if named else None
    ids = list(images.values_list("content_id", flat=True)) if images is not None else []
    shown = preview(words, account.systemuser, language, ids)
    return replace(shown, html=with_addresses(shown.html, _address_of_image))


def _address_of_image(content_id: str) -> str:
    return reverse("web:wording-image", args=[content_id])


def _wording_form(
    request: AccountRequest, kind: Kind, initial: dict[str, Any], *, may_share: bool
) -> WordingForm:
    """What was typed; images that were chosen without an editor stand below it."""
    typed = request.POST.copy() if request.method == "POST" else None
    make = partial(WordingForm, initial=initial, with_subject=kind is TEMPLATE, may_share=may_share)
    form = make(typed, request.FILES or None)
    uploads = form.uploads() if typed and request.FILES and form.is_valid() else {}
    if typed is None or not uploads:
        return form
    try:
        for language, files in uploads.items():
            rows = keep_wording_images(request.user, files, file_rules(system_settings()))
            images = [(one.content_id, one.filename) for one in rows]
            for box, value in form.with_images(language, images).items():
                typed[box] = value
    except ValidationError as error:
        form.add_error(None, error.messages)
        return form
    return make(typed)


def _own_form(request: AccountRequest, user: SystemUser) -> OwnOptionsForm:
    initial = {
        "signature": user.default_signature_id,
        "allows_on_behalf": user.allows_on_behalf,
    }
    return OwnOptionsForm(visible_signatures(request.user), request.POST or None, initial=initial)


def _queues_of(account: SignInAccount) -> list[Queue]:
    """The queues whose signature one may set: an administrator's are all."""
    if account.is_administrator:
        return list(Queue.objects.all()[:LISTED])
    return [one for one in writers_of(account) if isinstance(one, Queue)]
