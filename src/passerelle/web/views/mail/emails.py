"""Emails: the list, one email, its downloads, and other people's mail after a reason."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from passerelle.crm.models import Email, Queue, SignInAccount, SystemUser
from passerelle.crm.models.mail.emails import EmailStatus
from passerelle.crm.queue_items import items_shown_with
from passerelle.crm.services import (
    EDITABLE,
    answering_writer,
    attachment_bytes,
    conversation_of,
    may_read_body,
    may_read_now,
    may_read_source,
    may_untrack,
    newest_change,
    raw_bytes,
    read_with_reason,
    visible_emails,
    writers_of,
)
from passerelle.faults.mail.messages import PartNotFound
from passerelle.guids import guid_of
from passerelle.sync.models import Place, SentCopy, Submission
from passerelle.sync.models.outgoing import DeliveryOutcome, Report, SubmissionState
from passerelle.sync.services import authenticity_of, decision_of, trace_of, why_not_sent
from passerelle.web.downloads import download
from passerelle.web.forms.mail.emails import ReasonForm
from passerelle.web.forms.saving import accepted
from passerelle.web.lists.searching import narrowed_by, not_all_found, page_of_emails
from passerelle.web.mail.attached import attachment_views, closed_sentence, withheld_from
from passerelle.web.mail.authenticity import check_views
from passerelle.web.mail.dangers import dangers_told
from passerelle.web.mail.letters import letter_view
from passerelle.web.mail.opening import (
    email_with_source,
    readable_email,
    seen_email,
    visible_email,
)
from passerelle.web.mail.others import parties_of, shared_view
from passerelle.web.middleware import FRAMING_POLICY
from passerelle.web.rights import AccountRequest, signed_in

BOXES = {
    "": _("All"),
    "mine": _("Mine"),
    "received": pgettext_lazy("emails", "Received"),
    "sent": pgettext_lazy("emails", "Sent"),
    "pending": _("Pending"),
    "drafts": _("Drafts"),
}
ANSWERABLE = (EmailStatus.RECEIVED, EmailStatus.SENT, EmailStatus.COMPLETED)


@signed_in
def listed(request: AccountRequest) -> HttpResponse:
    """The emails that this person may see, the newest first."""
    box = request.GET.get("box", "")
    emails = _in_box(Email.objects.all(), box, request.user)
    queues = _queues_of(request.user)
    queue = next((one for one in queues if str(one.pk) == request.GET.get("queue")), None)
    user = _user_asked(request)
    asked = narrowed_by(request.GET)
    context = {
        "page": page_of_emails(request.user, emails, asked, request.GET, queue or user),
        "asked": asked,
        "not_all_found": not_all_found(asked),
        "states": EmailStatus,
        "boxes": BOXES,
        "box": box if box in BOXES else "",
        "queues": queues,
        "queue": queue,
        "user_asked": user,
        "may_write": bool(writers_of(request.user)),
    }
    return render(request, "web/emails/list.html", context)


@signed_in
def record(request: AccountRequest, key: UUID) -> HttpResponse:
    """One email; the text only where it is this person's to read."""
    email, only_shared = seen_email(request, key)
    if only_shared:
        response = render(request, "web/emails/shared.html", shared_view(request, email))
    else:
        response = render(request, "web/emails/record.html", _shown(request, email, ReasonForm()))
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


