"""Who sees what of Ann's email with a customer: the table of docs/security.md, by the pages."""

from collections.abc import Callable
from enum import Enum, auto

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.unit.web.conftest import World, index_all, receive, sign_in_account, signed_in

from passerelle.crm.models import ActivityParty, AuditEntry, Email, SignInAccount
from passerelle.crm.models.mail.emails import Participation
from passerelle.crm.models.people import Role, SharedLevel
from passerelle.crm.sharing import share_own, share_usually

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NONE, METADATA, SUBJECT, ALL = SharedLevel


class Seen(Enum):
    """What of the email a person meets."""

    LISTED = auto()  # a row in the list of emails
    FOUND = auto()  # by a word of its subject
    FOUND_BY_TEXT = auto()
    ROW = auto()  # on the customer's page
    ROW_SUBJECT = auto()
    HEADERS = auto()
    SUBJECT = auto()
    TEXT = auto()
    FILES = auto()
    SOURCE = auto()
    HIDDEN = auto()  # the recipient in Bcc
    CONVERSATION = auto()  # the email that answers it


OWN = frozenset(Seen)
ROWS = frozenset({Seen.ROW, Seen.HEADERS, Seen.CONVERSATION})
TITLED = ROWS | {Seen.ROW_SUBJECT, Seen.SUBJECT}
WHOLE = TITLED | {Seen.TEXT, Seen.FILES}
ALL_HEADERS = TITLED | {Seen.LISTED, Seen.FOUND, Seen.HIDDEN}
NOTHING: frozenset[Seen] = frozenset()

Who = Callable[[World], SignInAccount]


def ann(world: World) -> SignInAccount:
    return world.ann


def colleague(world: World) -> SignInAccount:
    return world.bob


def administrator(world: World) -> SignInAccount:
    return world.administrator


def with_the_right(world: World) -> SignInAccount:
    world.bob.may_read_all = True
    world.bob.save()
    return world.bob


def operator(world: World) -> SignInAccount:
    return sign_in_account("operator", Role.OPERATOR)


@pytest.mark.parametrize(
    ("who", "level", "reason", "expected"),
    [
        pytest.param(ann, NONE, False, OWN, id="its-people-see-all-of-it"),
        pytest.param(colleague, NONE, False, NOTHING, id="a-colleague-is-told-nothing"),
        pytest.param(colleague, METADATA, False, ROWS, id="or-who-and-when"),
        pytest.param(colleague, SUBJECT, False, TITLED, id="or-the-subject-too"),
        pytest.param(colleague, ALL, False, WHOLE, id="or-text-and-files-on-the-customers-page"),
        pytest.param(colleague, ALL, True, WHOLE, id="a-colleague-gives-no-reason"),
        pytest.param(operator, ALL, False, NOTHING, id="who-is-no-user-is-no-colleague"),
        pytest.param(administrator, NONE, False, ALL_HEADERS, id="an-administrator-sees-headers"),
        pytest.param(administrator, METADATA, False, ALL_HEADERS, id="whatever-is-shared"),
        pytest.param(
            administrator, NONE, True, OWN - {Seen.FOUND_BY_TEXT}, id="and-reads-after-a-reason"
        ),
        pytest.param(
            administrator, ALL, False, ALL_HEADERS | WHOLE, id="what-everybody-reads-needs-none"
        ),
        pytest.param(with_the_right, NONE, False, ALL_HEADERS, id="the-right-shows-headers"),
        pytest.param(
            with_the_right, NONE, True, OWN - {Seen.FOUND_BY_TEXT}, id="and-the-text-after-a-reason"
        ),
    ],
)
def test_who_sees_what(
    world: World, who: Who, level: SharedLevel, reason: bool, expected: frozenset[Seen]
) -> None:
    email, answer = written(world)
    share_usually(level, "admin")
    client = signed_in(who(world))
    if reason:
        client.post(reverse("web:email-reason", args=[email.pk]), {"reason": "A complaint"})
    assert set(seen(world, client, email, answer)) == expected


def written(world: World) -> tuple[Email, Email]:
    """An email of Ann's with a hidden recipient, and one that answers it."""
    email = receive(
        world.ann_user, world.contact, subject="Zebras wanted", description="Walrus instead."
    )
    hidden = {"participation": Participation.BCC, "address_used": "hidden@elsewhere.example"}
    ActivityParty.objects.create(email=email, **hidden)
    answer = receive(world.ann_user, world.contact, correlated_activity=email)
    index_all()
    return email, answer


