"""From a draft to the server and back: what is checked, what is sent, what becomes of answers."""

from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.utils import timezone
from tests.tnef_streams import Packed, carried
from tests.tnef_streams import letter as packed_letter
from tests.unit.sync.conftest import Company
from tests.unit.sync.memory import MORNING, Letter

from passerelle.alerts.models import Alert
from passerelle.crm.models import Email, RawPack
from passerelle.crm.models.mail.emails import CorrelationMethod, EmailStatus, Priority
from passerelle.crm.services import (
    FileRules,
    Upload,
    Written,
    attach,
    attachment_bytes,
    create_draft,
    create_user,
    forward_draft,
    reply_draft,
    update_draft,
)
from passerelle.engine.models import Work
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.faults import Fault
from passerelle.faults.mail.cycles import (
    AllRecipientsRefused,
    AttachmentBlocked,
    AttachmentGone,
    AttachmentsTooLarge,
    DraftChangedElsewhere,
    NoRecipients,
    NotADraft,
    RecipientUnresolved,
    SenderWithoutMailbox,
    SomeRecipientsRefused,
    SubmissionGone,
)
from passerelle.faults.mail.protocols import (
    AnswerLost,
    ConnectionLost,
    MessageRefused,
    SenderRefused,
    ServerBusy,
)
from passerelle.guids import new_guid
from passerelle.mailboxes import services as mailboxes
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.messages import extract, parse
from passerelle.protocols.interfaces import Recipient
from passerelle.sync.crash_points import OUTGOING, OUTGOING_AFTER_MARK, OUTGOING_BEFORE_MARK
from passerelle.sync.models import Delivery, Submission
from passerelle.sync.models.outgoing import SubmissionState
from passerelle.sync.outgoing.kind import EMAILS_A_ROUND
from passerelle.sync.services import cancel, said_sent, send_again, submit
from passerelle.tracking import begun_index, continued_index

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HOST = "smtp.example.com"
RULES = FileRules(file_bytes=1_000, total_bytes=1_000, blocked=frozenset())
CLARA = "clara@customer.example"
BOB = "bob@elsewhere.example"
WRITTEN = Written(to=CLARA, subject="Your order", text="It is on its way.")


@pytest.fixture(autouse=True)
def unresolved_allowed(company: Company) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=True)


def draft(company: Company, to: str = CLARA, **written: Any) -> Email:
    user = company.anna.systemuser
    assert user is not None
    return create_draft(replace(WRITTEN, to=to, **written), sender=user, owner=user)


def handed_in(company: Company, to: str = CLARA) -> Submission:
    return submit(draft(company, to), "anna", company.anna)


def status(submission: Submission) -> EmailStatus:
    return EmailStatus(Email.objects.get(pk=submission.pk).statuscode)


def state(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).state


def due_again(submission: Submission) -> None:
    """The gap of a postponed email is over."""
    Submission.objects.filter(pk=submission.pk).update(not_before=timezone.now())


def test_an_email_is_sent_with_its_token_and_nothing_more(company: Company) -> None:
    submission = submit(draft(company, cc=BOB, bcc="eve@elsewhere.example"), "anna", company.anna)
    assert status(submission) == EmailStatus.PENDING_SEND
    company.send()
    assert status(submission) == EmailStatus.SENT
    assert {address for address, _ in company.world.smtp.delivered} == {
        CLARA,
        BOB,
        "eve@elsewhere.example",
    }
    data = company.world.smtp.delivered[0][1]
    message = message_from_bytes(data)
    assert message["Subject"] == "Your order CRM:0001001"
    assert message["Message-ID"] == Email.objects.get(pk=submission.pk).message_id
    assert b"eve@" not in data
    assert company.world.smtp.opened == 0


def test_each_email_has_its_own_token(company: Company) -> None:
    tokens = [handed_in(company).email.tracking_token for _ in range(3)]
    assert len(set(tokens)) == 3


def test_a_reply_quotes_and_keeps_the_thread(company: Company) -> None:
    letter = Letter(more="References: <root@customer.example>\n")
    company.inbox.deliver(bytes(letter))
    company.read()
    user = company.anna.systemuser
    assert user is not None
    account = company.sign_in(user)
    reply = reply_draft(Email.objects.get(), account)
    assert reply.subject == "Re: An order"
    assert "> Please send ten." in reply.description
    submit(reply, "anna", company.anna)
    company.send()
    message = message_from_bytes(company.world.smtp.delivered[0][1])
    assert message["In-Reply-To"] == letter.id
    assert message["References"].split()[-1] == letter.id


