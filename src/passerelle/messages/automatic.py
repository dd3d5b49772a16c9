"""Whether a machine wrote a message, by its header alone.

RFC 3834 (Auto-Submitted), RFC 3464 (delivery reports), RFC 8098 (receipts), RFC 2919 (lists), and
the fields that were in use before them. It never looks at the text or the subject.
"""

from passerelle.messages.headers.fields import Headers, parameters
from passerelle.messages.values import Automatic

_REPLY_FIELDS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-autoresponder")
# Without any of these a message is automatic only as a report, which its type tells.
_TELLING = frozenset(
    {*_REPLY_FIELDS, "auto-submitted", "precedence", "list-id", "x-failed-recipients"}
)
_PRECEDENCE = {
    "auto_reply": Automatic.AUTO_REPLIED,
    "bulk": Automatic.AUTO_GENERATED,
    "junk": Automatic.AUTO_GENERATED,
    "list": Automatic.LIST,
}


def automatic_of(headers: Headers) -> Automatic:
    """The kind of automatic message; a bounce before a reply, a reply before a list."""
    if _TELLING.isdisjoint(headers.fields) and _report_type(headers) is None:
        return Automatic.NO
    if _is_bounce(headers):
        return Automatic.BOUNCE
    submitted = headers.get("auto-submitted").partition(";")[0].split()
    if submitted and submitted[0].lower() == "auto-replied":
        return Automatic.AUTO_REPLIED
    if _report_type(headers) == "disposition-notification" or any(
        headers.get(name).lower() not in {"", "no"} for name in _REPLY_FIELDS
    ):
        return Automatic.AUTO_REPLIED
    if submitted and submitted[0].lower() != "no":
        return Automatic.AUTO_GENERATED
    precedence = headers.get("precedence").strip().lower()
    if "list-id" in headers.fields:
        return Automatic.LIST
    return _PRECEDENCE.get(precedence, Automatic.NO)


def _is_bounce(headers: Headers) -> bool:
    """A delivery report; or, from the null sender, any report or named failed recipients."""
    kind = _report_type(headers)
    if kind == "delivery-status":
        return True
    null_sender = headers.get("return-path").replace(" ", "") == "<>"
    reports = kind is not None and kind != "disposition-notification"
    return null_sender and (reports or "x-failed-recipients" in headers.fields)


def _report_type(headers: Headers) -> str | None:
    """The report-type of a multipart/report, "" when it names none; None for anything else."""
    value = headers.get("content-type")
    if not value[:16].lower().startswith("multipart/report"):
        return None
    return parameters(value)[1].get("report-type", "").lower()
