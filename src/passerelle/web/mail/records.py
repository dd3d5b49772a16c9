"""The account, contact or lead that a pressed row of a search names, and what came of naming."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import ngettext

from passerelle.crm.merging import master_of
from passerelle.crm.models.customers import KINDS
from passerelle.crm.services import Regarded


def chosen_record(kind: str, key: str) -> Regarded | None:
    """The record of a pressed row, or what it was merged into since; None where no kind was sent.

    404 for what there is not.
    """
    if not kind:
        return None
    try:
        found = KINDS[kind]._default_manager.filter(pk=UUID(key)).first()
    except (KeyError, ValueError) as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return master_of(found)


def named_in(count: int) -> str:
    """In how many emails a record is meant from now on."""
    sentence = ngettext("Named in %(count)d email.", "Named in %(count)d emails.", count)
    return sentence % {"count": count}
