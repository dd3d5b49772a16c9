"""What the templates need: a field with its errors, a moment, a fault in the reader's language."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext

from passerelle.crm.models import Email
from passerelle.crm.models.people import Look
from passerelle.crm.services import organization
from passerelle.mailboxes.services import is_copy, system_settings

APART = timedelta(days=1)  # mail is read within minutes, or when its mailbox is read first

_PARTS = re.compile("(?<=@)|(?<=.)(?=[.])")  # behind the @, before a dot

register = template.Library()


@register.inclusion_tag("web/_field.html")
def field(bound: BoundField, kind: str = "") -> dict[str, Any]:
    """Label, input, help and errors of one form field, tied together for screen readers."""
    input_type = getattr(bound.field.widget, "input_type", "")
    return {"field": bound, "kind": kind or ("check" if input_type == "checkbox" else "")}


@register.simple_tag
def state(tone: str, text: str) -> SafeString:
    """A state: a mark whose shape and colour tell the tone, and the words."""
    return format_html('<span class="state {}">{}</span>', tone, text)


@register.filter
def breakable(email_address: str) -> SafeString:
    """An address that a narrow column breaks at its parts, not within a word."""
    parts = ((part,) for part in _PARTS.split(email_address))
    return format_html_join(SafeString("<wbr>"), "{}", parts)


@register.filter
def age(moment: datetime) -> str:
    """How long ago it was; of what has just been, no figure."""
    now = timezone.now()
    if now - moment < timedelta(minutes=1):
        return gettext("less than a minute")
    return timesince(moment, now)


@register.filter
def is_apart(email: Email) -> bool:
    """Whether it was sent more than a day from when it was recorded, by which lists go."""
    return email.sent_on is not None and abs(email.created_on - email.sent_on) > APART


@register.simple_tag(takes_context=True)
def here(context: RequestContext, *prefixes: str) -> SafeString:
    """The mark of the menu's entry under which this page stands."""
    match = context["request"].resolver_match
    name = match.url_name if match else ""
    stands = any(name == prefix or name.startswith(f"{prefix}-") for prefix in prefixes)
    return SafeString('aria-current="page"' if stands else "")


@register.simple_tag(takes_context=True)
def address(context: RequestContext, **changes: str) -> str:
    """The address of this page with other values in its query; a page of a list starts over."""
    query: QueryDict = context["request"].GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


@register.simple_tag
def looks() -> list[tuple[str, str]]:
    """The looks that a person may choose, by value and name."""
    return [(look.value, str(look.label)) for look in Look]


@register.inclusion_tag("web/_copy_banner.html", takes_context=True)
def copy_banner(context: RequestContext) -> dict[str, Any]:
    """On every page of a copy: that it rests, and where to say what it is."""
    rests = is_copy(system_settings())
    name = organization().name if rests else ""
    return {"is_copy": rests, "organization": name, "request": context["request"]}


@register.filter
def as_query(values: Mapping[str, str]) -> str:
    """These values as the query of an address."""
    return urlencode(values)


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key that is itself a variable."""
    return mapping.get(key)
