"""What the checks of a sender say, in words for somebody who has never heard of SPF."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from passerelle.messages import Check, Checks, Method, Verdict

_WORDS = {
    Verdict.PASSED: ("good", pgettext_lazy("check of a sender", "Passed")),
    Verdict.FAILED: ("bad", pgettext_lazy("check of a sender", "Failed")),
    Verdict.UNPROVED: ("", pgettext_lazy("check of a sender", "Proves nothing")),
}
_MEANINGS: dict[tuple[Method, Verdict], Promise | str] = {
    (Method.SPF, Verdict.PASSED): _("The server that sent it may send for {domain}."),
    (Method.SPF, Verdict.FAILED): _("The server that sent it may not send for {domain}."),
    (Method.SPF, Verdict.UNPROVED): _("{domain} does not say whether the sending server may."),
    (Method.DKIM, Verdict.PASSED): _("Signed by {domain}, and unchanged since."),
    (Method.DKIM, Verdict.FAILED): _(
        "A signature by {domain} does not hold: the email was changed on its way, or it is forged."
    ),
    (Method.DKIM, Verdict.UNPROVED): _("It bears no signature that could be checked."),
    (Method.DMARC, Verdict.PASSED): _("{domain} vouches for the sender’s address."),
    (Method.DMARC, Verdict.FAILED): _(
        "{domain} does not vouch for the sender’s address: it may be forged."
    ),
    (Method.DMARC, Verdict.UNPROVED): _("{domain} does not say who may use its addresses."),
}


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check as the page shows it."""

    name: str
    tone: str
    word: Promise | str
    meaning: str


def check_views(checks: Checks | None) -> Sequence[CheckView]:
    """The checks of an email; none where nobody who is believed wrote any."""
    return [_view(check) for check in checks.checks] if checks is not None else []


def _view(check: Check) -> CheckView:
    tone, word = _WORDS[check.verdict]
    domain = check.domain or gettext("its domain")
    meaning = str(_MEANINGS[check.method, check.verdict]).format(domain=domain)
    if not check.domain:
        meaning = f"{meaning[:1].upper()}{meaning[1:]}"
    return CheckView(check.method.name, tone, word, meaning)