def thread_index(index: bytes) -> str:
    return f"Thread-Index: {b64encode(index).decode()}\n"


def test_outlook_knows_the_conversation_and_is_known_by_it(company: Company) -> None:
    """Also where somebody's server writes identifiers of its own, and cuts the token off."""
    begun = begun_index(MORNING, new_guid())
    company.inbox.deliver(bytes(Letter(more=thread_index(begun))))
    company.read()
    assert company.anna.systemuser is not None
    reply = reply_draft(Email.objects.get(), company.sign_in(company.anna.systemuser))
    submit(reply, "anna", company.anna)
    company.send()
    message = message_from_bytes(company.world.smtp.delivered[0][1])
    assert message["Thread-Topic"] == "An order"
    written = b64decode(message["Thread-Index"])
    assert written[:-5] == begun
    answer = Letter(2, more=thread_index(continued_index(written, MORNING, new_guid())))
    company.inbox.deliver(bytes(answer))
    company.read()
    found = Email.objects.get(message_id=answer.id)
    assert found.correlated_activity == reply
    assert found.correlation_method == CorrelationMethod.CONVERSATION_INDEX


def test_what_answers_nothing_begins_a_conversation(company: Company) -> None:
    email = handed_in(company).email
    assert len(b64decode(email.conversation_index)) == 22
    assert email.conversation_hash is not None


def test_formatted_with_files_it_goes_out_as_written(company: Company) -> None:
    email = draft(company, html="<p>It is <b>on its way</b>.</p>", priority=Priority.HIGH)
    email = attach(email, [Upload("été.txt", b"a file")], RULES)
    submit(email, "anna", company.anna)
    company.send()
    message = parse(company.world.smtp.delivered[0][1])
    assert message.html.strip() == "<p>It is <b>on its way</b>.</p>"
    assert message.text.strip() == "It is on its way."
    assert [one.filename for one in message.attachments] == ["été.txt"]
    row = Email.objects.get(pk=email.pk).attachments.get()
    assert (row.raw, attachment_bytes(row)) == (None, b"a file")
    assert RawPack.objects.count() == 1  # the upload went when the message was composed


def test_what_is_packed_into_a_file_goes_as_files_of_its_own(company: Company) -> None:
    company.inbox.deliver(
        carried(packed_letter("<p>x", Packed("a.txt", b"aaa"), Packed("b.txt", b"b")))
    )
    company.read()
    assert company.anna.systemuser is not None
    email = forward_draft(Email.objects.get(), company.sign_in(company.anna.systemuser))
    update_draft(email, replace(WRITTEN, html=email.html))
    submit(Email.objects.get(pk=email.pk), "anna", company.anna)
    rows = list(email.attachments.select_related("email__raw").order_by("number"))
    assert [(row.filename, row.part, row.raw) for row in rows] == [
        ("winmail.dat", "2", None),
        ("a.txt", "3", None),
        ("b.txt", "4", None),
    ]
    assert [attachment_bytes(row) for row in rows[1:]] == [b"aaa", b"b"]


def test_taken_back_and_sent_again_it_keeps_its_files(company: Company) -> None:
    email = attach(draft(company), [Upload("a.txt", b"a file")], RULES)
    email = cancel(submit(email, "anna", company.anna), "anna")
    submit(email, "anna", company.anna)
    company.send()
    raw = company.world.smtp.delivered[0][1]
    assert [extract(raw, one.part) for one in parse(raw).attachments] == [b"a file"]


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        pytest.param({"blocked_attachments": "zip; TXT"}, AttachmentBlocked, id="a-blocked-kind"),
        pytest.param({"largest_attachments_mb": 0}, AttachmentsTooLarge, id="too-much"),
    ],
)
def test_files_are_held_to_the_rules_of_today(
    company: Company, settings: dict[str, Any], fault: type[Fault]
) -> None:
    email = attach(draft(company), [Upload("a.txt", b"a file")], RULES)
    SystemSettings.objects.update(**settings)
    with pytest.raises(fault):
        submit(email, "anna", company.anna)
    assert Email.objects.get(pk=email.pk).statuscode == EmailStatus.DRAFT


def test_a_file_whose_message_is_gone_stops_the_email(company: Company) -> None:
    email = attach(draft(company), [Upload("a.txt", b"a file")], RULES)
    email.attachments.update(raw=None, part="2")
    with pytest.raises(AttachmentGone):
        submit(email, "anna", company.anna)


