"""One email on its page: whose text is shown, a reason and its audit, what it links to."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.unit.web.conftest import World, index_all, signed_in, stored_email

from passerelle.crm.emails.audit import LOOK
from passerelle.crm.merging import begin_merge, move_some
from passerelle.crm.models import AuditEntry, Email, QueueItem, QueueMembership
from passerelle.crm.readers import grant
from passerelle.crm.services import create_contact, reply_draft
from passerelle.sync.models import Place
from passerelle.web.lists import about

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TEXT = "The text of the order."


def page(client: Client, email: Email) -> str:
    response = client.get(reverse("web:email", args=[email.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_party_reads_the_text(world: World, as_ann: Client) -> None:
    assert TEXT in page(as_ann, world.received)


def test_an_administrator_sees_header_and_decision_and_no_text(
    world: World, as_administrator: Client
) -> None:
    shown = page(as_administrator, world.received)
    assert TEXT not in shown
    assert "page.html" not in shown
    assert "carla@customer.example" in shown
    assert "Tracked" in shown
    assert not AuditEntry.objects.filter(action="email.read").exists()


def test_a_reason_shows_the_text_and_is_kept(world: World, as_administrator: Client) -> None:
    address = reverse("web:email-reason", args=[world.received.pk])
    assert as_administrator.post(address, {"reason": "   "}).status_code == 422
    assert as_administrator.post(address, {"reason": "A complaint\n of  3 May"}).status_code == 302
    assert TEXT in page(as_administrator, world.received)
    entry = AuditEntry.objects.get(action="email.read")
    assert (entry.username, entry.reason) == ("admin", "A complaint of 3 May")
    assert entry.subject_id == world.received.pk


def test_a_reason_opens_one_email_for_one_person_for_an_hour(
    world: World, as_administrator: Client
) -> None:
    other = stored_email(world.ann_user, description="Another secret text.")
    address = reverse("web:email-reason", args=[world.received.pk])
    as_administrator.post(address, {"reason": "A complaint"})
    assert "Another secret text." not in page(as_administrator, other)
    AuditEntry.objects.update(done_on=timezone.now() - LOOK)
    assert TEXT not in page(as_administrator, world.received)


def test_a_member_of_the_queue_reads_what_lies_in_it(world: World, as_bob: Client) -> None:
    email = stored_email(world.ann_user)
    QueueItem.objects.create(queue=world.queue, email=email, entered_on=timezone.now())
    grant([email.pk])
    address = reverse("web:email", args=[email.pk])
    assert as_bob.get(address).status_code == 404
    QueueMembership.objects.create(queue=world.queue, systemuser=world.bob_user)
    assert TEXT in page(as_bob, email)


def test_a_stranger_finds_nothing_in_the_list(world: World, as_bob: Client) -> None:
    assert "Order" not in as_bob.get("/emails/").content.decode()


@pytest.mark.parametrize("path", ["/", "/emails/"])
def test_lists_tell_the_time_by_which_they_go_and_when_older_mail_was_sent(
    world: World, as_ann: Client, path: str
) -> None:
    read = datetime(2026, 3, 9, 12, tzinfo=UTC)
    sent = datetime(2026, 3, 2, 12, tzinfo=UTC)
    Email.objects.exclude(pk=world.received.pk).delete()
    Email.objects.update(created_on=read, sent_on=read - timedelta(days=1))
    usual = as_ann.get(path).content.decode()
    Email.objects.update(sent_on=sent)
    late = as_ann.get(path).content.decode()
    assert [re.findall(r'<time datetime="(\d+-\d+-\d+)', one) for one in (usual, late)] == [
        ["2026-03-09"],
        ["2026-03-09"],
    ]
    assert [re.findall(r"sent on ([^<]+)<", one) for one in (usual, late)] == [[], ["2026-03-02"]]


def test_parties_regarding_and_conversation_are_links(world: World, as_ann: Client) -> None:
    Email.objects.filter(pk=world.received.pk).update(regarding_account=world.account)
    answer = reply_draft(Email.objects.get(pk=world.received.pk), world.ann, sender=world.ann_user)
    shown = page(as_ann, world.received)
    assert f'href="{reverse("web:contact", args=[world.contact.pk])}"' in shown
    assert f'href="{reverse("web:account", args=[world.account.pk])}"' in shown
    assert f'href="{reverse("web:email", args=[answer.pk])}"' in shown
    assert f'href="{reverse("web:email", args=[world.received.pk])}"' in page(as_ann, answer)


def test_a_lost_answer_is_shown_with_its_two_buttons(world: World, as_ann: Client) -> None:
    shown = page(as_ann, world.lost)
    assert reverse("web:email-was-sent", args=[world.lost.pk]) in shown
    assert reverse("web:email-again", args=[world.lost.pk]) in shown


def test_the_second_press_of_such_a_button_says_that_it_was_decided(
    world: World, as_ann: Client
) -> None:
    address = reverse("web:email-was-sent", args=[world.lost.pk])
    as_ann.post(address)
    world.lost.refresh_from_db()
    assert world.lost.get_statuscode_display() == "Sent"
    again = as_ann.post(reverse("web:email-again", args=[world.lost.pk]), follow=True)
    assert again.status_code == 200
    world.lost.refresh_from_db()
    assert world.lost.get_statuscode_display() == "Sent"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", 3, id="everything"),
        pytest.param("box=received", 1, id="received"),
        pytest.param("box=drafts", 1, id="drafts"),
        pytest.param("box=pending", 1, id="pending"),
        pytest.param("box=sent", 0, id="sent"),
        pytest.param("box=mine", 3, id="mine"),
        pytest.param("box=nonsense", 3, id="an-unknown-box-is-all"),
        pytest.param("q=answer", 1, id="by-subject"),
        pytest.param("q=carla@customer", 2, id="by-address"),
        pytest.param("q=order+carla", 1, id="by-all-words"),
        pytest.param("q=%00", 3, id="nul-is-no-word"),
        pytest.param("q=!", 0, id="no-word-finds-nothing"),
        pytest.param("q=order&box=drafts", 0, id="words-within-a-box"),
        pytest.param("q=order&after=1", 0, id="below-the-first"),
        pytest.param("q=order&after=nonsense", 2, id="below-nonsense-is-the-first-page"),
        pytest.param("files=1", 1, id="with-attachments"),
        pytest.param("state=4", 1, id="by-state"),
        pytest.param("state=5", 0, id="canceled"),
        pytest.param("state=4&box=drafts", 0, id="a-state-that-no-draft-has"),
        pytest.param("state=4&q=order", 1, id="by-state-and-words"),
        pytest.param("state=99", 3, id="no-state-is-none"),
        pytest.param("until=2001-01-01", 0, id="to-a-day"),
        pytest.param("since=2001-01-01", 3, id="from-a-day"),
        pytest.param("since=nonsense", 3, id="no-day-is-none"),
        pytest.param("since=9999-12-31&until=0001-01-01", 3, id="days-of-no-calendar-are-none"),
        pytest.param("q=nothing-like-it", 0, id="by-nothing"),
        pytest.param("after=bm9uc2Vuc2U", 3, id="a-broken-place-is-the-first-page"),
        pytest.param("queue=nonsense", 3, id="an-unknown-queue-is-all"),
    ],
)
def test_boxes_and_search(world: World, query: str, found: int) -> None:
    index_all()
    response = signed_in(world.ann).get(f"/emails/?{query}")
    assert len(response.context["page"].rows) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("person=carla@customer.example", 2, id="an-address"),
        pytest.param("person=Carla+%3CCARLA@Customer.Example%3E", 2, id="an-address-with-a-name"),
        pytest.param("person=nobody@customer.example", 0, id="an-address-that-nobody-used"),
        pytest.param("person=carla", 2, id="the-one-of-that-name"),
        pytest.param("person=ann+example", 2, id="a-user"),
        pytest.param("person=support", 0, id="a-queue"),
        pytest.param("person=inc", 0, id="an-account"),
        pytest.param("person=lea", 0, id="a-lead"),
        pytest.param("person=zz", 0, id="nobody"),
        pytest.param("person=%00", 3, id="nul-is-nobody-asked-for"),
        pytest.param("person=contact+nonsense", 0, id="no-key"),
        pytest.param(f"person=contact+{UUID(int=1)}", 0, id="a-record-that-is-gone"),
        pytest.param("person=carla@customer.example&q=answer", 1, id="with-words"),
        pytest.param("person=carla&q=order", 1, id="a-name-with-words"),
        pytest.param("person=carla&q=nothing", 0, id="with-words-that-nobody-wrote"),
        pytest.param("person=carla@customer.example&box=drafts", 1, id="within-a-box"),
        pytest.param("person=carla&files=1", 1, id="with-attachments"),
        pytest.param("person=carla&state=1", 1, id="in-a-state"),
        pytest.param("person=carla&until=2001-01-01", 0, id="to-a-day"),
    ],
)
def test_a_person_narrows_down(world: World, query: str, found: int) -> None:
    index_all()
    response = signed_in(world.ann).get(f"/emails/?{query}")
    assert response.status_code == 200
    assert len(response.context["page"].rows) == found


@pytest.mark.parametrize("person", ["carla", "carla@customer.example"])
def test_who_has_much_email_is_narrowed_down_alike(
    world: World, monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    index_all()
    client = signed_in(world.ann)
    few = client.get(f"/emails/?person={person}&q=order").context["page"].rows
    monkeypatch.setattr(about, "GATHERED", 0)
    many = client.get(f"/emails/?person={person}&q=order").context["page"].rows
    assert list(many) == list(few) == [world.received]


def test_of_several_with_a_name_one_is_chosen_and_shown(world: World, as_ann: Client) -> None:
    other = create_contact("Carla", "Other")
    html = as_ann.get("/emails/?person=carla&files=1").content.decode()
    links = re.findall(r'href="(\?person=contact[^"]*)"', html)
    assert len(links) == 2
    found = [as_ann.get(f"/emails/{unescape(link)}") for link in links]
    assert sorted(len(one.context["page"].rows) for one in found) == [0, 1]
    assert all("files=1" in link for link in links)
    shown = as_ann.get(f"/emails/?person=contact+{other.pk}").content.decode()
    assert f'<option value="contact {other.pk}" selected>Carla Other</option>' in shown


def test_a_merged_record_stands_for_its_master(world: World, as_ann: Client) -> None:
    master = create_contact("Carla", "Whole")
    merge = begin_merge(master, world.contact, "ann")
    while move_some(merge.pk):
        pass
    response = as_ann.get(f"/emails/?person=contact+{world.contact.pk}")
    assert len(response.context["page"].rows) == 2
    assert "Carla Whole</option>" in response.content.decode()


def test_nobody_sees_more_by_a_person(world: World, as_bob: Client) -> None:
    for asked in ("carla", "carla@customer.example", "ann+example"):
        for words in ("", "&q=order"):
            response = as_bob.get(f"/emails/?person={asked}{words}")
            assert not response.context["page"].rows


def test_who_sees_headers_alone_finds_by_person_and_headers(
    world: World, as_administrator: Client
) -> None:
    index_all()
    counts = {
        words: len(as_administrator.get(f"/emails/?person=carla{words}").context["page"].rows)
        for words in ("", "&q=order", "&q=text")
    }
    assert counts == {"": 2, "&q=order": 1, "&q=text": 0}


@pytest.mark.parametrize(
    ("whose", "query", "found"),
    [
        ("ann_user", "", 3),
        ("ann_user", "&q=order", 2),
        ("ann_user", "&box=drafts", 1),
        ("bob_user", "", 0),
        ("bob_user", "&q=order", 0),
    ],
)
def test_who_lists_all_narrows_down_to_a_users(
    world: World, as_administrator: Client, whose: str, query: str, found: int
) -> None:
    index_all()
    user = getattr(world, whose)
    response = as_administrator.get(f"/emails/?user={user.pk}{query}")
    assert len(response.context["page"].rows) == found
    assert f"<h1>{user}</h1>" in response.content.decode()


def test_nobody_else_narrows_down_to_a_users(world: World, as_ann: Client) -> None:
    response = as_ann.get(f"/emails/?user={world.bob_user.pk}")
    assert len(response.context["page"].rows) == 3
    assert str(world.bob_user) not in response.content.decode()


def test_a_mailbox_leads_to_its_emails(world: World, as_administrator: Client) -> None:
    assert world.mailbox.systemuser_id is not None
    shown = as_administrator.get(reverse("web:mailbox", args=[world.mailbox.pk])).content.decode()
    assert f'href="/emails/?user={world.mailbox.systemuser_id}"' in shown


def test_what_was_looked_at_stands_under_the_reason(world: World, as_administrator: Client) -> None:
    looked = [["sender-unknown", [["address", "x@y.example"]]], ["a look of a later version", []]]
    Place.objects.filter(email=world.received).update(facts={"facts": [], "looked": looked})
    for name, key in (("email", world.received.pk), ("mailbox", world.mailbox.pk)):
        html = as_administrator.get(reverse(f"web:{name}", args=[key])).content.decode()
        assert html.count("What was looked at") == 1, name
        assert html.count("<li>The sender x@y.example ") == 1, name
