"""Aliases in bulk: stored by an import, and meant by the email that is here already."""

from collections.abc import Sequence

from passerelle.crm.models import EmailAlias
from passerelle.crm.resolving.afterwards import name_people
from passerelle.crm.services.addresses import row_of_alias
from passerelle.crm.services.inserting import load_rows
from passerelle.crm.services.meaning import withheld_among


def add_aliases(aliases: Sequence[EmailAlias]) -> None:
    """Store new aliases, which whoever calls has checked and approved."""
    load_rows(aliases)
    load_rows([row_of_alias(alias) for alias in aliases])
    name_by_aliases(aliases)


def name_by_aliases(aliases: Sequence[EmailAlias]) -> None:
    """Have email that is here, and whose address meant nobody until now, mean their holders."""
    users = {one.systemuser_id for one in aliases if one.systemuser_id is not None}
    queues = {one.queue_id for one in aliases if one.queue_id is not None}
    withheld = withheld_among(users, queues)
    name_people(users - withheld, queues - withheld)
