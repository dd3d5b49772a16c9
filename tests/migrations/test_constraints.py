"""The database itself refuses what must never be, on SQLite and on PostgreSQL, without our code.

Every case is plain SQL against a small valid world. The rows of the table say what is refused.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from passerelle.alerts.models import Alert, AlertLevel, SubjectKind
from passerelle.crm.models import (
    Account,
    ActivityMimeAttachment,
    ActivityParty,
    Contact,
    Email,
    EmailSearch,
    Lead,
    Organization,
    Queue,
    QueueItem,
    QueueMembership,
    RawMessage,
    RawPack,
    SignInAccount,
    SystemUser,
)
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.models.people import Role
from passerelle.engine.models import Work
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.credentials import Refusal
from passerelle.router.models import Migration, MigrationState
from passerelle.sync.models import Delivery, Place, Quarantine, Submission, Touch
from passerelle.sync.models.incoming import Outcome, TouchKind
from passerelle.sync.models.outgoing import SubmissionState

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def world() -> None:
    """Two of what may not be doubled, one of everything else; all of it valid."""
    _people()
    _emails()
    _mailboxes()
    _places()
    for code in ("PSR-NET-001", "PSR-NET-002"):
        Alert.objects.create(
            subject_kind=SubjectKind.SYSTEM,
            subject_id=SystemUser.objects.all()[0].pk,
            activity="incoming",
            code=code,
            level=AlertLevel.ERROR,
            opened_on=NOW,
            last_seen_on=NOW,
        )
    key = uuid4()
    Work.objects.create(kind="incoming", key=key)
    Work.objects.create(kind="outgoing", key=key)
    for state in (MigrationState.RUNNING, MigrationState.DONE):
        Migration.objects.create(state=state)


def _people() -> None:
    Organization.objects.create(name="Example")
    users = [
        SystemUser.objects.create(fullname=name, tracking_number=number)
        for number, name in enumerate(("ada", "bob"), start=1)
    ]
    queue = Queue.objects.create(name="desk", tracking_number=9)
    account = Account.objects.create(name="firm")
    for name in ("cleo", "carl"):
        contact = Contact.objects.create(last_name=name, fullname=name)
        EmailSearch.objects.create(email_address=f"{name}@example.com", contact=contact)
    Lead.objects.create(last_name="lea", fullname="lea")
    EmailSearch.objects.create(email_address="firm@example.com", account=account)
    for user in users:
        QueueMembership.objects.create(queue=queue, systemuser=user)
        SignInAccount.objects.create(username=user.fullname, role=Role.USER, systemuser=user)


def _emails() -> None:
    raw = RawMessage.objects.create(
        pack=RawPack.objects.create(content=b"x"), offset=0, length=1, size=1
    )
    queue = Queue.objects.get()
    for subject in ("one", "two"):
        email = Email.objects.create(
            subject=subject,
            created_on=NOW,
            identity=sha256(subject.encode()).digest(),
            text_digest=sha256(b"").digest(),
            raw=raw,
        )
        ActivityParty.objects.create(
            email=email, participation=Participation.TO, address_used="cleo@example.com"
        )
        QueueItem.objects.create(queue=queue, email=email, entered_on=NOW)
        for number in (1, 2):
            ActivityMimeAttachment.objects.create(
                email=email, number=number, mimetype="a/b", filesize=1, part="1", digest="d"
            )


def _mailboxes() -> None:
    SystemSettings.objects.create()
    profile = EmailServerProfile.objects.create(name="first")
    EmailServerProfile.objects.create(name="second")
    for user in SystemUser.objects.all():
        Mailbox.objects.create(name=user.fullname, systemuser=user, profile=profile)
    Mailbox.objects.create(name="desk", queue=Queue.objects.get(), profile=profile)
    credential = Credential.objects.create(username="ada")
    for version in (1, 2):
        Refusal.objects.create(
            host="mail.example.com",
            credential=credential,
            version=version,
            refused_on=NOW,
            next_try_on=NOW,
        )


def _places() -> None:
    mailbox = Mailbox.objects.get(name="ada")
    for email in Email.objects.order_by("subject"):
        uid = 1 if email.subject == "one" else 2
        place = Place.objects.create(
            mailbox=mailbox,
            epoch=1,
            folder="INBOX",
            uid_validity=7,
            uid=uid,
            outcome=Outcome.TRACKED,
            reason=0,
            email=email,
            decided_on=NOW,
        )
        Quarantine.objects.create(place=place, code="PSR-MSG-001")
        Submission.objects.create(
            email=email, mailbox=mailbox, submitted_by="ada", submitted_on=NOW
        )
        for value in ("$Tracked", "$Other"):
            Touch.objects.create(place=place, mailbox=mailbox, kind=TouchKind.KEYWORD, value=value)
            Delivery.objects.create(email=email, address=f"{value[1:].lower()}@example.com")


CONTACT = "(SELECT contactid FROM contact WHERE lastname = 'cleo')"
LEAD = "(SELECT leadid FROM lead)"
ACCOUNT = "(SELECT accountid FROM account)"
ADA = "(SELECT systemuserid FROM systemuser WHERE fullname = 'ada')"
BOB = "(SELECT systemuserid FROM systemuser WHERE fullname = 'bob')"
DESK = "(SELECT queueid FROM queue)"
MARKED = SubmissionState.MARKED.value


def refused(sentence: str, constraint: str, statement: str) -> object:
    return pytest.param(constraint, statement, id=sentence.replace(" ", "-"))


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        # A record is one thing, and belongs to one thing.
        refused(
            "a party is not two records",
            "activityparty_one",
            f"UPDATE activityparty SET partyid_contact = {CONTACT}, partyid_lead = {LEAD}",
        ),
        refused(
            "an email regards one record",
            "email_one_regarding",
            f"UPDATE email SET regardingobjectid_account = {ACCOUNT}, "
            f"regardingobjectid_contact = {CONTACT}",
        ),
        refused(
            "an email is accepted for a user or a queue",
            "email_one_acceptor",
            f"UPDATE email SET acceptingentityid_systemuser = {ADA}, "
            f"acceptingentityid_queue = {DESK}",
        ),
        refused(
            "an address belongs to a record",
            "emailsearch_one_parent",
            "UPDATE emailsearch SET parentobjectid_contact = NULL "
            "WHERE parentobjectid_contact IS NOT NULL",
        ),
        refused(
            "an address belongs to one record",
            "emailsearch_one_parent",
            f"UPDATE emailsearch SET parentobjectid_lead = {LEAD}",
        ),
        refused(
            "a mailbox is not of a user and of a queue",
            "mailbox_of_one",
            f"UPDATE mailbox SET regardingobjectid_queue = {DESK} WHERE name = 'ada'",
        ),
        refused(
            "a mailbox is of somebody",
            "mailbox_of_one",
            "UPDATE mailbox SET regardingobjectid_systemuser = NULL WHERE name = 'ada'",
        ),
        refused(
            "a forward mailbox has no user",
            "mailbox_of_one",
            "UPDATE mailbox SET isforwardmailbox = TRUE WHERE name = 'ada'",
        ),
        # States and options.
        refused(
            "a received email is not open",
            "email_status_of_state",
            "UPDATE email SET statecode = 0, statuscode = 4",
        ),
        refused(
            "a draft is not completed",
            "email_status_of_state",
            "UPDATE email SET statecode = 1, statuscode = 1",
        ),
        refused("a status is known", "email_status", "UPDATE email SET statuscode = 9"),
        refused(
            "a role in an email is known",
            "activityparty_role",
            "UPDATE activityparty SET participationtypemask = 99",
        ),
        refused(
            "a delivery method is known",
            "mailbox_methods_known",
            "UPDATE mailbox SET incomingemaildeliverymethod = 4",
        ),
        refused(
            "nothing is sent through a forward mailbox",
            "mailbox_methods_known",
            "UPDATE mailbox SET outgoingemaildeliverymethod = 3",
        ),
        refused(
            "a queue is not read by Outlook",
            "mailbox_queue_not_outlook",
            "UPDATE mailbox SET incomingemaildeliverymethod = 1 WHERE name = 'desk'",
        ),
        refused(
            "an approval is known",
            "mailbox_approval_known",
            "UPDATE mailbox SET emailrouteraccessapproval = 7",
        ),
        refused(
            "a protocol is known",
            "profile_protocols_known",
            "UPDATE emailserverprofile SET incomingprotocol = 'gopher'",
        ),
        refused(
            "an encryption is known",
            "profile_security_known",
            "UPDATE emailserverprofile SET outgoingsecurity = 'some'",
        ),
        refused(
            "a port has sixteen bits",
            "profile_ports",
            "UPDATE emailserverprofile SET incomingportnumber = 65536",
        ),
        refused(
            "an outcome is known", "place_outcome_known", "UPDATE mailplace SET outcome = 'lost'"
        ),
        refused("a level is known", "alert_level_known", "UPDATE tracelog SET level = 0"),
        refused(
            "processing is by one of two",
            "systemsettings_processing_known",
            "UPDATE systemsettings SET processemailusing = 2",
        ),
        # What depends on something else.
        refused(
            "an enabled mailbox has a profile",
            "mailbox_enabled_has_profile",
            "UPDATE mailbox SET enabledforincomingemail = TRUE, emailserverprofile = NULL",
        ),
        refused(
            "a mark before the dot has its time",
            "submission_mark_dated",
            f"UPDATE mailsubmission SET state = '{MARKED}', markedon = NULL",
        ),
        # What is there once.
        refused(
            "an identity is recorded once a version",
            "email_identity_once",
            "UPDATE email SET identity = (SELECT identity FROM email WHERE subject = 'one')",
        ),
        refused("a place is recorded once", "place_once", "UPDATE mailplace SET uid = 1"),
        refused(
            "an email lies in a queue once",
            "queueitem_once",
            "UPDATE queueitem SET objectid = (SELECT activityid FROM email WHERE subject = 'one')",
        ),
        refused(
            "an attachment has a number of its own",
            "attachment_number_once",
            "UPDATE activitymimeattachment SET attachmentnumber = 1",
        ),
        refused(
            "only a move has a copy, whose beginning is known",
            "touch_copied_in_order",
            "UPDATE mailtouch SET iscopied = TRUE",
        ),
        refused("an effect is owed once", "touch_once", "UPDATE mailtouch SET value = '$Tracked'"),
        refused(
            "a recipient is delivered to once",
            "delivery_once",
            "UPDATE maildelivery SET address = 'tracked@example.com'",
        ),
        refused(
            "a user has one mailbox",
            "mailbox_regardingobjectid_systemuser",
            f"UPDATE mailbox SET regardingobjectid_systemuser = {ADA} WHERE name = 'bob'",
        ),
        refused(
            "a user has one account",
            "signinaccount_systemuserid",
            f"UPDATE signinaccount SET systemuserid = {ADA} WHERE username = 'bob'",
        ),
        refused(
            "a tracking number is of one user",
            "systemuser_trackingtokenid",
            "UPDATE systemuser SET trackingtokenid = 1",
        ),
        refused(
            "a member is in a queue once",
            "queuemembership_once",
            f"UPDATE queuemembership SET systemuserid = {BOB}",
        ),
        refused(
            "a profile has a name of its own",
            "emailserverprofile_name",
            "UPDATE emailserverprofile SET name = 'first'",
        ),
        refused(
            "an alert is open once",
            "alert_open_once",
            "UPDATE tracelog SET tracecode = 'PSR-NET-001'",
        ),
        refused("work is due once", "work_once", "UPDATE enginework SET kind = 'incoming'"),
        refused(
            "a refusal is counted once a version",
            "credentialrefusal_once",
            "UPDATE credentialrefusal SET version = 1",
        ),
        refused(
            "one migration runs",
            "routermigration_one_runs",
            "UPDATE routermigration SET state = 'running'",
        ),
        refused(
            "there is one organization",
            "organization_one",
            'UPDATE organization SET "only" = FALSE',
        ),
        refused(
            "there is one row of settings",
            "systemsettings_one",
            'UPDATE systemsettings SET "only" = FALSE',
        ),
        # What counts from zero.
        refused("attempts are not negative", "attempts", "UPDATE enginework SET attempts = -1"),
        refused("a UID is not negative", "uid", "UPDATE mailplace SET uid = -1"),
        refused("a size is not negative", "size", "UPDATE rawmessage SET size = -1"),
    ],
)
def test_database_refuses(constraint: str, statement: str) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        execute(statement)
    assert concerns(constraint, str(refusal.value))


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def concerns(constraint: str, answer: str) -> bool:
    """SQLite names the columns of a UNIQUE constraint, PostgreSQL the constraint."""
    if constraint in answer:
        return True
    columns = answer.removeprefix("UNIQUE constraint failed: ").split(", ")
    if columns == [answer]:
        return False
    return constraint in {columns[0].replace(".", "_"), *unique_over(columns)}


def unique_over(columns: list[str]) -> Iterator[str]:
    """The constraints over these columns, which stand behind their table's name."""
    for model in our_models():
        column_of = {field.name: field.column for field in model._meta.concrete_fields}
        for one in model._meta.constraints:
            if isinstance(one, models.UniqueConstraint):
                named = [f"{model._meta.db_table}.{column_of[name]}" for name in one.fields]
                if named == columns:
                    yield one.name


