"""Keys of what there is much of are sought, though none has an index of all rows by itself.

What most rows leave empty has an index of the rest, and what another index begins with has none.
SQLite is asked as the tables stand; on PostgreSQL a table is put in their place that has the
indexes in question alone, so that neither figures of the tables nor other indexes choose the plan.
"""

import re
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model, Q, QuerySet

from passerelle.crm.models import (
    Account,
    ActivityMimeAttachment,
    ActivityParty,
    Contact,
    Email,
    Lead,
    LinkStep,
    Queue,
    QueueItem,
    QueueMembership,
    RawMessage,
    SystemUser,
    TeamMembership,
)
from passerelle.crm.models.addresses import KINDS
from passerelle.importing.models import ImportPiece
from passerelle.mailboxes.models import Mailbox, ProfileTestStep
from passerelle.sync.models import Cycle, Delivery, Place, SendingRest, Touch, TrackingFolder

pytestmark = [pytest.mark.django_db, pytest.mark.database]
KEYS = [
    *((Email, f"regarding_{kind}", f"email_of_{kind}") for kind in ("account", "contact", "lead")),
    (Email, "correlated_activity", "email_answers"),
    (Email, "proposed_activity", "email_by_proposal"),
    (Email, "accepting_user", "email_accepted_by_user"),
    (Email, "accepting_queue", "email_accepted_by_queue"),
    (Email, "agent", "email_of_agent"),
    *((ActivityParty, kind, f"activityparty_of_{kind}") for kind in KINDS),
    (ActivityMimeAttachment, "email", "attachment_number_once"),
    (ActivityMimeAttachment, "raw", "attachment_of_raw"),
    (QueueItem, "queue", "queueitem_once"),
    (Place, "mailbox", "place_newest"),
    (Place, "forwarder", "place_of_forwarder"),
    (Touch, "place", "touch_once"),
    (Cycle, "mailbox", "cycle_newest"),
    (Delivery, "email", "delivery_once"),
    (SendingRest, "mailbox", "sendingrest_once"),
    (TrackingFolder, "mailbox", "trackingfolder_once"),
    (LinkStep, "change", "emaillinkstep_once"),
    (QueueMembership, "queue", "queuemembership_once"),
    (TeamMembership, "team", "teammembership_once"),
    (ProfileTestStep, "run", "profileteststep_position_once"),
    (ImportPiece, "of", "importpiece_once"),
]
EACH_KEY = pytest.mark.parametrize(
    ("model", "key", "index"), KEYS, ids=[f"{model.__name__}-{key}" for model, key, _ in KEYS]
)
HOLDERS = [Account, Contact, Lead, SystemUser, Queue, Email, RawMessage, Mailbox, Place]
ONE, OTHER = UUID(int=1), UUID(int=2)
EMAILS, PARTIES = Email.objects.order_by(), ActivityParty.objects.order_by()


def column_of(model: type[Model], key: str) -> str:
    return str(model._meta.get_field(key).column)


def leave_only(model: type[Model], *indexes: str) -> None:
    """In this transaction the table is an empty one with these indexes, which are used if they can.

    A temporary table stands before others of its name, and nothing counts its rows.
    """
    if connection.vendor == "sqlite":
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexname = ANY(%s)",
            [table, list(indexes)],
        )
        made = [str(definition) for (definition,) in cursor.fetchall()]
        assert len(made) == len(indexes)
        cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE {table}) ON COMMIT DROP")
        for definition in made:
            cursor.execute(
                re.sub(r" ON (ONLY )?\S+ ", f" ON pg_temp.{table} ", definition, count=1)
            )
        for other in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{other} = off")


def plan_of(statement: str, values: Any = ()) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            return [row[3] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN {statement}", values)
        return [row[0] for row in cursor.fetchall()]


def seeks(plan: list[str], model: type[Model], key: str, index: str) -> bool:
    """Whether rows of the table are found by the key, not one after the other."""
    if connection.vendor == "sqlite":
        table, column = model._meta.db_table, column_of(model, key)
        return any(
            one.startswith(f"SEARCH {table} USING") and f" ({column}=?)" in one for one in plan
        )
    return any(f" {index} " in one for one in plan) and any("Index Cond: (" in one for one in plan)


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param({"": ONE}, id="one"),
        pytest.param({"__in": [ONE]}, id="one-of-a-list"),
        pytest.param({"__in": [ONE, OTHER]}, id="several"),
    ],
)
@EACH_KEY
def test_rows_are_found_by_a_key(
    model: type[Model], key: str, index: str, condition: dict[str, object]
) -> None:
    leave_only(model, index)
    rows = model._default_manager.order_by()
    asked = rows.filter(**{f"{key}{lookup}": wanted for lookup, wanted in condition.items()})
    assert seeks(plan_of(*asked.query.sql_with_params()), model, key, index)


@pytest.mark.only_on("postgresql")
@EACH_KEY
def test_the_database_finds_what_points_to_a_row_that_goes(
    model: type[Model], key: str, index: str
) -> None:
    """As its triggers ask (ri_triggers.c), by a plan that is made for any value."""
    leave_only(model, index)
    table, column = model._meta.db_table, column_of(model, key)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(
            f"PREPARE pointing (uuid) AS SELECT 1 FROM ONLY {table} x"
            f" WHERE $1 OPERATOR(pg_catalog.=) {column} FOR KEY SHARE OF x"
        )
        try:
            plan = plan_of("EXECUTE pointing ('00000000-0000-0000-0000-000000000001')")
        finally:
            cursor.execute("DEALLOCATE pointing")
    assert seeks(plan, model, key, index)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("model", HOLDERS)
def test_no_table_of_emails_is_gone_through_for_a_row_that_goes(model: type[Model]) -> None:
    meta = model._meta
    plan = plan_of(f"DELETE FROM {meta.db_table} WHERE {meta.pk.column} = %s", [ONE.hex])
    tables = {one._meta.db_table for one in apps.get_models() if one._meta.app_label == "crm"}
    tables |= {one._meta.db_table for one, *_ in KEYS}
    assert len(plan) > 1
    assert [one for one in plan if one.startswith("SCAN") and one.split()[1] in tables] == []


@pytest.mark.parametrize(
    ("asked", "model", "keys"),
    [
        pytest.param(
            EMAILS.filter(regarding_contact__in=Contact.objects.filter(parent_customer=ONE)),
            Email,
            {"regarding_contact": "email_of_contact"},
            id="emails-of-an-accounts-contacts",
        ),
        pytest.param(
            Contact.objects.order_by().filter(pk=ONE, activityparty__participation=1),
            ActivityParty,
            {"contact": "activityparty_of_contact"},
            id="a-contact-by-its-parties",
        ),
        pytest.param(
            PARTIES.filter(Q(systemuser=ONE) | Q(queue=ONE)),
            ActivityParty,
            {"systemuser": "activityparty_of_systemuser", "queue": "activityparty_of_queue"},
            id="a-user-or-a-queue",
        ),
        pytest.param(
            Place.objects.order_by().filter(Q(mailbox__in=[ONE]) | Q(forwarder__in=[ONE])),
            Place,
            {"mailbox": "place_newest", "forwarder": "place_of_forwarder"},
            id="where-ones-mail-lay",
        ),
    ],
)
def test_rows_are_found_by_keys_among_other_conditions(
    asked: QuerySet[Any], model: type[Model], keys: dict[str, str]
) -> None:
    leave_only(model, *keys.values())
    plan = plan_of(*asked.query.sql_with_params())
    assert all(seeks(plan, model, key, index) for key, index in keys.items())
