"""Decisions about messages as pages show them: why, by which way, and what a person may say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from passerelle.alerts.services import render_fault
from passerelle.crm.models import SignInAccount
from passerelle.sync.models import Place, TakeRequest
from passerelle.sync.services import Taking, decision_of, takings_of, trace_of


@dataclass(frozen=True, slots=True)
class TakingView:
    """What stands below an ignored message: who asked for it, what came of that, the button."""

    place: Place
    request: TakeRequest | None
    failed: str  # why it could not be taken
    parent_came: bool  # it answers an email that is tracked by now
    is_offered: bool


class Decided(NamedTuple):
    """One decision in the reader's language."""

    place: Place
    text: str
    trace: list[str]
    taking: TakingView | None


def decided(account: SignInAccount, places: Sequence[Place]) -> list[Decided]:
    """The decisions of a page, with what this person may say against them."""
    takings = taking_views(account, places)
    return [
        Decided(place, decision_of(place), trace_of(place), takings.get(place.pk))
        for place in places
    ]


def taking_views(account: SignInAccount, places: Sequence[Place]) -> Mapping[UUID, TakingView]:
    """What is offered and asked, by place."""
    return {key: _view(taking) for key, taking in takings_of(account, places).items()}


def _view(taking: Taking) -> TakingView:
    request = taking.request
    failed = render_fault(request.code, {}) if request is not None and request.code else None
    return TakingView(
        place=taking.place,
        request=request,
        failed=f"{failed.cause} {failed.remedy}" if failed is not None else "",
        parent_came=taking.answers is not None,
        is_offered=taking.is_offered,
    )
