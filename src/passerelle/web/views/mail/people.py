"""Whose address this is: a person says it for an email, or for all that is here, and undoes it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from passerelle.crm import services as crm
from passerelle.crm.models import ActivityParty, AddressResolution, Email
from passerelle.crm.services import Naming
from passerelle.web.lists.finding import find_people
from passerelle.web.mail.opening import fileable_email
from passerelle.web.mail.records import chosen_record, named_in
from passerelle.web.rights import AccountRequest, signed_in


@signed_in
def name(request: AccountRequest, key: UUID, party: UUID) -> HttpResponseBase:
    """Look for the record that an address of the email means, and press it."""
    email = fileable_email(request, key)
    unnamed = _party(email, party)
    if unnamed is None:
        messages.info(request, gettext("Somebody said meanwhile whose this address is."))
        return redirect("web:email", email.pk)
    if request.method == "POST":
        return _named(request, unnamed)
    text = request.GET.get("q", unnamed.name_used or unnamed.address_used)
    context = {"email": email, "party": unnamed, "q": text, "found": find_people(text)}
    return render(request, "web/emails/naming.html", context)


def _named(request: AccountRequest, party: ActivityParty) -> HttpResponse:
    kind, _, chosen = request.POST.get("record", "").partition(" ")
    record = chosen_record(kind, chosen)
    if record is None:
        raise Http404
    naming = Naming(
        everywhere=request.POST.get("everywhere") == "1",
        keep_address=request.POST.get("keep") == "1",
    )
    try:
        count = crm.name_party(party, record, naming, request.user.username)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    else:
        messages.success(request, named_in(count))
    return redirect("web:email", party.email_id)


@require_POST
@signed_in
def undo(request: AccountRequest, key: UUID, resolution: UUID) -> HttpResponseBase:
    """The address means nobody again, in this email and in all that it was named in with it."""
    email = fileable_email(request, key)
    said = get_object_or_404(AddressResolution.objects.filter(parties__email=email), pk=resolution)
    count = crm.undo_naming(said, request.user.username)
    sentence = ngettext("Undone in %(count)d email.", "Undone in %(count)d emails.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("web:email", email.pk)


def _party(email: Email, key: UUID) -> ActivityParty | None:
    party = get_object_or_404(ActivityParty.objects.filter(email=email), pk=key)
    return crm.unnamed_party(email, party.address_used)
