"""An image in a text from one mailbox to another over a real Postfix, and back in the answer."""

import time
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from tests.images import png
from tests.system.anna import PASSWORD, mailbox_that_sends
from tests.system.servers.dovecot import Dovecot, dovecot
from tests.system.servers.postfix import Postfix, postfix

from passerelle.crm.models import Email, EmailSignature, SignInAccount
from passerelle.crm.models.people import FilteringMethod, Role
from passerelle.crm.services import (
    FileRules,
    Upload,
    Words,
    Written,
    attached_files,
    create_draft,
    create_sign_in,
    insert_images,
    insert_wording,
    keep_wording_images,
    remove_wording,
    reply_draft,
    save_wording,
)
from passerelle.engine.services import ask, run_due
from passerelle.mailboxes.models import Mailbox
from passerelle.messages import parse
from passerelle.sync.services import submit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

RULES = FileRules(file_bytes=1_000_000, total_bytes=1_000_000, blocked=())
PLAN = png(60, 40, shade=90)
CLARA = "clara@example.org"  # whose mail Postfix keeps


@pytest.fixture
def relay() -> Iterator[Postfix]:
    with postfix(["anna", "clara"]) as server:
        yield server


@pytest.fixture
def inbox() -> Iterator[Dovecot]:
    with dovecot({"anna": PASSWORD}) as server:
        yield server


@pytest.fixture
def anna(relay: Postfix, inbox: Dovecot) -> Mailbox:
    """A mailbox that takes all mail and sends through Postfix."""
    return mailbox_that_sends(inbox.ports["imap"], relay.port, FilteringMethod.ALL)


@pytest.fixture
def account(anna: Mailbox) -> SignInAccount:
    return create_sign_in("anna", Role.USER, systemuser=anna.systemuser)


def sent(email: Email, anna: Mailbox, relay: Postfix, *, before: int = 0) -> bytes:
    """What Postfix delivered of it; it works by itself."""
    submit(email, "anna", anna)
    ask("outgoing", anna.pk)
    run_due()
    deadline = time.monotonic() + 90
    while len(found := relay.delivered("clara")) <= before:
        assert time.monotonic() < deadline, "Postfix delivered nothing"
        time.sleep(0.1)
    return next(raw for raw in found if parse(raw).message_id == email.message_id)


def test_an_image_arrives_in_its_place_and_comes_back_in_an_answer(
    anna: Mailbox, relay: Postfix, inbox: Dovecot, account: SignInAccount
) -> None:
    assert anna.systemuser is not None
    content = Written(to=CLARA, subject="The plan", text="", html="<p>See the <b>plan</b>:</p>")
    draft = create_draft(content, sender=anna.systemuser, owner=anna.systemuser)
    draft = insert_images(draft, [Upload("été.png", PLAN)], RULES)
    raw = sent(draft, anna, relay)
    # A customer sends it on as it arrived: the same parts, from somebody else.
    sent_on = raw.replace(draft.message_id.encode(), b"<plan@customer.example>")
    inbox.deliver("anna", sent_on.replace(b"anna@example.org", b"carla@customer.example"))
    ask("incoming", anna.pk)
    run_due()
    received = Email.objects.get(direction_code=False)
    client = Client()
    client.force_login(account)
    frame = client.get(reverse("web:email-frame", args=[received.pk])).content.decode()
    assert '<p>See the <b>plan</b>:</p><p><img src="data:image/png;base64,' in frame
    assert received.description.strip() == "See the plan:\n\n[image: été.png]"
    reply = reply_draft(Email.objects.select_related("raw").get(pk=received.pk), account)
    assert [(one.filename, one.data) for one in attached_files(reply)] == [("été.png", PLAN)]
    reply.parties.filter(address_used="carla@customer.example").update(address_used=CLARA)
    answer = parse(sent(reply, anna, relay, before=1))
    assert [(one.filename, one.inline) for one in answer.attachments] == [("été.png", True)]
    assert f"cid:{answer.attachments[0].content_id}" in answer.html


def test_a_logo_goes_with_each_email_that_its_signature_stands_in(
    anna: Mailbox, relay: Postfix, inbox: Dovecot, account: SignInAccount
) -> None:
    user = anna.systemuser
    assert user is not None
    [logo] = keep_wording_images(account, [Upload("logo.png", PLAN)], RULES)
    shown = f'<p><img src="cid:{logo.content_id}" alt="Logo"></p>'
    words = {"en": Words(f"{shown}<p>Anna</p>{shown}")}
    signature = EmailSignature(owner=user)
    save_wording(signature, "Usual", words, by="anna", account=account)
    draft = create_draft(Written(to=CLARA, subject="Offer", text="Hello"), sender=user, owner=user)
    for _ in range(2):  # the second takes the first one's place
        draft = insert_wording(draft, signature, "en", user)
    remove_wording(signature, by="anna")
    raw = sent(draft, anna, relay)
    assert b"multipart/related" in raw
    arrived = parse(raw)
    assert [(one.filename, one.inline) for one in arrived.attachments] == [("logo.png", True)]
    assert arrived.html.count(f"cid:{arrived.attachments[0].content_id}") == 2
    # As it is read back by a server of another make.
    answered = raw.replace(draft.message_id.encode(), b"<logo@customer.example>")
    inbox.deliver("anna", answered.replace(b"anna@example.org", b"carla@customer.example"))
    ask("incoming", anna.pk)
    run_due()
    received = Email.objects.get(direction_code=False)
    assert received.attachments.get().filename == "logo.png"