@pytest.mark.django_db(transaction=True)
def test_database_refuses_a_key_to_nothing() -> None:
    """Such a key is looked for when the transaction ends."""
    user = SystemUser.objects.create(fullname="ada", tracking_number=1)
    Mailbox.objects.create(name="ada", systemuser=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        execute("UPDATE mailbox SET emailserverprofile = regardingobjectid_systemuser")
    assert Mailbox.objects.get().profile_id is None


def our_models() -> Iterator[type[models.Model]]:
    return (one for one in apps.get_models() if one.__module__.startswith("passerelle."))


@pytest.mark.parametrize(
    "model", [pytest.param(one, id=one._meta.db_table) for one in our_models()]
)
def test_database_holds_what_the_model_says(model: type[models.Model]) -> None:
    said = {one.name for one in (*model._meta.constraints, *model._meta.indexes)}
    assert said <= held(model._meta.db_table)


def held(table: str) -> set[str]:
    """The names of a table's constraints and indexes.

    Django 5.2 cannot take apart a list of single digits in a CHECK of SQLite (IndexError in
    `_get_column_collations`, seen 2026-11), so there the statements themselves are read.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return set(connection.introspection.get_constraints(cursor, table))
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s", [table])
        statements = " ".join(str(sql) for (sql,) in cursor.fetchall())
    return set(re.findall(r'(?:CONSTRAINT|INDEX) "([^"]+)"', statements))