def test_a_draft_that_another_window_changed_is_not_handed_in(company: Company) -> None:
    email = draft(company)
    update_draft(email, Written(CLARA, "Another", ""))
    with pytest.raises(DraftChangedElsewhere):
        submit(email, "anna", company.anna)


def test_the_most_urgent_goes_first(company: Company) -> None:
    for subject, priority in (("a", Priority.LOW), ("b", Priority.NORMAL), ("c", Priority.HIGH)):
        email = draft(company, priority=priority)
        submit(update_draft(email, replace(WRITTEN, subject=subject, priority=priority)), "anna",
               company.anna)  # fmt: skip
    company.send()
    subjects = [parse(data).subject[0] for _, data in company.world.smtp.delivered]
    assert subjects == ["c", "b", "a"]


def test_sent_later_it_waits_bears_that_date_and_can_be_taken_back(company: Company) -> None:
    later = (timezone.now() + timedelta(days=9)).replace(microsecond=0)
    submission = submit(draft(company, send_after=later), "anna", company.anna)
    company.send()
    assert company.world.smtp.delivered == []
    assert Work.objects.get(kind="outgoing", key=company.anna.pk).due_on is not None
    due_again(submission)
    company.send()
    assert parse(company.world.smtp.delivered[0][1]).date == later
    another = submit(draft(company, send_after=later), "anna", company.anna)
    assert cancel(another, "anna").send_after == later


def test_receipts_are_asked_for_where_the_writer_wants_them(company: Company) -> None:
    submit(draft(company, delivery_receipt=True, read_receipt=True), "anna", company.anna)
    submit(draft(company), "anna", company.anna)
    company.send()
    server = company.world.smtp
    messages = [message_from_bytes(data) for _, data in server.delivered]
    asked = [message["Disposition-Notification-To"] for message in messages]
    assert asked == ["Anna <anna@example.com>", None]
    assert server.asked_delivered == [True, False]


def test_in_anothers_name_both_are_told(company: Company) -> None:
    bert = create_user("Bert", "bert@example.com")
    user = company.anna.systemuser
    assert user is not None
    email = create_draft(WRITTEN, sender=user, owner=bert)
    submit(email, "bert", company.anna)
    company.send()
    message = message_from_bytes(company.world.smtp.delivered[0][1])
    assert message["From"] == "Anna <anna@example.com>"
    assert message["Sender"] == "Bert <bert@example.com>"


@pytest.mark.parametrize(
    ("to", "fault"),
    [
        pytest.param("", NoRecipients, id="nobody"),
        pytest.param(BOB, RecipientUnresolved, id="a-stranger"),
    ],
)
def test_recipients_are_checked_before_anything_is_stored(
    company: Company, to: str, fault: type[Fault]
) -> None:
    SystemSettings.objects.update(allow_unresolved_recipients=False)
    email = draft(company, to)
    with pytest.raises(fault):
        submit(email, "anna", company.anna)
    assert not Submission.objects.exists()
    assert Email.objects.get(pk=email.pk).statuscode == EmailStatus.DRAFT


def test_only_a_draft_is_handed_in_and_only_from_its_own_mailbox(company: Company) -> None:
    email = draft(company)
    with pytest.raises(SenderWithoutMailbox):
        submit(email, "anna", company.orders)
    submit(email, "anna", company.anna)
    with pytest.raises(NotADraft):
        submit(email, "anna", company.anna)


def test_nothing_leaves_a_mailbox_that_is_not_enabled(company: Company) -> None:
    submission = handed_in(company)
    Mailbox.objects.update(enabled_for_outgoing=False)
    company.send()
    assert (status(submission), company.world.smtp.delivered) == (EmailStatus.PENDING_SEND, [])


def test_some_are_refused_and_the_email_is_sent_with_an_alert(company: Company) -> None:
    company.world.smtp.answers = {BOB: Recipient.REFUSED}
    submission = handed_in(company, f"{CLARA}, {BOB}")
    company.send()
    assert status(submission) == EmailStatus.SENT
    outcomes = dict(Delivery.objects.values_list("address", "outcome"))
    assert outcomes == {CLARA: "accepted", BOB: "refused"}
    assert Alert.objects.get(closed_on=None).code == SomeRecipientsRefused.code


def test_all_refused_it_failed_and_can_be_handed_in_again(company: Company) -> None:
    company.world.smtp.answers = {CLARA: Recipient.REFUSED}
    submission = handed_in(company)
    company.send()
    assert status(submission) == EmailStatus.FAILED
    alert = Alert.objects.get(closed_on=None)
    assert (alert.code, alert.facts["answer"]) == (AllRecipientsRefused.code, "550 said so")
    company.world.smtp.answers = {}
    submit(submission.email, "anna", company.anna)
    company.send()
    assert status(submission) == EmailStatus.SENT
    assert not Alert.objects.filter(closed_on=None).exists()
    assert len(company.world.smtp.delivered) == 1


