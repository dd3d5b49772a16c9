"""Forward mailboxes: made by hand, as they are nobody's own; and who forwards to them."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import DeliveryMethod
from passerelle.mailboxes.models.profile import State
from passerelle.mailboxes.services import create_forward_mailbox
from passerelle.web.forms.mailboxes.mailbox import ForwardMailboxForm
from passerelle.web.forms.saving import saved
from passerelle.web.rights import AdministratorRequest, administrator

SHOWN = 20


@administrator
def new(request: AdministratorRequest) -> HttpResponseBase:
    """Make a forward mailbox."""
    form = ForwardMailboxForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        made = saved(
            form,
            lambda: create_forward_mailbox(
                values["name"],
                values["email_address"],
                values["profile"],
                by=request.user.username,
            ),
        )
        if made:
            messages.success(request, gettext("The forward mailbox is made."))
            return redirect("web:mailbox", made.pk)
    status = 422 if form.errors else 200
    return render(request, "web/mailboxes/forward_new.html", {"form": form}, status=status)


def forwarders() -> QuerySet[Mailbox]:
    """Some of the mailboxes whose incoming email is forwarded, by name."""
    rows = Mailbox.objects.filter(incoming_method=DeliveryMethod.FORWARD, statecode=State.ACTIVE)
    return rows.order_by("name", "pk")[:SHOWN]