@require_POST
@signed_in
def reason(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """Whoever sees all email says why, and reads; the audit keeps it."""
    email = visible_email(request, key)
    if not request.user.sees_all_email:
        raise Http404
    form = ReasonForm(request.POST)
    if form.is_valid() and accepted(
        form, lambda: read_with_reason(request.user, email, form.cleaned_data["reason"])
    ):
        return redirect("web:email", email.pk)
    return render(request, "web/emails/record.html", _shown(request, email, form), status=422)


@signed_in
def attachment(request: AccountRequest, key: UUID, number: int) -> HttpResponseBase:
    """One attachment, as a file that no browser runs; the page says why one is withheld."""
    email = readable_email(request, key)
    rows = list(email.attachments.select_related("raw"))
    found = next((row for row in rows if row.number == number), None)
    if found is None:
        raise Http404
    if number in withheld_from(email, rows):
        return redirect(f"{reverse('web:email', args=[email.pk])}#attachments")
    found.email = email
    try:
        data = attachment_bytes(found)
    except PartNotFound as fault:
        raise Http404 from fault
    return download(data, found.filename, fallback=f"attachment-{number}.bin")


@signed_in
def source(request: AccountRequest, key: UUID) -> HttpResponse:
    """The message as it came, byte for byte."""
    email = email_with_source(request, key)
    if email.raw is None:
        raise Http404
    return download(raw_bytes(email.raw), f"{email.pk}.eml", fallback="message.eml")


def _in_box(emails: QuerySet[Email], box: str, account: SignInAccount) -> QuerySet[Email]:
    match box:
        case "mine" if account.systemuser is None:
            return emails.none()
        case "mine":
            return emails.filter(owner=account.systemuser)
        case "received":
            return emails.filter(direction_code=False)
        case "sent":
            return emails.filter(direction_code=True, statuscode=EmailStatus.SENT)
        case "pending":
            waiting = (EmailStatus.PENDING_SEND, EmailStatus.SENDING, EmailStatus.FAILED)
            return emails.filter(statuscode__in=waiting)
        case "drafts":
            return emails.filter(statuscode=EmailStatus.DRAFT)
        case _:
            return emails


def _queues_of(account: SignInAccount) -> list[Queue]:
    if account.sees_all_email:
        return list(Queue.objects.all())
    return list(account.systemuser.queues.all()) if account.systemuser else []


def _user_asked(request: AccountRequest) -> SystemUser | None:
    """Whose email alone is asked for, by who may list it all."""
    key = guid_of(request.GET.get("user", "")) if request.user.sees_all_email else None
    return SystemUser.objects.filter(pk=key).first() if key else None


def _shown(request: AccountRequest, email: Email, form: ReasonForm) -> dict[str, Any]:
    """What the page of one email shows."""
    account = request.user
    own = may_read_body(account, email)
    source = own or may_read_source(account, email)
    readable = source or may_read_now(account, email)
    checks = authenticity_of(email) if readable else None
    rows = list(email.attachments.all()) if readable else []
    return {
        "email": email,
        "readable": readable,
        "own": own,
        "source": source,
        "dangers": dangers_told(email),
        "form": form,
        "parties": parties_of(email),
        "letter": letter_view(request, email, headers=source) if readable else None,
        "attachments": attachment_views(email, rows),
        "closed": closed_sentence(email, rows) if readable else "",
        "checks": check_views(checks),
        "checked_by": checks.server if checks is not None else "",
        "decisions": [
            (place, decision_of(place), trace_of(place))
            for place in Place.objects.filter(email=email).select_related("mailbox")[:20]
        ],
        **_on_its_way(email, decides=own or account.is_administrator),
        "proposed": visible_emails(account).filter(pk=email.proposed_activity_id).first()
        if email.proposed_activity_id
        else None,
        "changed": newest_change(email) if own or account.is_administrator else None,
        "conversation": conversation_of(account, email),
        "queue_items": items_shown_with(email, account),
        "may_file": own or account.is_administrator,
        "may_untrack": may_untrack(account, email),
        "may_edit": own and email.direction_code and email.statuscode in EDITABLE,
        "may_answer": readable
        and email.statuscode in ANSWERABLE
        and answering_writer(account, email) is not None,
    }


def _on_its_way(email: Email, *, decides: bool) -> dict[str, Any]:
    """How far an email is that goes out, and what a person may say about it."""
    submission = Submission.objects.filter(email=email).first()
    deliveries = list(email.deliveries.order_by("address"))
    state = submission.state if submission is not None and decides else None
    nobody_has_it = all(one.outcome != DeliveryOutcome.ACCEPTED for one in deliveries)
    return {
        "submission": submission,
        "why": why_not_sent(email),
        "copy": SentCopy.objects.filter(email=email).first(),
        "deliveries": deliveries,
        "not_arrived": [one for one in deliveries if one.report == Report.BOUNCED],
        "waits_for_person": state == SubmissionState.UNKNOWN,
        "may_take_back": state == SubmissionState.WAITING and nobody_has_it,
    }
