"""Images of a text that is written: kept while its editor is open, and shown in it.

The text is that of an email, or of a signature or a template.
"""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from passerelle.crm.models import ActivityMimeAttachment, Email, WordingImage
from passerelle.crm.services import (
    FileRules,
    Upload,
    Written,
    add_images,
    attachment_bytes,
    create_draft,
    keep_wording_images,
    visible_images,
    writers_of,
)
from passerelle.faults.mail.messages import PartNotFound
from passerelle.mailboxes.services import file_rules, system_settings
from passerelle.messages import image_of
from passerelle.web.downloads import image_answer
from passerelle.web.forms.mail.emails import uploads_of
from passerelle.web.mail.opening import draft_of, readable_email
from passerelle.web.rights import AccountRequest, signed_in


@require_POST
@signed_in
def add(request: AccountRequest, key: UUID) -> HttpResponse:
    """Keep images for the text; the editor puts them where the cursor is and saves the text."""
    return _kept(request, lambda *files: add_images(_draft(request, key), *files))


@signed_in
def show(request: AccountRequest, key: UUID, content_id: str) -> HttpResponse:
    """An image of the text, to whoever may read the text.

    A signature stands in an email before that is saved: its image is not the email's yet.
    """
    if not Email.objects.filter(pk=key).exists():
        return _image_of_wording(request, content_id)
    email = readable_email(request, key)
    found = email.attachments.select_related("raw").filter(content_id=content_id).first()
    if found is None:
        return _image_of_wording(request, content_id)
    found.email = email
    try:
        data = attachment_bytes(found)
    except PartNotFound as fault:
        raise Http404 from fault
    image = image_of(data)
    if image is None:
        raise Http404
    return image_answer(data, image.mimetype)


@require_POST
@signed_in
def add_to_wording(request: AccountRequest) -> HttpResponse:
    """Keep images for a signature or a template that is being written."""
    if request.user.systemuser is None and not request.user.is_administrator:
        raise Http404
    return _kept(request, lambda *files: keep_wording_images(request.user, *files))


@signed_in
def show_of_wording(request: AccountRequest, content_id: str) -> HttpResponse:
    """An image of a signature or a template, to whoever sees that."""
    return _image_of_wording(request, content_id)


def _image_of_wording(request: AccountRequest, content_id: str) -> HttpResponse:
    found = get_object_or_404(visible_images(request.user), content_id=content_id)
    return image_answer(bytes(found.content), found.mimetype)


def _kept(
    request: AccountRequest,
    keep: Callable[[Sequence[Upload], FileRules], Iterable[ActivityMimeAttachment | WordingImage]],
) -> HttpResponse:
    """What the editor sent, kept; it is told by which Content-IDs, or why none is."""
    uploads = uploads_of(one for one in request.FILES.getlist("new_images") if one)
    try:
        images = keep(uploads, file_rules(system_settings()))
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=422)
    return JsonResponse(
        {"images": [{"id": one.content_id, "name": one.filename} for one in images]}
    )


def _draft(request: AccountRequest, key: UUID) -> Email:
    """The draft; an email that is not saved yet is made, without anything in it, by its sender."""
    if Email.objects.filter(pk=key).exists():
        return draft_of(request, key)
    chosen = request.POST.get("sender", "")
    writer = next((one for one in writers_of(request.user) if str(one.pk) == chosen), None)
    if writer is None:
        raise Http404
    empty = Written(to="", subject="", text="")
    return create_draft(empty, sender=writer, owner=request.user.systemuser, guid=key)
