"""Reading one email: its HTML in a frame that can do nothing, and its pictures.

The frame has a policy of its own and is sandboxed by it even when its address is opened alone.
It asks for nothing of ours, so the right to read is checked once, here.
"""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from passerelle.crm.services import html_letter
from passerelle.web.mail.letters import picture_choice, pictures_chosen, shown_letter
from passerelle.web.mail.opening import readable_email
from passerelle.web.rights import AccountRequest, signed_in

# Styles of the letter's own elements are inline; they were cut down to what places and colours
# text, and no address in them could be asked for: only what is named here may be.
FRAME_POLICY = (
    "default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
OWN_PICTURES, ALL_PICTURES = "data:", "data: https: http:"


@xframe_options_sameorigin
@signed_in
def frame(request: AccountRequest, key: UUID) -> HttpResponse:
    """The HTML of an email, harmless; pictures from elsewhere only after the reader's choice."""
    email = readable_email(request, key)
    letter = html_letter(email)
    if letter is None:
        raise Http404
    remote = pictures_chosen(request, key)
    shown = shown_letter(email, letter, remote=remote)
    response = render(request, "web/emails/frame.html", {"html": shown.html})
    policy = FRAME_POLICY.format(pictures=ALL_PICTURES if remote else OWN_PICTURES)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_POST
@signed_in
def pictures(request: AccountRequest, key: UUID) -> HttpResponseBase:
    """Show the remote pictures of this email to this person for a while."""
    email = readable_email(request, key)
    chosen = picture_choice(request.user, email.pk)
    return redirect(f"{reverse('web:email', args=[email.pk])}?pictures={chosen}")