def seen(world: World, client: Client, email: Email, answer: Email) -> set[Seen]:
    page = client.get(reverse("web:email", args=[email.pk])).content.decode()
    record = client.get(reverse("web:contact", args=[world.contact.pk])).content.decode()
    files = client.get(reverse("web:email-attachment", args=[email.pk, 1])).status_code
    source = client.get(reverse("web:email-source", args=[email.pk])).status_code
    link = f'href="{reverse("web:email", args=[email.pk])}"'
    found = {
        Seen.LISTED: link in client.get("/emails/").content.decode(),
        Seen.FOUND: link in client.get("/emails/?q=zebra").content.decode(),
        Seen.FOUND_BY_TEXT: link in client.get("/emails/?q=walrus").content.decode(),
        Seen.ROW: reverse("web:email", args=[answer.pk]) in record,  # the newest of them
        Seen.ROW_SUBJECT: ">Order<" in record,
        Seen.HEADERS: "carla@customer.example" in page,
        Seen.SUBJECT: "Zebras wanted" in page,
        Seen.TEXT: "Walrus instead." in page,
        Seen.FILES: files == 200,
        Seen.SOURCE: source == 200,
        Seen.HIDDEN: "hidden@elsewhere.example" in page,
        Seen.CONVERSATION: reverse("web:email", args=[answer.pk]) in page,
    }
    return {what for what, is_seen in found.items() if is_seen}


def test_what_is_shared_without_its_subject_says_whose_it_is(world: World, as_bob: Client) -> None:
    share_usually(METADATA, "admin")
    email = receive(world.ann_user, world.contact)
    record = as_bob.get(reverse("web:contact", args=[world.contact.pk])).content.decode()
    page = as_bob.get(reverse("web:email", args=[email.pk])).content.decode()
    for html in (record, page):
        assert "Email of Ann Example" in html
        assert ">Order<" not in html
        assert "attachment" not in html
    assert "(subject not shared)" not in page  # it stands alone


def test_a_colleague_can_do_nothing_with_what_is_shared(world: World, as_bob: Client) -> None:
    share_usually(ALL, "admin")
    email = receive(world.ann_user, world.contact)
    page = as_bob.get(reverse("web:email", args=[email.pk])).content.decode()
    assert "Why it is here" not in page
    for name in ("email-reply", "email-forward", "email-untrack", "email-reason"):
        address = reverse(f"web:{name}", args=[email.pk])
        assert address not in page
        assert as_bob.post(address, {"reason": "x"}).status_code == 404
    for query in ("?show=headers", "?show=source"):
        shown = as_bob.get(reverse("web:email", args=[email.pk]) + query).content.decode()
        assert "Message-ID" not in shown
    assert not AuditEntry.objects.filter(action="email.read").exists()


def test_a_users_own_word_counts_at_once(world: World, as_bob: Client) -> None:
    share_usually(ALL, "admin")
    email = receive(world.ann_user, world.contact)
    address = reverse("web:email", args=[email.pk])
    assert as_bob.get(address).status_code == 200
    share_own(world.ann_user, NONE, "ann")
    assert as_bob.get(address).status_code == 404


def test_an_answer_that_is_not_shared_stays_away(world: World, as_bob: Client) -> None:
    share_usually(SUBJECT, "admin")
    email = receive(world.ann_user, world.contact)
    bobs = receive(world.ann_user, world.contact, correlated_activity=email, subject="Secret")
    ActivityParty.objects.filter(email=bobs, contact__isnull=False).delete()
    page = as_bob.get(reverse("web:email", args=[email.pk])).content.decode()
    assert "Secret" not in page
    assert str(bobs.pk) not in page


def test_a_conversation_tells_of_each_email_what_is_shared_of_it(
    world: World, as_bob: Client
) -> None:
    share_usually(METADATA, "admin")
    email = receive(world.ann_user, world.contact)
    receive(world.ann_user, world.contact, correlated_activity=email, sent_on=timezone.now())
    page = as_bob.get(reverse("web:email", args=[email.pk])).content.decode()
    assert page.count("(subject not shared)") == 2
    assert "The text of the order." not in page
