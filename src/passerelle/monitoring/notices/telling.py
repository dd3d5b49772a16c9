"""A notice in words, for a reader's language: subject, text, and the values of a webhook.

Causes are told with what they mean and what to do; never a message, its subject or a secret.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, ngettext, override

from passerelle.alerts.services import RenderedAlert, render_fault
from passerelle.faults import Facts
from passerelle.monitoring.models import Notice

NAMED_IN_SUBJECT = 90  # characters of the first cause


def entry(
    cause: str, code: str, facts: Facts, *, level: int = 0, subjects: int = 1
) -> dict[str, object]:
    """One cause as a notice keeps it, opened or over; everything below reads it back."""
    return {"cause": cause, "code": code, "facts": facts, "level": level, "subjects": subjects}


def subject_of(notice: Notice, language: str) -> str:
    """One line: how many, and the first of them."""
    with override(language):
        if notice.is_test:
            return gettext("Passerelle: a test of the notices")
        opened, closed = _parts(notice)
        if opened:
            count = ngettext("%d alert", "%d alerts", len(opened)) % len(opened)
        else:
            count = ngettext("%d alert is over", "%d alerts are over", len(closed)) % len(closed)
        first = _told((opened or closed)[0]).cause
        return f"Passerelle: {count}: {_short(first)}"


def text_of(notice: Notice, language: str) -> str:
    """The whole notice as plain text."""
    with override(language):
        if notice.is_test:
            return gettext("This notice is a test. Nothing has to be done.") + "\n"
        opened, closed = _parts(notice)
        blocks = [_block(one) for one in opened]
        if closed:
            over = "\n".join(f"- {_told(one).cause}" for one in closed)
            blocks.append(gettext("These are over:") + "\n" + over)
        if address := settings.PASSERELLE.public_url.rstrip("/"):
            blocks.append(f"{address}/alerts/")
        return "\n\n".join(blocks) + "\n"


def values_of(notice: Notice, language: str) -> dict[str, Any]:
    """The same as values for a program."""
    with override(language):
        opened, closed = _parts(notice)
        return {
            "id": str(notice.pk),
            "created": notice.created_on.isoformat(),
            "test": notice.is_test,
            "opened": [_value(one) for one in opened],
            "closed": [_value(one) for one in closed],
        }


def _parts(notice: Notice) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return notice.content.get("opened", []), notice.content.get("closed", [])


def _told(one: Mapping[str, Any]) -> RenderedAlert:
    return render_fault(one["code"], one["facts"])


def _block(one: Mapping[str, Any]) -> str:
    told, count = _told(one), one["subjects"]
    lines = [told.cause, told.consequence, told.remedy]
    if count > 1:
        lines.append(ngettext("It concerns %d record.", "It concerns %d records.", count) % count)
    lines.append(one["code"])
    return "\n".join(lines)


def _value(one: Mapping[str, Any]) -> dict[str, Any]:
    told = _told(one)
    return {
        "cause_id": one["cause"],
        "code": one["code"],
        "level": one["level"],
        "subjects": one["subjects"],
        "cause": told.cause,
        "consequence": told.consequence,
        "remedy": told.remedy,
    }


def _short(text: str) -> str:
    return text if len(text) <= NAMED_IN_SUBJECT else text[: NAMED_IN_SUBJECT - 1] + "…"
