"""The rules of smart matching are changed between a batch's decisions and its transaction."""

from typing import Any

import pytest
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import Letter

from passerelle.crm.models import Email, EmailHash, EmailHashVariant
from passerelle.engine.services import run_due
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.mailboxes.tracking.kind import EMAIL_HASHES
from passerelle.sync.incoming import recording
from passerelle.sync.incoming.deciding import Judged, judge

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ORDER = Letter(1, to="anna@example.com", subject="Delivery of the pump")
WAYS = 5  # of four words: all of them, and each left out


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is changed right after each decision, the first one first."""
    left: list[dict[str, Any]] = []

    def overtaken(*arguments: Any) -> list[Judged]:
        judged = judge(*arguments)
        if left:
            save_tracking_rules(left.pop(0), by="zoe")
            run_due(kinds=[EMAIL_HASHES])  # which does not find what is not recorded yet
        return judged

    monkeypatch.setattr(recording, "judge", overtaken)
    return left


def read(company: Company) -> None:
    company.inbox.deliver(bytes(ORDER))
    company.read()


@pytest.mark.parametrize("first", [{"smart_matching": True}, {}], ids=["on", "off"])
def test_what_is_kept_is_by_the_rules_of_today(
    company: Company, changes: list[dict[str, Any]], first: dict[str, Any]
) -> None:
    save_tracking_rules(first, by="zoe")
    changes.append({"smart_matching": True, "words_apart": 1})
    read(company)
    assert Email.objects.count() == 1
    assert EmailHash.objects.count() == 1
    assert EmailHashVariant.objects.count() == WAYS


def test_switched_off_meanwhile_nothing_is_kept(
    company: Company, changes: list[dict[str, Any]]
) -> None:
    save_tracking_rules({"smart_matching": True}, by="zoe")
    changes.append({"smart_matching": False})
    read(company)
    assert Email.objects.count() == 1
    assert not EmailHash.objects.exists()


def test_other_rules_decide_nothing_anew(company: Company, changes: list[dict[str, Any]]) -> None:
    changes.extend([{"track_sent": True}, {"track_sent": False}])
    read(company)
    assert changes == [{"track_sent": False}], "it was decided once"
