"""What others see of the email of one user or queue, changed on its page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from passerelle.crm.models import Queue, SystemUser
from passerelle.crm.sharing import share_of_queue, share_of_user
from passerelle.web.forms.mail.sharing import LevelForm
from passerelle.web.rights import AdministratorRequest, administrator


@require_POST
@administrator
def of_user(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """The level that an administrator sets for a user."""
    user = get_object_or_404(SystemUser, pk=key)
    if form := _valid(request):
        share_of_user(user, form.cleaned_data["level"], request.user.username)
    return redirect("web:user", key)


@require_POST
@administrator
def of_queue(request: AdministratorRequest, key: UUID) -> HttpResponse:
    """The level that an administrator sets for a queue."""
    queue = get_object_or_404(Queue, pk=key)
    if form := _valid(request):
        share_of_queue(queue, form.cleaned_data["level"], request.user.username)
    return redirect("web:queue", key)


def _valid(request: AdministratorRequest) -> LevelForm | None:
    """The form; None where it names no level, which no page lets one choose."""
    form = LevelForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose one of the levels."))
        return None
    messages.success(request, gettext("Saved."))
    return form
