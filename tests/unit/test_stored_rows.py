"""A company that is put back is the one that its services would have made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.stored_rows import MadeOnce, StoredRows, recorded
from tests.unit.mailboxes.waves.company import make_company as company_of_waves
from tests.unit.sync.conftest import make_company as company_of_cycles
from tests.unit.sync.memory import MORNING
from tests.unit.web.conftest import make_world

from passerelle.engine.models import Work
from passerelle.mailboxes.models import Mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@contextmanager
def a_test() -> Iterator[None]:
    """What one stores is there for it alone."""
    # No block of `atomic`: cycles refuse to use a network inside of one.
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


def counts(rows: StoredRows) -> dict[str, tuple[int, int]]:
    """How many rows came into each table, and how many went."""
    return {
        model._meta.label: (len(rows.added.get(model, ())), len(rows.gone.get(model, ())))
        for model in rows.added | rows.gone
    }


@pytest.mark.parametrize("make", [company_of_cycles, company_of_waves, make_world])
def test_put_back_it_is_as_if_made(make: Callable[[], Any]) -> None:
    with a_test():
        _, made = recorded(make)
    with a_test():
        _, put_back = recorded(made.put_back)
    with a_test():
        _, made_anew = recorded(make)
    assert (put_back.added, put_back.gone) == (made.added, made.gone)
    assert counts(put_back) == counts(made_anew)


def test_its_moments_move_along() -> None:
    with a_test():
        _, rows = recorded(company_of_cycles)
        due = dict(Work.objects.values_list("kind", "due_on"))
    rows.put_back(timedelta(hours=1))
    hour = timedelta(hours=1)
    moved = {kind: moment and moment + hour for kind, moment in due.items()}
    assert dict(Work.objects.values_list("kind", "due_on")) == moved
    starts = set(Mailbox.objects.values_list("process_email_received_after", flat=True))
    assert starts == {MORNING}


def test_its_records_say_what_is_stored() -> None:
    once = MadeOnce(company_of_cycles)
    with a_test():
        made = once.again()
    company = once.again()
    assert company.fresh(company.anna).enabled_on == company.anna.enabled_on
    assert made.anna.enabled_on is not None
    assert company.anna.enabled_on is not None
    assert company.anna.enabled_on > made.anna.enabled_on
    assert company.inbox is not made.inbox