def test_only_the_postponed_are_tried_again(company: Company) -> None:
    company.world.smtp.answers = {BOB: Recipient.POSTPONED}
    submission = handed_in(company, f"{CLARA}, {BOB}")
    company.send()
    assert (status(submission), state(submission)) == (EmailStatus.PENDING_SEND, "waiting")
    company.send()  # its gap is not over
    company.world.smtp.answers = {}
    due_again(submission)
    company.send()
    assert status(submission) == EmailStatus.SENT
    assert [address for address, _ in company.world.smtp.delivered] == [CLARA, BOB]


def test_postponed_for_five_days_it_is_given_up(company: Company) -> None:
    company.world.smtp.answers = {CLARA: Recipient.POSTPONED}
    submission = handed_in(company)
    Submission.objects.update(submitted_on=timezone.now() - timedelta(days=6))
    company.send()
    assert status(submission) == EmailStatus.PENDING_SEND  # tried once only
    due_again(submission)
    company.send()
    assert status(submission) == EmailStatus.FAILED


@pytest.mark.parametrize(
    "fault",
    [MessageRefused(host=HOST, answer="554 no"), SenderRefused(host=HOST, sender="a", answer="5")],
    ids=["message", "sender"],
)
@pytest.mark.parametrize("moment", ["before_data", "at_dot"])
def test_refused_for_good_it_failed_and_the_next_goes_on(
    company: Company, fault: Fault, moment: str
) -> None:
    getattr(company.world.smtp, moment).append(fault)
    first, second = handed_in(company), handed_in(company)
    company.send()
    assert (status(first), status(second)) == (EmailStatus.FAILED, EmailStatus.SENT)
    assert Alert.objects.get(closed_on=None).code == fault.code


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("554 5.7.1 spam", EmailStatus.FAILED), ("451 4.3.0 later", EmailStatus.PENDING_SEND)],
    ids=["refused", "postponed"],
)
def test_the_answer_to_the_dot_counts_for_all(
    company: Company, answer: str, expected: EmailStatus
) -> None:
    company.world.smtp.refused_at_dot = [answer]
    submission = handed_in(company)
    company.send()
    assert status(submission) == expected
    assert company.world.smtp.delivered == []


@pytest.mark.parametrize("moment", ["before_data", "at_dot"])
def test_a_busy_server_is_asked_again_later(company: Company, moment: str) -> None:
    getattr(company.world.smtp, moment).append(ServerBusy(host=HOST, answer="451 later"))
    submission = handed_in(company)
    company.send()
    assert state(submission) == SubmissionState.WAITING
    assert Submission.objects.get().not_before is not None
    assert Alert.objects.get(closed_on=None).code == ServerBusy.code
    due_again(submission)
    company.send()
    assert (status(submission), len(company.world.smtp.delivered)) == (EmailStatus.SENT, 1)
    assert not Alert.objects.filter(closed_on=None).exists()


def test_a_connection_lost_before_the_dot_is_tried_again(company: Company) -> None:
    company.world.smtp.before_data = [ConnectionLost(host=HOST, step="DATA")]
    submission = handed_in(company)
    company.send()
    assert status(submission) == EmailStatus.PENDING_SEND
    company.send()
    assert (status(submission), len(company.world.smtp.delivered)) == (EmailStatus.SENT, 1)


@pytest.mark.parametrize("fault", [None, ConnectionLost(host=HOST, step="the answer")])
def test_a_lost_answer_waits_for_a_person_and_the_next_goes_on(
    company: Company, fault: Fault | None
) -> None:
    company.world.smtp.is_losing_answers = fault is None
    company.world.smtp.at_dot = [fault] if fault else []
    first = handed_in(company)
    company.send()
    company.world.smtp.is_losing_answers = False
    second = handed_in(company)
    company.send()
    assert (status(first), state(first)) == (EmailStatus.SENDING, SubmissionState.UNKNOWN)
    assert status(second) == EmailStatus.SENT
    alert = Alert.objects.get(closed_on=None)
    assert (alert.code, alert.subject_id) == (AnswerLost.code, first.pk)


