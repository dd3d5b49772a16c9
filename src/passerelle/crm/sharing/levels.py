"""How much of an email is shared, asked of rows of `email`: the strictest of those whose it is.

Shared is what was sent or received, and only where a customer takes part or is regarded: email
among colleagues, drafts and what is on its way stay with their people. An email that is nobody's
is shared with nobody.
"""

from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, SmallIntegerField, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least

from passerelle.crm.models import (
    ActivityParty,
    Organization,
    PrincipalObjectAccess,
    Queue,
    SystemUser,
)
from passerelle.crm.models.customers import KINDS
from passerelle.crm.models.mail.emails import REGARDING, EmailStatus
from passerelle.crm.models.people import SharedLevel

_DONE = (EmailStatus.COMPLETED, EmailStatus.SENT, EmailStatus.RECEIVED)


def level_value(level: SharedLevel) -> Value:
    """A level as one of the columns holds it."""
    return Value(level, SmallIntegerField())


NOTHING, EVERYTHING = level_value(SharedLevel.NONE), level_value(SharedLevel.ALL)


@dataclass(frozen=True, slots=True)
class Shared:
    """What of a user's email others see where nothing else is said, and whether anybody shares."""

    usual: SharedLevel = SharedLevel.NONE
    anything: bool = False


def shared_now() -> Shared:
    """How it is set now; one query, so that whoever shares nothing pays for nothing else."""
    users = SystemUser.objects.filter(shared_level__gt=SharedLevel.NONE)
    queues = Queue.objects.filter(shared_level__gt=SharedLevel.NONE)
    rows = Organization.objects.annotate(some=Exists(users) | Exists(queues))
    found = rows.values_list("shared_level", "some").first()
    if found is None:
        return Shared()
    usual = SharedLevel(found[0])
    return Shared(usual, usual > SharedLevel.NONE or found[1])


def shared_level(usual: SharedLevel) -> Case:
    """The level of an email, where these others may be told of it at all."""
    return Case(When(_is_told(), then=_strictest(usual)), default=NOTHING)


def _is_told() -> Q:
    with_one = Q()
    for kind in KINDS:
        with_one |= Q(**{f"{kind}__isnull": False})
    parties = ActivityParty.objects.order_by().filter(with_one, email=OuterRef("pk"))
    regards = Q()
    for column in REGARDING:
        regards |= Q(**{f"{column}__isnull": False})
    return Q(statuscode__in=_DONE) & (regards | Q(Exists(parties)))


def _strictest(usual: SharedLevel) -> Coalesce:
    said = Coalesce(F("shared_level"), level_value(usual))
    users = _level_of(SystemUser, Least(said, Coalesce(F("own_shared_level"), EVERYTHING)))
    level = Coalesce(users, _level_of(Queue, said), NOTHING)
    readers = PrincipalObjectAccess.objects.filter(email=OuterRef("pk"))
    strictest = readers.annotate(level=level).order_by("level").values("level")[:1]
    return Coalesce(Subquery(strictest), NOTHING)


def _level_of(model: type[SystemUser] | type[Queue], level: Combinable) -> Subquery:
    """The level of the user or queue that a row of readers names; NULL where it names another."""
    rows = model._default_manager.order_by().filter(pk=OuterRef("principal"))
    return Subquery(rows.values(told=level))
