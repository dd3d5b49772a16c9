"""A person's own sign-in: the second factor, its recovery codes, and the sessions."""

from uuid import UUID

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from passerelle.access import services as access
from passerelle.access.services import SignedInBy
from passerelle.crm.models import SignInAccount
from passerelle.faults.access import AccessFault
from passerelle.web.forms.access.second_factor import CodeForm, ProofForm
from passerelle.web.rights import AccountRequest, signed_in
from passerelle.web.signing_in import awaited, let_in


@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code after the password; only then is anybody signed in."""
    account = awaited(request)
    if account is None:
        return redirect("web:sign-in")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            access.check_code(account, form.cleaned_data["code"])
        except AccessFault as fault:
            form.refused(fault)
        else:
            return let_in(
                request, account, SignedInBy.SECOND_FACTOR, to=request.GET.get("next", "")
            )
    return render(request, "web/second_factor.html", {"form": form}, status=_status(form))


@signed_in
def security(request: AccountRequest) -> HttpResponse:
    """How this person signs in, and where they are signed in now."""
    return _page(request, ProofForm(), status=200)


@signed_in
@sensitive_post_parameters("code")
def set_up(request: AccountRequest) -> HttpResponseBase:
    """Show the secret as a picture and as text; a right code of the device sets it up."""
    account = request.user
    if access.second_factor_of(account) is not None:
        return redirect("web:security")
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = gettext("The six digits that the device shows now.")
    if form.is_valid():
        try:
            codes = access.confirm_second_factor(
                account, form.cleaned_data["code"], account.username
            )
        except AccessFault as fault:
            form.refused(fault)
        else:
            return _codes(request, codes)
    told = access.begin_second_factor(account)
    context = {
        "form": form,
        "picture": _picture(told.address.reveal()),
        "secret": _in_fours(told.secret.reveal()),
        "owed": getattr(request, "owes_second_factor", False),
    }
    return render(request, "web/security/set_up.html", context, status=_status(form))


@require_POST
@signed_in
@sensitive_post_parameters("proof")
def remove_factor(request: AccountRequest) -> HttpResponseBase:
    """Take the second factor away, or make new recovery codes, after a fresh password."""
    form = ProofForm(request.POST)
    if not (form.is_valid() and _proven(request.user, form)):
        return _page(request, form, status=422)
    if "codes" in request.POST:
        return _codes(request, access.renew_recovery_codes(request.user, request.user.username))
    access.remove_second_factor(request.user, request.user.username)
    messages.success(request, gettext("The second factor is removed."))
    return redirect("web:security")


@require_POST
@signed_in
def end_session(request: AccountRequest, key: UUID) -> HttpResponse:
    """End one session of one's own."""
    access.end_sessions(request.user, request.user.username, only=key)
    messages.success(request, gettext("The session is ended."))
    return redirect("web:security")


@require_POST
@signed_in
def end_others(request: AccountRequest) -> HttpResponse:
    """End all sessions but this one."""
    here = access.current_session(request.session)
    access.end_sessions(request.user, request.user.username, but=here)
    messages.success(request, gettext("All other sessions are ended."))
    return redirect("web:security")


def _proven(account: SignInAccount, form: ProofForm) -> bool:
    """Whether the person is the one who signed in; wrong tries count against the second factor."""
    try:
        access.check_proof(account, form.cleaned_data["proof"])
    except (AccessFault, ValidationError):
        form.add_error("proof", gettext("This is not right. After a few tries, wait five minutes."))
        return False
    return True


def _page(request: AccountRequest, form: ProofForm, *, status: int) -> HttpResponse:
    account = request.user
    factor = access.second_factor_of(account)
    if not account.has_usable_password():
        form.fields["proof"].label = gettext("A code of your device")
    context = {
        "form": form,
        "factor": factor,
        "codes_left": access.codes_left(account) if factor else 0,
        "wanted": access.wants_second_factor(account),
        "sessions": access.sessions_of(account),
        "here": access.current_session(request.session),
    }
    return render(request, "web/security/page.html", context, status=status)


def _codes(request: AccountRequest, codes: list[str]) -> HttpResponse:
    return render(request, "web/security/codes.html", {"codes": codes})


def _picture(text: str) -> str:
    """The QR code as SVG that stands in the page: no inline style, which the policy refuses."""
    drawn = segno.make(text, error="m").svg_inline(
        scale=5, border=2, dark="#000000", light="#ffffff", omitsize=False, svgclass="qr",
        lineclass=None,
    )  # fmt: skip
    return mark_safe(drawn)  # noqa: S308 - drawn by the library from squares alone


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _status(form: CodeForm) -> int:
    return 422 if form.errors else 200