def test_a_person_says_that_it_was_sent(company: Company) -> None:
    company.world.smtp.is_losing_answers = True
    submission = handed_in(company)
    company.send()
    said_sent(submission, "anna")
    company.send()
    assert (status(submission), len(company.world.smtp.delivered)) == (EmailStatus.SENT, 1)
    assert not Alert.objects.filter(closed_on=None).exists()
    with pytest.raises(SubmissionGone):
        send_again(submission, "anna")


def test_a_person_has_it_sent_again_to_those_only_whose_answer_was_lost(company: Company) -> None:
    company.world.smtp.answers = {BOB: Recipient.POSTPONED}
    submission = handed_in(company, f"{CLARA}, {BOB}")
    company.send()
    company.world.smtp.answers = {}
    company.world.smtp.is_losing_answers = True
    due_again(submission)
    company.send()
    company.world.smtp.is_losing_answers = False
    send_again(submission, "anna")
    company.send()
    assert status(submission) == EmailStatus.SENT
    assert [address for address, _ in company.world.smtp.delivered] == [CLARA, BOB, BOB]


def test_the_sent_copy_in_an_inbox_is_recognised(company: Company) -> None:
    """With one record for mail between users the received copy is no second one."""
    SystemSettings.objects.update(track_internal_twice=False)
    submission = handed_in(company, "anna@example.com")
    company.send()
    company.inbox.deliver(company.world.smtp.delivered[0][1])
    company.read()
    assert list(Email.objects.values_list("pk", flat=True)) == [submission.pk]


@pytest.mark.thorough
@pytest.mark.parametrize("point", OUTGOING)
def test_killed_anywhere_nothing_is_lost_and_nothing_doubled(company: Company, point: str) -> None:
    first, second = handed_in(company), handed_in(company, BOB)
    with crash_points.kill_at(point), pytest.raises(Killed):
        company.send()
    company.send()
    company.send()
    delivered = [address for address, _ in company.world.smtp.delivered]
    assert len(delivered) == len(set(delivered))
    assert status(second) == EmailStatus.SENT
    if point in OUTGOING_AFTER_MARK:
        assert (status(first), state(first)) == (EmailStatus.SENDING, SubmissionState.UNKNOWN)
    else:
        assert status(first) == EmailStatus.SENT
        assert sorted(delivered) == [BOB, CLARA]


def test_every_point_is_passed_in_a_cycle(company: Company) -> None:
    handed_in(company)
    with crash_points.passages() as passed:
        company.send()
    assert [name for name in passed if name in OUTGOING] == [
        *OUTGOING_BEFORE_MARK,
        *OUTGOING_AFTER_MARK,
        "outgoing.recorded",
    ]


def test_a_worker_that_lost_its_lease_marks_nothing_and_sends_no_dot(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker took the work over while this one was sending the body."""
    submission = handed_in(company)
    server = company.world.smtp
    honest = server.send

    def slow(*args: object, **options: object) -> object:
        Work.objects.filter(kind="outgoing").update(epoch=99)
        return honest(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(server, "send", slow)
    company.send()
    assert (server.delivered, state(submission)) == ([], SubmissionState.WAITING)


def test_a_flood_of_one_sender_delays_nobody_else(company: Company) -> None:
    """One connection for both mailboxes, fifty emails of one before the one email of the other."""
    EmailServerProfile.objects.update(max_concurrent_connections=1)
    for _ in range(50):
        handed_in(company)
    queue = company.orders.queue
    assert queue is not None
    mailboxes.schedule(Mailbox.objects.filter(pk=company.anna.pk))
    submit(
        create_draft(WRITTEN, sender=queue, owner=company.anna.systemuser), "anna", company.orders
    )
    mailboxes.schedule(Mailbox.objects.filter(pk=company.orders.pk))
    run_due()
    senders = [parse(data).sender for _, data in company.world.smtp.delivered]
    place = [one.address for one in senders if one].index("orders@example.com")
    assert len(senders) == 51
    assert place <= EMAILS_A_ROUND


def test_nothing_is_sent_because_of_mail_that_came(company: Company) -> None:
    """Old or new, from a person or a machine: mail that is read makes no mail."""
    old = Letter(1, date=MORNING - timedelta(days=900))
    automatic = Letter(2, more="Auto-Submitted: auto-replied\n")
    for letter in (old, automatic, Letter(3)):
        company.inbox.deliver(bytes(letter))
    company.read()
    assert Email.objects.filter(direction_code=False).exists()
    assert not Email.objects.filter(direction_code=True).exists()
    assert not Work.objects.filter(kind="outgoing", due_on__isnull=False).exists()
    assert company.world.smtp.delivered == []
