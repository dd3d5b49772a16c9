"""The lists of what is never tracked as they are stored: normalized, bounded, once, audited."""

from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from passerelle.crm.models import AuditEntry, Queue, SystemUser
from passerelle.crm.services import create_queue, create_user
from passerelle.mailboxes.models import NeverTrackRule
from passerelle.mailboxes.models.never_track import KINDS
from passerelle.mailboxes.services import (
    Whose,
    add_never_rule,
    never_lists,
    never_rules,
    organization_never_list,
    remove_never_rule,
)
from passerelle.mailboxes.tracking import never
from passerelle.tracking import NeverKind, NeverRule, never_list

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def anna() -> SystemUser:
    return create_user("Anna", "anna@example.com")


@pytest.fixture
def orders() -> Queue:
    return create_queue("Orders", "orders@example.com")


def add(whose: Whose, kind: NeverKind, value: str = "") -> NeverTrackRule:
    return add_never_rule(whose, NeverRule(kind, value), by="zoe")


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        pytest.param(NeverKind.ADDRESS, "Weekly <W@News.example>", "w@news.example", id="address"),
        pytest.param(NeverKind.DOMAIN, "*.News.Example.", "news.example", id="domain"),
        pytest.param(NeverKind.DOMAIN, "@news.example", "news.example", id="domain-with-its-at"),
        pytest.param(NeverKind.OWN_DOMAIN, "firm.example", "firm.example", id="own-domain"),
        pytest.param(NeverKind.LIST, "Ideas <Ideas.News.example>", "ideas.news.example", id="list"),
        pytest.param(NeverKind.LIST, "ideas.news.example", "ideas.news.example", id="list-bare"),
        pytest.param(NeverKind.AUTOMATIC, "", "", id="automatic"),
        pytest.param(NeverKind.PRECEDENCE, "Bulk", "bulk", id="precedence"),
        pytest.param(NeverKind.SENSITIVITY, "", "", id="any-sensitivity"),
        pytest.param(NeverKind.SUBJECT, " [Personnel] ", "[Personnel]", id="subject"),
    ],
)
def test_a_value_is_kept_as_it_is_compared(kind: NeverKind, typed: str, kept: str) -> None:
    assert add(None, kind, typed).value == kept
    assert organization_never_list() == never_list([NeverRule(kind, kept)])


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        pytest.param(NeverKind.ADDRESS, "", id="no-address"),
        pytest.param(NeverKind.ADDRESS, "a@b.example, c@d.example", id="two-addresses"),
        pytest.param(NeverKind.DOMAIN, "example", id="a-word-is-no-domain"),
        pytest.param(NeverKind.DOMAIN, "two words.example", id="two-words-are-none"),
        pytest.param(NeverKind.DOMAIN, "a@b.example", id="an-address-is-none"),
        pytest.param(NeverKind.AUTOMATIC, "x", id="a-value-of-none"),
        pytest.param(NeverKind.PRECEDENCE, "first-class", id="not-bulk"),
        pytest.param(NeverKind.SENSITIVITY, "secret", id="an-unknown-mark"),
        pytest.param(NeverKind.SUBJECT, "Re", id="too-short"),
        pytest.param(NeverKind.SUBJECT, "\u0301\u0301\u0301\u0301", id="nothing-but-accents"),
    ],
)
def test_what_is_no_value_is_refused_beside_its_field(kind: NeverKind, typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        add(None, kind, typed)
    assert set(caught.value.message_dict) == {"value"}
    assert not NeverTrackRule.objects.exists()


def test_a_rule_stands_once_on_a_list_and_on_each_list(anna: SystemUser, orders: Queue) -> None:
    for whose in (None, anna, orders):
        add(whose, NeverKind.LIST)
        with pytest.raises(ValidationError):
            add(whose, NeverKind.LIST)
        assert never_rules(whose).count() == 1


def test_of_two_at_once_one_is_told(anna: SystemUser, monkeypatch: pytest.MonkeyPatch) -> None:
    add(anna, NeverKind.LIST)
    monkeypatch.setattr(NeverTrackRule, "full_clean", str)  # both looked before
    with pytest.raises(ValidationError):
        add(anna, NeverKind.LIST)


def test_a_list_is_bounded(anna: SystemUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(never, "MOST_OF_ONE", 1)
    add(anna, NeverKind.LIST)
    add(None, NeverKind.LIST)
    add(None, NeverKind.AUTOMATIC)
    with pytest.raises(ValidationError):
        add(anna, NeverKind.AUTOMATIC)


def test_what_is_added_and_removed_is_audited(anna: SystemUser) -> None:
    add(None, NeverKind.DOMAIN, "news.example")
    row = add(anna, NeverKind.AUTOMATIC)
    assert remove_never_rule(anna, row.pk, by="anna")
    told = [
        (one.action, one.subject_kind, one.subject_id, one.username, one.detail)
        for one in AuditEntry.objects.order_by("audit_id")
        if "never" in str(one.detail)
    ]
    changed = ("people.changed", "systemuser", anna.pk)
    assert told == [
        (
            "settings.changed",
            "trackingsettings",
            None,
            "zoe",
            {"never_added": "domain news.example"},
        ),
        (*changed, "zoe", {"never_added": "automatic"}),
        (*changed, "anna", {"never_removed": "automatic"}),
    ]


def test_nobody_removes_from_the_list_of_another(anna: SystemUser, orders: Queue) -> None:
    row = add(orders, NeverKind.LIST)
    assert not remove_never_rule(anna, row.pk, by="anna")
    assert not remove_never_rule(None, row.pk, by="anna")
    assert not remove_never_rule(orders, UUID(int=1), by="anna")
    assert never_rules(orders).count() == 1


def test_the_lists_of_many_are_one_query(anna: SystemUser, orders: Queue) -> None:
    add(anna, NeverKind.LIST)
    add(anna, NeverKind.SUBJECT, "[Personnel]")
    add(orders, NeverKind.AUTOMATIC)
    add(None, NeverKind.PRECEDENCE)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = never_lists({anna.pk, orders.pk, UUID(int=1)})
    assert len(queries) == 1
    assert {key: len(one.rules) for key, one in found.items()} == {anna.pk: 2, orders.pk: 1}


def test_a_list_goes_with_its_owner(anna: SystemUser) -> None:
    add(anna, NeverKind.LIST)
    SystemUser.objects.filter(pk=anna.pk).delete()
    assert not NeverTrackRule.objects.exists()


def test_the_database_knows_the_kinds_and_one_owner(anna: SystemUser, orders: Queue) -> None:
    assert set(KINDS) == {kind.value for kind in NeverKind}
    for row in (
        NeverTrackRule(kind="moon", created_by="zoe"),
        NeverTrackRule(kind="list", systemuser=anna, queue=orders, created_by="zoe"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
